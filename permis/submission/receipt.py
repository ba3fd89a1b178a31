"""The receipt: the same content as a page and as a PDF, read from what was submitted."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings

from permis import clock
from permis.design import paper
from permis.design.words import french_date, french_day, french_time
from permis.domain import rights
from permis.domain.vocabulary import Verb
from permis.dossier.models import Dossier
from permis.evidence.views import pieces_of
from permis.questions import summary

HONOUR = (
    "J’ai certifié sur l’honneur que tout ce que j’ai écrit est exact (article L224-18 du Code de la route)."
)
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
                f"{s['slot'].side_label} ({s['name']})" for s in piece["slots"] if s["upload"]
            ),
        }
        for piece in pieces_of(dossier)
    ]
    born = "née" if answers.get("sex") == "F" else "né"
    drive = [
        f"{', '.join(right.categories)} : en France, jusqu’au {french_day(right.until)}, avec votre certificat "
        "d’examen (CEPC) et votre pièce d’identité sur vous."
        if right.runs_on(clock.today())
        else f"Votre certificat d’examen ne permet plus de conduire depuis le {french_day(right.until)} : "
        "attendez votre carte."
        for right in rights.drive(dossier.situation())
    ]
    return {
        "service": "Télépermis",
        "banner": "Démonstration, sans valeur officielle"
        if settings.DEMO or not settings.PERMIS_OPERATOR
        else "",
        "reference": dossier.reference,
        "registered": moment(event.at),
        "who": {
            "names": summary.full_name(answers),
            "birth": ", ".join(
                part
                for part in (
                    f"{born} le {french_day(dt.date.fromisoformat(answers['birth_date']))}",
                    answers.get("birth_place", ""),
                )
                if part
            ),
        },
        "motive": dossier.get_motive().label,
        "sections": [
            {"title": s.title, "rows": [{"label": r.label, "value": r.value} for r in s.rows]}
            for s in summary.sections(answers)
            if s.rows
        ],
        "documents": documents,
        "next": [
            "Un agent lit votre demande. S’il manque quelque chose, il vous écrit et vous dit quoi.",
            "Votre carte est fabriquée, puis La Poste l’apporte dans votre boîte aux lettres.",
            "Si la lettre n’entre pas dans la boîte, elle vous attend 15 jours au bureau de poste.",
        ],
        "drive": drive,
        "honour": HONOUR,
        "confirmed": f"Confirmée par un code reçu par {BY.get(detail.get('channel', ''), 'message')} "
        f"le {moment(event.at)}.",
        "notes": [
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


def pdf(dossier: Dossier) -> bytes:
    """The receipt as PDF/UA-1."""
    day = clock.in_paris(dossier.submitted_at).date() if dossier.submitted_at else clock.today()
    return paper.render("receipt", content(dossier), on=day)
