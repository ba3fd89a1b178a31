"""The letters of a request: what was decided or asked, as a page and as a PDF of the same content."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings

from permis.accounts.models import Person
from permis.design import paper
from permis.design.words import french_date
from permis.domain import rights
from permis.domain.situation import NotYetKnown
from permis.domain.vocabulary import Result, Role, Verb
from permis.dossier.models import Dossier, Event
from permis.questions import summary
from permis.tracking.words import REMEDIES, REST_IS_GOOD, REST_TO_READ, closed_from
from permis.tracking.work import driving_now

# The events that are written down in a letter, with its object.
OBJECTS: dict[str, str] = {
    Verb.ASK_FOR_MORE: "Il manque un document à votre demande",
    Verb.APPROVE: "Votre demande est acceptée",
    Verb.REFUSE: "Votre demande est refusée",
    Verb.CLOSE: "Votre demande est classée sans suite",
    Verb.ASK_ORIGINAL: "Envoyez-nous votre permis original",
    Verb.RECEIVE_ORIGINAL: "Attestation de dépôt de votre permis étranger (ADS)",
    Verb.REGISTER: "Attestation",
}
TITLES: dict[str, str] = {
    Verb.ASK_FOR_MORE: "Documents à refaire",
    Verb.APPROVE: "Acceptation",
    Verb.REFUSE: "Décision de refus",
    Verb.CLOSE: "Classement sans suite",
    Verb.ASK_ORIGINAL: "Envoi du permis original",
    Verb.RECEIVE_ORIGINAL: "Attestation de dépôt (ADS)",
    Verb.REGISTER: "Attestation",
}
SHOWN_TO_OTHERS = frozenset({Verb.RECEIVE_ORIGINAL, Verb.REGISTER})  # certificates, which greet nobody
# What the register gave, by what the request ends with: object and title.
ENTRIES: dict[Result, tuple[str, str]] = {
    Result.REGISTRATION: (
        "Attestation d’inscription au permis de conduire",
        "Attestation d’inscription (AIPC)",
    ),
    Result.RECORD: ("Attestation d’enregistrement d’un permis européen", "Attestation d’enregistrement"),
}


def letters_of(events: list[Event], result: Result) -> list[dict[str, Any]]:
    """The letters of these events, the newest first: number, title and day."""
    return [
        {"n": e.n, "title": _named(TITLES, e, result, 1), "day": e.day}
        for e in reversed(events)
        if e.verb in OBJECTS
    ]


def _named(words: dict[str, str], event: Event, result: Result, form: int) -> str:
    entry = ENTRIES.get(result)
    return entry[form] if event.verb == Verb.REGISTER and entry else words[event.verb]


def content(dossier: Dossier, event: Event) -> dict[str, Any]:
    """What the letter of this event says. The event is one of `OBJECTS`."""
    answers, detail = dossier.read_answers(), event.read_detail(dossier.key())
    service = str(dossier.cert) if dossier.cert else "Centre d’instruction"
    paragraphs, more = _says(Verb(event.verb), dossier, event, detail)
    first = str(answers.get("given_names", "")).split(" ")[0]
    return {
        "service": "Télépermis",
        "banner": "Démonstration, sans valeur officielle"
        if settings.DEMO or not settings.PERMIS_OPERATOR
        else "",
        "sender": [part for part in (settings.PERMIS_OPERATOR, service) if part],
        "address": list(summary.postal_lines(answers)),
        "place_date": f"Le {french_date(event.day)}",
        "reference": dossier.reference,
        "object": _named(OBJECTS, event, dossier.get_result(), 0),
        "greeting": "" if event.verb in SHOWN_TO_OTHERS else f"Bonjour {first}," if first else "Bonjour,",
        "paragraphs": paragraphs,
        "signature": [*_signer(event), service],
        **more,
    }


def _signer(event: Event) -> list[str]:
    """Who decided, by name, when somebody did: a decision is signed (CRPA, art. L212-1)."""
    try:
        person = Person.objects.filter(pk=uuid.UUID(event.actor)).first()
    except ValueError:  # the service itself, or the outside world
        return []
    return [person.name] if person and person.name and event.role != Role.CITIZEN else []


def _says(
    verb: Verb, dossier: Dossier, event: Event, detail: dict[str, Any]
) -> tuple[list[str], dict[str, Any]]:
    day = french_date(event.day)
    reason = str(detail.get("reason", ""))
    remedies = [line.removeprefix("- ") for line in REMEDIES.splitlines()[1:]]
    if verb is Verb.ASK_FOR_MORE:
        until = french_date(dt.date.fromisoformat(detail["until"]))
        return (
            [f"Nous avons lu votre demande le {day}. {REST_IS_GOOD if detail.get('rest') else REST_TO_READ}"],
            {
                "asked": detail.get("asked", []),
                "deadline": f"Vous avez jusqu’au {until} au soir.",
                "closing": [
                    (
                        "Donnez ces documents sur la page de votre demande. Après cette date, elle est classée sans suite "
                        "(article L114-5 du Code des relations entre le public et l’administration)."
                    )
                ],
            },
        )
    if verb is Verb.APPROVE:
        words = dossier.thing().words()
        allowed = [
            right.sentence for right in driving_now(dossier, dossier.situation(), event.day) if not right.over
        ]
        return (
            [
                (
                    f"Votre demande a été acceptée le {day}. {words['soon']}"
                    + ("" if dossier.get_result() in ENTRIES else BY_POST)
                ),
                *(f"En attendant {words['yours']} : {right[0].lower()}{right[1:]}" for right in allowed),
                "Cette lettre n’est pas un permis de conduire.",
            ],
            {},
        )
    if verb is Verb.REFUSE:
        return (
            [
                f"Votre demande a été refusée le {day}, pour cette raison :",
                reason,
                "Vous pouvez contester cette décision pendant 2 mois, par l’un des moyens écrits plus bas.",
            ],
            {"remedies": remedies},
        )
    if verb is Verb.ASK_ORIGINAL:
        return _asks_original(dossier, day, detail)
    if verb is Verb.RECEIVE_ORIGINAL:
        return _deposit(dossier, day), {}
    if verb is Verb.REGISTER:
        return _entry(dossier, day, detail), {}
    why = reason or closed_from(event, dossier.thing())
    return (
        [
            f"Votre demande a été classée sans suite le {day}. {why}",
            "Vous pouvez en faire une nouvelle quand vous voulez.",
        ],
        {"remedies": remedies},
    )


BY_POST = (
    " Puis La Poste apportera la lettre dans votre boîte aux lettres. Vérifiez que votre nom est dessus."
)


def _who(dossier: Dossier, answers: dict[str, Any]) -> str:
    """The person as a certificate names them."""
    born = "Née" if answers.get("sex") == "F" else "Né"
    day = summary.birth_day(str(answers["birth_date"]))
    when = f"le {day}" if len(str(answers["birth_date"])) == 10 else f"en {day}"
    place = f" à {answers['birth_place']}" if answers.get("birth_place") else ""
    return f"{summary.full_name(answers)}. {born} {when}{place}."


def _categories(answers: dict[str, Any]) -> str:
    asked = answers.get("categories") or answers.get("held_categories") or []
    return ", ".join([asked] if isinstance(asked, str) else asked)


def _asks_original(dossier: Dossier, day: str, detail: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    until = french_date(dt.date.fromisoformat(detail["until"]))
    where = ", ".join(detail.get("send_to") or [])
    return (
        [
            f"Nous avons lu votre demande le {day}. Pour continuer, nous devons voir votre permis étranger lui-même.",
            f"Postez-le, de préférence en lettre recommandée, avec le numéro {dossier.reference}, à : {where}.",
            "Gardez-en une copie des deux côtés. Dès que nous l’avons, vous recevez une attestation de dépôt (ADS).",
        ],
        {
            "deadline": f"Vous avez jusqu’au {until} au soir.",
            "closing": ["Après cette date, la demande est classée sans suite."],
        },
    )


def _deposit(dossier: Dossier, day: str) -> list[str]:
    """The ADS: what was handed over, and what may be driven with it."""
    answers = dossier.read_answers()
    country = summary.COUNTRY_NAMES.get(str(answers.get("licence_country") or ""), "")
    given = f" Permis donné par : {country}." if country else ""
    codes = _categories(answers)
    try:
        shown = [
            right for right in rights.every_right(dossier.situation(answers=answers)) if "ADS" in right.papers
        ]
    except NotYetKnown:
        shown = []
    last = [f"jusqu’au {french_date(right.last_day)}" for right in shown if right.last_day]
    until = last[0] if last else "tant que votre permis étranger est reconnu en France"
    return [
        _who(dossier, answers),
        f"Nous avons reçu votre permis étranger original le {day}, pour la demande {dossier.reference}.{given}"
        + (f" Catégories à échanger : {codes}." if codes else ""),
        (
            f"Avec cette attestation et votre pièce d’identité, vous pouvez conduire en France {until}. Elle ne prolonge pas "
            "cette reconnaissance, et ne vaut rien hors de France."
        ),
        (
            "Nous vérifions votre permis auprès du pays qui l’a donné. Le permis français vous est envoyé à l’adresse de "
            "cette lettre si la demande est acceptée."
        ),
    ]


def _entry(dossier: Dossier, day: str, detail: dict[str, Any]) -> list[str]:
    """The AIPC, or the certificate of a record: who, which number, for which categories, until when."""
    answers = dossier.read_answers()
    number, codes = str(detail["number"]), _categories(answers)
    if dossier.get_result() is Result.RECORD:
        country = summary.COUNTRY_NAMES.get(str(answers.get("licence_country") or ""), "")
        return [
            _who(dossier, answers),
            f"Votre permis européen{f' ({country})' if country else ''} est enregistré en France depuis le {day}, sous le "
            f"numéro {number}." + (f" Catégories : {codes}." if codes else ""),
            (
                "Vous gardez votre permis : il reste le seul titre qui vous permet de conduire. Cette attestation ne le "
                "remplace pas."
            ),
        ]
    until = french_date(dt.date.fromisoformat(detail["valid_until"]))
    kept = " C’est celui que vous aviez déjà : il vous suit toute la vie." if detail.get("kept") else ""
    return [
        _who(dossier, answers),
        f"Vous êtes dans le registre des permis de conduire depuis le {day}. Votre numéro (NEPH) : {number}.{kept}",
        (f"Catégories demandées : {codes}. " if codes else "")
        + f"Cette inscription est valable jusqu’au {until}. La réussite à l’épreuve théorique ouvre 5 nouvelles années.",
        "Donnez ce numéro à votre auto-école, ou au centre d’examen si vous vous présentez en candidat libre.",
        "Cette attestation ne permet pas de conduire seul.",
    ]


def pdf(dossier: Dossier, event: Event) -> bytes:
    """The letter as PDF/UA-1, dated of its day."""
    return paper.render("letter", content(dossier, event), on=event.day)
