"""What the tracking page tells: who acts next, and the way of the request, behind and ahead."""

from __future__ import annotations

import datetime as dt
from typing import Any

from permis import clock
from permis.design.words import between, days_left, french_date, french_time
from permis.domain import required
from permis.domain.lifecycle import ROWS, TERMS, Thing
from permis.domain.vocabulary import Result, State, Verb
from permis.dossier.facts import rest_is_good
from permis.dossier.models import Dossier, Due, Event
from permis.tracking.words import AGAIN, NOT_AGAIN, REST_IS_GOOD, REST_TO_READ, closed_from
from permis.tracking.work import may_be_sent_again

_READ = ((State.SUBMITTED, "Un agent lit votre demande"), (State.APPROVED, "Votre demande est acceptée"))
_MADE = (
    *_READ,
    (State.IN_PRODUCTION, "{Yours} est fabriqué{e}"),
    (State.POSTED, "La Poste apporte la lettre"),
    (State.DELIVERED, "Vous avez {licence}"),
)
# What stands ahead on the usual way, by what the request ends with.
AHEAD: dict[Result, tuple[tuple[State, str], ...]] = {
    Result.CARD: _MADE,
    Result.CORRECTED_CARD: _MADE,
    Result.BOOKLET: _MADE,
    Result.REGISTRATION: (*_READ, (State.REGISTERED, "Vous avez votre numéro d’inscription (NEPH)")),
    Result.RECORD: (*_READ, (State.REGISTERED, "Votre permis étranger est enregistré")),
}
REACHED = {
    State.AWAITING_PHOTO: 0,
    State.SUBMITTED: 0,
    State.COMPLETED: 0,
    State.IN_REVIEW: 1,
    State.INCOMPLETE: 1,
    State.VERIFYING: 1,
    State.ORIGINAL_AWAITED: 1,
    State.AUTHENTICATING: 1,
    State.APPROVED: 2,
    State.IN_PRODUCTION: 3,
    State.POSTED: 4,
    State.AT_POST_OFFICE: 4,
    State.RETURNED: 4,
    State.MISSING: 4,
}
ICONS = {
    Verb.MAKE_CARD: "fr-icon-pass-valid-line",
    Verb.POST: "fr-icon-mail-line",
    Verb.REPOST: "fr-icon-mail-line",
}


def says(event: Event, detail: dict[str, Any], thing: Thing) -> str:
    """The sentence of table 3 for this event, filled from its detail and from what the request ends with."""
    row = next(
        (
            r
            for r in ROWS
            if (r.verb, r.before, r.after) == (event.verb, event.before, event.after)
            and event.role in r.actors
        ),
        None,
    )
    if row is None:
        return str(event.verb)
    until = detail.get("until")
    return row.says.format(
        cert=detail.get("cert") or "centre d’instruction",
        until=french_date(dt.date.fromisoformat(until)) if until else "",
        reason=str(detail.get("reason", "")),
        number=detail.get("number", ""),
        **thing.words(),
    ).rstrip(" :")


def timeline(
    dossier: Dossier, events: list[Event], details: dict[object, dict[str, Any]]
) -> list[dict[str, Any]]:
    """What happened, as a solid line, and what usually follows, dashed."""
    state = dossier.get_state()
    items: list[dict[str, Any]] = []
    for event in events:
        local = clock.in_paris(event.at)
        same_day = local.date() == event.day
        when = french_date(event.day) + (f" à {french_time(local)}" if same_day else "")
        items.append(
            {
                "title": says(event, details[event.pk], dossier.thing()),
                "date": when,
                "mark_icon": ICONS.get(Verb(event.verb), "fr-icon-check-line"),
            }
        )
    if items and state in REACHED:
        items[-1]["is_now"] = True
        if state in {State.INCOMPLETE, State.AT_POST_OFFICE, State.AWAITING_PHOTO, State.ORIGINAL_AWAITED}:
            items[-1]["is_you"] = True
        words = dossier.thing().words()
        for _, title in AHEAD[dossier.get_result()][REACHED[state] :]:
            items.append({"title": title.format(**words), "is_next": True, "mark_icon": "fr-icon-time-line"})
    return items


# Where the card is still to come, and nobody knows the day: the usual delay says between when and when.
TO_COME = frozenset(
    {
        State.SUBMITTED,
        State.IN_REVIEW,
        State.COMPLETED,
        State.VERIFYING,
        State.APPROVED,
        State.IN_PRODUCTION,
    }
)


def arrival(dossier: Dossier, today: dt.date) -> dict[str, Any] | None:
    """When the card should come, as a range in words; that it is late, once the range is over. None: not the moment.

    `gap`: the right to drive may end before the card is there.
    """
    if dossier.get_state() not in TO_COME or dossier.submitted_at is None:
        return None
    sent = clock.in_paris(dossier.submitted_at).date()
    delay = required.rules_of(dossier.get_motive()).delay
    first, last = sent + dt.timedelta(weeks=delay.low), sent + dt.timedelta(weeks=delay.high)
    until = dossier.provisional_until
    return {
        "words": between(max(first, today), last) if today <= last else "",
        "gap": until is not None and today <= until < last,
    }


def arrives(dossier: Dossier) -> str:
    """How the expected day is introduced: a card comes, an entry is had."""
    thing = dossier.thing()
    if thing.done:
        return "Vous devriez l’avoir"
    return "Elle devrait arriver" if thing.e else "Il devrait arriver"


