"""What a worker does to tell the person: a message for each event that table 3 says to tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from permis import clock
from permis.design.words import french_date
from permis.domain.lifecycle import HANDED_OVER, MAX_SENDS, ROWS, TERMS
from permis.domain.rights import PAPERS
from permis.domain.situation import Situation
from permis.domain.vocabulary import Motive, SlotStatus, State, Verb
from permis.dossier.facts import read_facts, rest_is_good
from permis.dossier.models import Dossier, Due, Event, FollowUp
from permis.notices import Letter
from permis.notices import post as post_notice
from permis.questions.driving import Driving, driving
from permis.submission.by_post import to_enclose, where
from permis.tracking.words import (
    AGAIN,
    MESSAGES,
    NOT_AGAIN,
    REMEDIES,
    REST_IS_GOOD,
    REST_TO_READ,
    Message,
    closed_from,
)


def told_by(event: Event) -> str | None:
    """The name of the message of this event; None when nothing is sent."""
    for row in ROWS:
        same = (row.verb, row.before, row.after) == (event.verb, event.before, event.after)
        if same and row.tells and event.role in row.actors:
            return row.tells
    return None


def tell(follow_up: FollowUp) -> None:
    """Puts the message of an event in the box, in the transaction that closes the row."""
    event = follow_up.event
    dossier = event.dossier
    name = told_by(event)
    with transaction.atomic():
        follow_up.close()
        if name:
            _post(
                dossier,
                MESSAGES[name],
                f"event-{event.pk}",
                _values(dossier, event.day, event.read_detail(dossier.key()), event),
            )


def remind(due: Due) -> None:
    """Puts the message of a deadline in the box, inside the caller's transaction. Terms without words say nothing."""
    message = MESSAGES.get(due.what)
    if message:
        acting = Due.objects.filter(
            dossier=due.dossier, status=Due.OPEN, what__in=[what for what, term in TERMS.items() if term.then]
        )
        last = acting.order_by("day").values_list("day", flat=True).first()
        detail = {"until": last.isoformat()} if last else {}
        _post(due.dossier, message, f"due-{due.pk}", _values(due.dossier, due.day, detail, None))


def channels(dossier: Dossier, answers: Mapping[str, Any], message: Message) -> list[str]:
    """How the person is told: as chosen; by SMS too when there is something to do and the number is known."""
    person = dossier.owner
    wanted = answers.get("notify_by")
    found = [wanted] if wanted in person.channels else list(person.channels[:1])
    if message.act and "sms" in person.channels and "sms" not in found:
        found.append("sms")
    return found


def _post(dossier: Dossier, message: Message, key: str, values: dict[str, str]) -> None:
    answers = dossier.read_answers()
    for channel in channels(dossier, answers, message):
        post_notice(
            key=key,
            channel=channel,
            address=dossier.owner.address(channel),
            **_write(message, channel, values),
        )


def _write(message: Message, channel: str, values: dict[str, str]) -> Letter:
    if channel == "sms":
        return {"subject": "", "text": message.sms.format(**values)}
    hello = f"Bonjour {values['first_name']},".replace(" ,", ",")
    text = f"{hello}\n\n{message.text.format(**values)}\nTélépermis\n"
    return {"subject": message.subject.format(**values), "text": text}


def _values(dossier: Dossier, day: dt.date, detail: Mapping[str, Any], event: Event | None) -> dict[str, str]:
    answers = dossier.read_answers()
    until = detail.get("until")
    number, office = str(detail.get("number", "")), str(detail.get("office", ""))
    if not number and event and event.verb == Verb.MISS:
        posted = (
            dossier.events.filter(verb__in=[Verb.POST, Verb.REPOST], n__lt=event.n).order_by("-n").first()
        )
        number = str(posted.read_detail(dossier.key()).get("number", "")) if posted else ""
    draft = dossier.get_state() is State.DRAFT
    url = settings.PERMIS_URL + reverse("form:resume" if draft else "tracking:page", args=[dossier.reference])
    return {
        "what": what(dossier, answers),
        "reference": dossier.reference,
        "first_name": str(answers.get("given_names", "")).split(" ")[0],
        "day": french_date(day),
        "until": french_date(dt.date.fromisoformat(until)) if until else "",
        "cert": str(detail.get("cert", "")) or "centre d’instruction",
        "number": number,
        "office": office,
        "reason": str(detail.get("reason", "")) or (closed_from(event, dossier.thing()) if event else ""),
        "remedies": REMEDIES,
        "again": AGAIN if may_be_sent_again(dossier) else NOT_AGAIN,
        "refused": _refused(dossier),
        "rest": REST_IS_GOOD if detail.get("rest", rest_is_good(dossier)) else REST_TO_READ,
        "drive": _drive(dossier),
        "url": url,
        "send_to": "\n".join(detail.get("send_to") or where(dossier)),
        "to_do": _to_do(dossier),
        **dossier.thing().words(),
    }


def _to_do(dossier: Dossier) -> str:
    found = to_enclose(dossier)
    if not found:
        return ""
    lines = "\n".join(where(dossier))
    return f"À faire par courrier. {' '.join(found)} L’adresse :\n\n{lines}\n\n"


def may_be_sent_again(dossier: Dossier) -> bool:
    """Whether the letter may still be posted again by itself."""
    return read_facts(dossier, {}).sends < MAX_SENDS


def _refused(dossier: Dossier) -> str:
    key = dossier.key()
    rows = dossier.slots.filter(asked=True, status=SlotStatus.REFUSED)
    return "".join(f"- {slot.label} : {slot.note_text(key)}\n" for slot in rows)


def driving_now(dossier: Dossier, situation: Situation, day: dt.date) -> list[Driving]:
    """What may be driven meanwhile; once we have the foreign original, with the certificate of its deposit instead."""
    found = driving(situation, day)
    if not found or dossier.get_motive() not in HANDED_OVER:
        return found
    if not dossier.events.filter(verb=Verb.RECEIVE_ORIGINAL, day__lte=day).exists():
        return found
    mine, ours = PAPERS["FLIC"], f"{PAPERS['ADS']} et {PAPERS['ID']}"
    return [
        replace(right, papers=right.papers.replace(mine, ours), sentence=right.sentence.replace(mine, ours))
        for right in found
    ]


def _drive(dossier: Dossier) -> str:
    for right in driving_now(dossier, dossier.situation(), clock.today()):
        if not right.over:
            return f"En attendant : {right.sentence[0].lower()}{right.sentence[1:]}\n\n"
    return ""


def what(dossier: Dossier, answers: Mapping[str, Any]) -> str:
    """How a subject names the request: the category of a first licence, else its motive."""
    if dossier.get_motive() is Motive.REU and answers.get("categories"):
        return f"Permis {', '.join(answers['categories'])}"
    return dossier.get_motive().label
