"""What a worker does about the letter: hand it to the post, hear where it is, post it again."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import transaction

from permis.adapters import adapter
from permis.adapters.post import Scan
from permis.delivery.models import Letter
from permis.domain.lifecycle import MAX_SENDS
from permis.domain.vocabulary import Role, State, Verb
from permis.dossier.facts import read_facts
from permis.dossier.models import Dossier, Event, FollowUp
from permis.dossier.move import SYSTEM, Actor, Refusal, move
from permis.questions.summary import postal_lines
from permis.vault.sealing import blind

log = logging.getLogger(__name__)
POST = Actor(Role.POST)
VERBS = {"absent": Verb.MISS, "collect": Verb.DELIVER, "deliver": Verb.DELIVER, "return": Verb.RETURN}

Unexpected = Callable[[str, str, str], None]


def hand_over(follow_up: FollowUp) -> None:
    """The card is made: gives the letter to the post under the row's own key, then says so."""
    _send(follow_up, Verb.POST)


def send_again(follow_up: FollowUp) -> None:
    """The letter came back: posts it again by itself, while it may (ANTS_EXP); after that an operator sees it."""
    dossier = follow_up.event.dossier
    if dossier.get_state() is not State.RETURNED or read_facts(dossier, {}).sends >= MAX_SENDS:
        with transaction.atomic():
            follow_up.close()
        return
    _send(follow_up, Verb.REPOST)


def _send(follow_up: FollowUp, verb: Verb) -> None:
    dossier = follow_up.event.dossier
    lines = postal_lines(dossier.read_answers())
    number = adapter("post").take(str(follow_up.pk), lines)

    def also(here: Dossier, event: Event) -> None:
        follow_up.close()
        letter = Letter(dossier=here, event=event, posted_on=event.day, number_index=blind("letter", number))
        letter.seal(number, lines)
        letter.save(force_insert=True)

    try:
        move(dossier, verb, SYSTEM, key=f"{verb}-{follow_up.pk}", also=also, detail={"number": number})
    except Refusal:
        # Somebody else moved it meanwhile (a missing letter was reported, the card was remade).
        with transaction.atomic():
            follow_up.close()


def hear_post(unexpected: Unexpected) -> int:
    """Says in our dossiers what the post said. Acknowledged once it is safe; returns how many were heard."""
    heard = 0
    for scan in adapter("post").scans():
        letter = (
            Letter.objects.filter(number_index=blind("letter", scan.number)).select_related("dossier").first()
        )
        if letter is None and _handing_over():
            continue  # killed between the post's counter and the move that says it: heard again afterwards
        if letter is None:
            unexpected("post", scan.id, f"{scan.kind}: a letter that is not ours")
        else:
            try:
                heard_now = _heard(letter, scan)
            except Exception as error:  # noqa: BLE001  one spoilt dossier keeps nobody else's letter waiting
                log.warning("scan %s: %s", scan.id, type(error).__name__)
                continue  # not acknowledged: it is told again
            if not heard_now:
                unexpected(
                    "post",
                    scan.id,
                    f"{scan.kind} {letter.dossier.reference}: not awaited in {letter.dossier.state}",
                )
        adapter("post").acknowledge(scan.id)
        heard += 1
    return heard


def _handing_over() -> bool:
    """Whether a letter was perhaps given to the post whose number we have not written down yet."""
    begun = FollowUp.objects.filter(follower__in=("hand_over", "send_again"), attempts__gt=0)
    return begun.filter(done=False, parked=False).exists()


def _heard(letter: Letter, scan: Scan) -> bool:
    key = f"post-{scan.id}"[:80]
    if Event.objects.filter(dossier=letter.dossier, key=key).exists():
        return True  # heard, and not acknowledged before we were killed
    with transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(last_scan=scan.kind[:10], last_scan_on=scan.day)
    verb = VERBS.get(scan.kind)
    if verb is None:
        return scan.kind == "pass"  # the postman is on his way: shown, and nothing changes
    newest = Letter.objects.filter(dossier=letter.dossier).order_by("-noted_at").first()
    if newest is None or newest.pk != letter.pk:
        return False  # news of a letter that was sent again since
    try:
        move(
            letter.dossier,
            verb,
            POST,
            key=key,
            on=scan.day,
            detail={"office": scan.office, "scan": scan.kind},
        )
    except Refusal:
        return False
    return True
