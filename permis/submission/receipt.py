"""The receipt: the same content as a page and as a PDF, read from what was submitted."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings

from permis import clock
from permis.design import paper
from permis.design.words import euros, french_date, french_time
from permis.domain import required
from permis.domain.vocabulary import Piece, Verb
from permis.dossier import mandates
from permis.dossier.models import Dossier
from permis.evidence.shown import pieces_of
from permis.questions import summary
from permis.questions.driving import driving
from permis.submission.by_post import to_enclose, where
from permis.submission.words import QUALITIES

HONOUR = (
    "J’ai certifié sur l’honneur que tout ce que j’ai écrit est exact (article L224-18 du Code de la route)."
)
BY_POST = "par courrier"
CHECKING = "reçu, en cours de vérification"
BY = {"email": "e-mail", "sms": "SMS"}


def moment(instant: Any) -> str:
    """« lundi 23 novembre 2026 à 14 h 58 », in Paris."""
    local = clock.in_paris(instant)
    return f"{french_date(local.date())} à {french_time(local)}"


def content(dossier: Dossier) -> dict[str, Any]:
    """What the receipt says. The dossier has been submitted."""
    answers = dossier.read_answers()
    key = dossier.key()
    event = dossier.events.get(verb=Verb.SUBMIT)
    detail = event.read_detail(key)
    documents = [
        {
            "label": piece["about"].label,
            "detail": ", ".join(
                f"{s['slot'].side_label} ({_given(s)})"
                for s in piece["slots"]
                if s["upload"] or s["checking"] or (piece["code"] == Piece.PHOTO and dossier.photo_by_post)
            ),
        }
        for piece in pieces_of(dossier)
    ]
    born = "née" if answers.get("sex") == "F" else "né"
    birth = summary.birth_day(str(answers["birth_date"]))
    situation = dossier.situation(answers=answers)
    fee = required.fee(situation)
    return {
        "service": "Télépermis",
        "banner": "Démonstration, sans valeur officielle"
        if settings.DEMO or not settings.PERMIS_OPERATOR
        else "",
        "reference": dossier.reference,
        "registered": moment(event.at),
        "who": {
            "names": summary.full_name(answers),
            "birth": " ".join(
                part
                for part in (
                    f"{born} le {birth}"
                    if len(str(answers.get("birth_date"))) == 10
                    else f"{born} en {birth}",
                    f"à {answers['birth_place']}" if answers.get("birth_place") else "",
                )
                if part
            ),
        },
        "motive": dossier.get_motive().label,
        "sections": [
            {"title": s.title, "rows": [{"label": r.label, "value": r.value} for r in s.rows]}
            for s in summary.sections(answers, situation)
            if s.rows
        ],
        "documents": documents,
        "next": [
            *_by_post(dossier),
            "Un agent lit votre demande. S’il manque quelque chose, il vous écrit et vous dit quoi.",
            *_after(dossier),
        ],
        "drive": [right.sentence for right in driving(situation, clock.today())],
        "price": f"Timbre fiscal de {euros(fee.cents)}. {fee.because}" if fee.cents else "",
        "honour": HONOUR,
        "confirmed": f"Confirmée par un code reçu par {BY.get(detail.get('channel', ''), 'message')} "
        f"le {moment(event.at)}.",
        "represented": _represented(answers, detail),
        "notes": [
            *(note.says for note in required.notes(situation)),
            (
                "Cet accusé d’enregistrement est donné en application de l’article L112-11 du Code des relations entre "
                "le public et l’administration. Il ne préjuge pas de la décision."
            ),
            (
                "Sans réponse dans les 2 mois, votre demande est considérée comme refusée (article L231-4) ; vous pouvez "
                "alors la contester dans les 2 mois."
            ),
        ],
    }


def _given(side: dict[str, Any]) -> str:
    """The files of one side: those that count, then those whose check is still to be made; none: it comes by post."""
    checking = [f"{name} : {CHECKING}" for name in side["checking"]]
    return ", ".join([*([side["name"]] if side["upload"] else []), *checking]) or BY_POST


def _by_post(dossier: Dossier) -> list[str]:
    """What is to be posted now, and where."""
    found = to_enclose(dossier)
    return (
        [f"À faire par courrier. {' '.join(found)} L’adresse : {', '.join(where(dossier))}."] if found else []
    )


def _after(dossier: Dossier) -> list[str]:
    """What follows once the request is granted, by what it ends with."""
    thing = dossier.thing()
    if thing.done:
        return [f"Si elle est acceptée : {thing.soon[0].lower()}{thing.soon[1:]}"]
    words = thing.words()
    return [
        f"{words['Yours']} est fabriqué{thing.e}, puis La Poste l’apporte dans votre boîte aux lettres.",
        "Si la lettre n’entre pas dans la boîte, elle vous attend 15 jours au bureau de poste.",
    ]


def _represented(answers: dict[str, Any], detail: dict[str, Any]) -> str:
    """Who signed with the person, in words; empty when nobody had to."""
    signed, who = detail.get("representative"), mandates.named(answers)
    if not signed or who is None:
        return ""
    at = moment(dt.datetime.fromisoformat(signed["at"]))
    return f"Signée aussi par {who.names} ({QUALITIES[who.quality]}), par un code reçu par {BY[signed['channel']]} le {at}."


def pdf(dossier: Dossier) -> bytes:
    """The receipt as PDF/UA-1."""
    day = clock.in_paris(dossier.submitted_at).date() if dossier.submitted_at else clock.today()
    return paper.render("receipt", content(dossier), on=day)
