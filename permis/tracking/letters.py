"""The letters of a request: what was decided or asked, as a page and as a PDF of the same content."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings

from permis.accounts.models import Person
from permis.design import paper
from permis.design.words import french_date
from permis.domain.vocabulary import Role, State, Verb
from permis.dossier.models import Dossier, Event
from permis.questions import summary
from permis.questions.driving import driving
from permis.tracking.words import CLOSED_FROM, REMEDIES, REST_IS_GOOD, REST_TO_READ

# The events that are written down in a letter, with its object.
OBJECTS: dict[str, str] = {
    Verb.ASK_FOR_MORE: "Il manque un document à votre demande",
    Verb.APPROVE: "Votre demande est acceptée",
    Verb.REFUSE: "Votre demande est refusée",
    Verb.CLOSE: "Votre demande est classée sans suite",
}
TITLES: dict[str, str] = {
    Verb.ASK_FOR_MORE: "Documents à refaire",
    Verb.APPROVE: "Acceptation",
    Verb.REFUSE: "Décision de refus",
    Verb.CLOSE: "Classement sans suite",
}


def letters_of(events: list[Event]) -> list[dict[str, Any]]:
    """The letters of these events, the newest first: number, title and day."""
    return [{"n": e.n, "title": TITLES[e.verb], "day": e.day} for e in reversed(events) if e.verb in OBJECTS]


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
        "object": OBJECTS[event.verb],
        "greeting": f"Bonjour {first}," if first else "Bonjour,",
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
        rights = [right.sentence for right in driving(dossier.situation(), event.day) if not right.over]
        return (
            [
                (
                    f"Votre demande a été acceptée le {day}. Votre carte va être fabriquée, puis La Poste l’apportera dans "
                    "votre boîte aux lettres. Vérifiez que votre nom est dessus."
                ),
                *(f"En attendant votre carte : {right[0].lower()}{right[1:]}" for right in rights),
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
    why = reason or CLOSED_FROM.get(State(event.before), "")
    return (
        [
            f"Votre demande a été classée sans suite le {day}. {why}",
            "Vous pouvez en faire une nouvelle quand vous voulez.",
        ],
        {"remedies": remedies},
    )


def pdf(dossier: Dossier, event: Event) -> bytes:
    """The letter as PDF/UA-1, dated of its day."""
    return paper.render("letter", content(dossier, event), on=event.day)