def now_box(
    dossier: Dossier,
    events: list[Event],
    details: dict[object, dict[str, Any]],
    dues: list[Due],
    today: dt.date,
) -> dict[str, Any]:
    """Who acts next, what, before when, and what happens if nobody acts."""
    state = dossier.get_state()
    last = details[events[-1].pk] if events else {}
    thing = dossier.thing()
    acting = next((due for due in dues if TERMS[due.what].then), None)
    who, title, text, after = NOW[state]
    office = ""
    if state is State.AT_POST_OFFICE:
        office = str(last.get("office", ""))
    values = {
        "office": office,
        "reason": str(last.get("reason", "")) or (closed_from(events[-1], thing) if events else ""),
        "rest": REST_IS_GOOD if state is State.INCOMPLETE and rest_is_good(dossier) else REST_TO_READ,
        "again": AGAIN if state is State.RETURNED and may_be_sent_again(dossier) else NOT_AGAIN,
        **thing.words(),
    }
    return {
        "who": who,
        "title": title.format(**values).rstrip("."),
        "text": text.format(**values),
        "deadline": f"Avant le {french_date(acting.day)} au soir" if acting and who == "you" else "",
        "days_left": days_left(acting.days_left(today)) if acting and who == "you" else "",
        "after": after.format(**values),
    }


SILENCE = "Sans réponse de notre part dans les 2 mois, votre demande est considérée comme refusée et vous pouvez contester."
# state → (who acts, title, text, what happens if nobody acts)
NOW: dict[State, tuple[str, str, str, str]] = {
    State.SUBMITTED: (
        "us",
        "Un agent va lire votre demande",
        "Vous n’avez rien à faire. S’il manque quelque chose, il vous écrit et vous dit quoi.",
        SILENCE,
    ),
    State.AWAITING_PHOTO: (
        "you",
        "Envoyez-nous votre photo et votre signature",
        "Nous les attendons par courrier pour commencer à lire votre demande.",
        "Après cette date, la demande est classée sans suite.",
    ),
    State.IN_REVIEW: (
        "us",
        "Un agent lit votre demande",
        "Vous n’avez rien à faire. S’il manque quelque chose, il vous écrit et vous dit quoi.",
        SILENCE,
    ),
    State.INCOMPLETE: (
        "you",
        "Il y a un document à refaire",
        "{rest}",
        "Après cette date, la demande est classée sans suite. Vous pourrez en faire une nouvelle.",
    ),
    State.COMPLETED: (
        "us",
        "Un agent va lire vos nouveaux documents",
        "Votre demande passe devant les autres. Vous n’avez rien à faire.",
        SILENCE,
    ),
    State.VERIFYING: (
        "us",
        "Nous faisons des vérifications",
        "Elles demandent plus de temps. Vous n’avez rien à faire.",
        SILENCE,
    ),
    State.ORIGINAL_AWAITED: (
        "you",
        "Envoyez-nous votre permis original",
        (
            "Postez-le à l’adresse ci-dessous, de préférence en lettre recommandée, avec le numéro de votre demande. "
            "Gardez-en une copie. Dès que nous l’avons, vous recevez ici une attestation de dépôt (ADS)."
        ),
        "Après cette date, la demande est classée sans suite.",
    ),
    State.AUTHENTICATING: (
        "us",
        "Nous vérifions votre permis original",
        "Vous n’avez rien à faire. Votre attestation de dépôt (ADS) est sur cette page.",
        SILENCE,
    ),
    State.APPROVED: (
        "us",
        "Votre demande est acceptée",
        "{soon} Vous n’avez rien à faire.",
        "",
    ),
    State.IN_PRODUCTION: ("us", "{Yours} est en fabrication", "Vous n’avez rien à faire.", ""),
    State.POSTED: (
        "post",
        "La Poste apporte {licence}",
        "La lettre arrive dans votre boîte aux lettres. Vérifiez que votre nom est dessus.",
        "Si elle n’entre pas dans la boîte, elle vous attend 15 jours au bureau de poste.",
    ),
    State.AT_POST_OFFICE: (
        "you",
        "{Licence} vous attend à La Poste {office}",
        "Apportez votre pièce d’identité et l’avis de passage, ou le numéro de la lettre.",
        "Après cette date, la lettre nous revient.",
    ),
    State.DELIVERED: (
        "done",
        "{Licence} vous a été remis",
        "{check}",
        "",
    ),
    State.RETURNED: ("us", "La lettre nous revient", "{again}", ""),
    State.MISSING: (
        "us",
        "Nous cherchons votre lettre avec La Poste",
        "Si elle est perdue, nous faisons fabriquer {new}. Vous n’avez rien à payer.",
        "",
    ),
    State.REGISTERED: ("done", "{done}", "{check}", ""),
    State.REFUSED: ("done", "Votre demande est refusée", "{reason}", "Vous avez 2 mois pour contester."),
    State.CLOSED: (
        "done",
        "Votre demande est classée sans suite",
        "{reason}",
        "Vous pouvez en faire une nouvelle.",
    ),
    State.CANCELLED: (
        "done",
        "Votre demande est annulée",
        "Vous pouvez en faire une nouvelle quand vous voulez.",
        "",
    ),
}
