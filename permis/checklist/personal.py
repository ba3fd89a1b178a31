"""One person's list in words, for the page and for the paper: documents, price, days, rights, dates, codes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from permis.design.words import between, euros, french_day
from permis.domain import asked, required, rights
from permis.domain.conditions import always
from permis.domain.exploring import BY_SCHOOL, UNSURE, Walk
from permis.domain.pieces import PIECES, about
from permis.domain.required.table import DECISION, Need, Required, Rules
from permis.domain.situation import BY_NAME, NotYetKnown, Situation
from permis.domain.terms import months
from permis.domain.vocabulary import SCHOOL_ONLY, Category, Motive, Piece, Result

# Pieces that nearly everybody gives, though a condition stands beside them in table 2.
USUAL = frozenset({Piece.ADDR})
# Declared inside the form: nothing to prepare.
MADE_HERE = {Piece.LOSS: "Déclaration de perte"}
MINUTES = 10  # to fill the form, documents at hand (docs/law.md)
# What the usual delay ends with.
ARRIVES = {
    Result.CARD: "Réception chez vous, d’après les délais habituels.",
    Result.CORRECTED_CARD: "Réception chez vous, d’après les délais habituels.",
    Result.BOOKLET: "Réception chez vous, d’après les délais habituels.",
    Result.REGISTRATION: "Réponse sur votre page de suivi, d’après les délais habituels.",
    Result.RECORD: "Réponse sur votre page de suivi, d’après les délais habituels.",
}
NOTHING_MORE = "Cette demande ne donne pas, à elle seule, le droit de conduire en attendant."
# A paper that may be asked for again before it ends.
RENEWABLE = {"ADCS": "Vous pourrez redemander cette attestation avant qu’elle finisse."}


def content(way: Walk, today: dt.date) -> dict[str, Any]:
    """What the list says. The way is at its end, and its outcome lets the request be filed."""
    if way.answer is None:
        raise ValueError("the motive is not known")
    situation, sent = way.situation, way.situation.submitted_on
    rules = required.rules_of(situation.motive)
    groups = _groups(way)
    arrival = (sent + dt.timedelta(weeks=rules.delay.low), sent + dt.timedelta(weeks=rules.delay.high))
    notes = required.notes(situation)
    drive = _drive(situation, rules, arrival, today)
    kept = drive["kept"]
    return {
        "motive": situation.motive.label,
        "open_motive": situation.motive.value,
        "by_school": {"title": BY_SCHOOL.title, "text": BY_SCHOOL.text, "then": BY_SCHOOL.then}
        if situation.motive in SCHOOL_ONLY
        else None,
        "result": rules.result.label,
        "groups": groups,
        "documents": sum(len(group["needs"]) for group in groups if not group["optional"]),
        "made_here": [
            {"label": MADE_HERE[n.piece], "because": n.because}
            for n in way.answer.pieces
            if n.piece in MADE_HERE
        ],
        "spared": _spared(way, rules),
        "minutes": MINUTES,
        "price": _price(situation),
        "sent": "aujourd’hui" if sent == today else f"le {french_day(sent)}",
        "ahead": "" if sent == today else french_day(sent),
        "delay": {
            "words": between(*arrival),
            "note": ARRIVES[rules.result],
            "source": str(rules.delay.source).removesuffix(" (voir docs/law.md)"),
        },
        "drive": drive["now"],
        "also_drive": drive["also"],
        "drive_ends": drive["ends"],
        "validity": _validity(situation),
        "codes": [{"code": note.code, "says": note.says} for note in notes if note.code],
        "dates": _dates(situation, today),
        "notes": [
            {"says": note.says, "source": str(note.source)}
            for note in notes
            if not note.code and note not in kept
        ],
        "checked_to": french_day(required.CHECKED_TO),
        "unsaid": [UNSURE[fact][1] for fact in way.unsaid],
    }


# ── Documents ──────────────────────────────────────────────────────────────────────────────────────────────


def _groups(way: Walk) -> list[dict[str, Any]]:
    """The documents: nearly always asked, asked because of an answer, optional; empty groups left out."""
    needs = way.answer.pieces if way.answer else ()
    motive = way.situation.motive
    rows = {need.key: need for need in required.rules_of(motive).needs}
    served = required.one_paper(way.situation)
    there = {need.piece for need in needs}
    groups: dict[str, list[dict[str, Any]]] = {"usual": [], "yours": [], "optional": []}
    for need in needs:
        if need.piece not in PIECES or served.get(need.piece) in there:
            continue
        twin = [piece for piece, under in served.items() if under == need.piece and piece in there]
        groups[_kind(need, rows[need.key])].append(_told(need, twin, motive))
    titles = {
        "usual": "Demandés à tous",
        "yours": "Demandés à cause de vos réponses",
        "optional": "Facultatifs",
    }
    return [
        {"slug": slug, "title": titles[slug], "needs": found, "optional": slug == "optional"}
        for slug, found in groups.items()
        if found
    ]


def _kind(need: Required, row: Need) -> str:
    if need.recommended:
        return "optional"
    return "usual" if row.when is always or need.piece in USUAL else "yours"


def _told(need: Required, twin: list[Piece], motive: Motive) -> dict[str, Any]:
    words = about(need.piece, motive)
    return {
        "code": need.piece.value,
        "label": words.label,
        "what": words.what,
        "because": need.because,
        "example": words.example,
        "refused": words.refused,
        "instead": words.instead,
        "any_of": [about(piece, motive).label for piece in need.any_of[1:] if piece in PIECES],
        "twice": [about(piece, motive).label for piece in twin],
        "source": str(need.source),
    }


def _spared(way: Walk, rules: Rules) -> list[dict[str, str]]:
    """The documents that this motive asks of others, each with the answer that spares this person."""
    situation = way.situation
    asked_for = {piece for need in (way.answer.pieces if way.answer else ()) for piece in need.any_of}
    found: dict[str, str] = {}
    for need in rules.needs:
        because = need.when.explain(situation)
        for group in need.pieces:
            if because.holds is False and group[0] in PIECES and group[0] not in asked_for:
                found.setdefault(about(group[0], rules.motive).label, because.sentence)
    return [{"label": label, "because": because} for label, because in found.items()]


# ── Price, days, rights ────────────────────────────────────────────────────────────────────────────────────


def _price(situation: Situation) -> dict[str, str]:
    try:
        fee = required.fee(situation)
    except NotYetKnown:
        return {
            "amount": "À vérifier",
            "why": "Le prix dépend d’une réponse que vous n’avez pas.",
            "how": "",
            "source": "",
        }
    paid = {question.name: step for step in asked.STEPS for question in step.questions}.get("stamp_number")
    return {
        "amount": euros(fee.cents),
        "why": fee.because,
        "how": paid.help_text if fee.cents and paid else "",
        "source": str(fee.source),
    }


def _drive(
    situation: Situation, rules: Rules, arrival: tuple[dt.date, dt.date], today: dt.date
) -> dict[str, list[Any]]:
    """What may be driven meanwhile: short answers with their conditions, further papers, what ends too early.

    `kept`: the notes that the short answers say already.
    """
    try:
        now, also = rights.drive(situation), rights.others(situation)
    except NotYetKnown as missing:
        return {"now": _as_far_as_known(situation, missing.facts, today), "also": [], "ends": [], "kept": []}
    told = [_right(right, today) for right in now]
    kept = [] if told else [note for note in required.notes(situation) if note.keeps]
    if kept:
        told = [{"answer": f"Comme aujourd’hui, avec {note.keeps}", "note": note.says} for note in kept]
    elif not told and rules.makes_card:
        told = [{"answer": "Rien de plus", "note": NOTHING_MORE}]
    early = [right for right in now if right.last_day and today <= right.last_day < arrival[1]]
    return {
        "now": told,
        "also": [_further(right) for right in also if not right.over(today)],
        "ends": [_ends(right, arrival) for right in early] if rules.makes_card else [],
        "kept": kept,
    }


def _as_far_as_known(situation: Situation, facts: tuple[str, ...], today: dt.date) -> list[dict[str, str]]:
    """The rights when a day or the categories are not known: told without them where nothing else hangs on them."""
    unknown = [{"answer": "À vérifier", "note": "Il nous manque une de vos réponses pour le dire."}]
    days = [fact for fact in facts if BY_NAME[fact].kind is dt.date]
    sets = [fact for fact in facts if BY_NAME[fact].kind is frozenset]
    if len(days) > 1 or len(days) + len(sets) < len(facts):
        return unknown
    tries = []
    for day in (situation.submitted_on, situation.submitted_on - dt.timedelta(days=40)):
        likely = {**dict.fromkeys(sets, frozenset({Category.B})), **dict.fromkeys(days, day)}
        try:
            found = rights.drive(Situation(presume=False, **situation.told(), **likely))
        except NotYetKnown:
            return unknown
        tries.append([(right, _months_of(right) if right.start == day else None) for right in found])
    if not days:
        return [_right(right, today, named=not sets) for right, _ in tries[0]]
    if [(r.papers, length) for r, length in tries[0]] != [(r.papers, length) for r, length in tries[1]]:
        return unknown
    if not tries[0] or any(length is None for _, length in tries[0]):
        return unknown
    label = asked.question_for(days[0], situation).label
    return [
        {
            "answer": f"Pendant {length} mois",
            "note": f"À partir du jour que vous direz ({label}). En France, avec {right.papers_words} sur vous.",
        }
        for right, length in tries[0]
    ]


def _months_of(right: rights.Drive) -> int | None:
    """How many months the right lasts, when it lasts whole months."""
    return next((n for n in range(1, 25) if months(right.start, n) == right.last_day), None)


def _right(right: rights.Drive, today: dt.date, *, named: bool = True) -> dict[str, str]:
    if right.over(today) and right.last_day:
        return {
            "answer": f"Plus depuis le {french_day(right.last_day)}",
            "note": f"C’était le dernier jour avec {right.papers_words}. Attendez votre carte pour conduire.",
        }
    what = f"En France, {_categories(right)}" if named else "En France"
    later = right.start > today
    if right.last_day:
        end = french_day(right.last_day)
        answer = f"Du {french_day(right.start)} au {end}" if later else f"Jusqu’au {end}"
    elif later:
        answer = f"À partir du {french_day(right.start)}"
    else:
        answer = "Jusqu’à la décision du préfet" if right.until == DECISION else "Oui"
    also = " Ce droit dure jusqu’à la décision du préfet." if later and right.until == DECISION else ""
    return {"answer": answer, "note": f"{what}, avec {right.papers_words} sur vous.{also}"}


def _categories(right: rights.Drive) -> str:
    return f"{'catégories' if len(right.categories) > 1 else 'catégorie'} {', '.join(right.categories)}"


def _further(right: rights.Drive) -> str:
    end = f" jusqu’au {french_day(right.last_day)}" if right.last_day else ""
    return f"Ou bien, {_categories(right)}{end} : avec {right.papers_words} sur vous."


def _ends(right: rights.Drive, arrival: tuple[dt.date, dt.date]) -> str:
    """The warning that the right may run out before the card is there."""
    sure = right.last_day is not None and right.last_day < arrival[0]
    end = french_day(right.last_day) if right.last_day else ""
    early = (
        "finit avant l’arrivée habituelle de la carte" if sure else "peut finir avant l’arrivée de la carte"
    )
    after = RENEWABLE.get(
        right.papers[0], "Après ce jour, ne conduisez plus jusqu’à la réception de la carte."
    )
    return f"Le droit de conduire ({_categories(right)}) s’arrête le {end} : il {early}. {after}"


# ── What the card will say, and the days that count ────────────────────────────────────────────────────────


def _validity(situation: Situation) -> list[dict[str, str]]:
    """The last day that each category may bear, where a medical opinion decides."""
    try:
        found = rights.validity(situation)
    except NotYetKnown:
        return []
    return [{"category": category.label, "day": french_day(day)} for category, day in found.items()]


def _dates(situation: Situation, today: dt.date) -> list[dict[str, Any]]:
    """The days that count, the nearest first; one that is over says so."""
    found = []
    for row in required.deadlines(situation):
        try:
            found.append((row.day(situation), row))
        except NotYetKnown:
            continue
    return [
        {"what": row.what, "day": french_day(day), "over": day < today, "source": str(row.source)}
        for day, row in sorted(found, key=lambda pair: pair[0])
    ]
