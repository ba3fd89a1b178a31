"""The box of messages: posted in a transaction, sent by the worker, emptied once sent."""

from __future__ import annotations

import logging

from django.db import transaction

from permis import bell, clock
from permis.adapters import adapter
from permis.database.leases import Lost
from permis.notices.models import Notice
from permis.vault import new_data_key, open_value, seal_value, unwrap

log = logging.getLogger(__name__)
SEALED = ("address", "subject", "text")


def _place(notice: Notice, field: str) -> str:
    return f"notices_notice.{field}:{notice.pk}"


def post(*, key: str, channel: str, address: str, subject: str, text: str) -> Notice:
    """Puts a message in the box, inside the caller's transaction. The same key and channel twice: once."""
    already = Notice.objects.filter(key=key, channel=channel).first()
    if already:
        return already
    notice = Notice(key=key, channel=channel, posted_at=clock.now())
    data_key, notice.data_key = new_data_key(_place(notice, "data_key"))
    for field, value in zip(SEALED, (address, subject, text), strict=True):
        setattr(notice, field, seal_value(data_key, value.encode(), _place(notice, field)))
    notice.save(force_insert=True)
    bell.ring("notice", notice.pk)
    return notice


def run(pk: object) -> bool:
    """Sends one message if it is waiting. True when it was sent now."""
    notice = Notice.claim(pk)
    if notice is None:
        return False
    try:
        data_key = unwrap(notice.data_key, _place(notice, "data_key"))
        address, subject, text = (
            open_value(data_key, getattr(notice, field), _place(notice, field)).decode() for field in SEALED
        )
        if notice.channel == "sms":
            adapter("sms").send(key=str(notice.pk), number=address, text=text)
        else:
            adapter("mail").send(key=str(notice.pk), to=address, subject=subject, text=text)
        with transaction.atomic():
            notice.close(sent_at=clock.now(), address=b"", subject=b"", text=b"", data_key=b"")
    except Lost:
        return False
    except Exception as error:  # noqa: BLE001  whatever went wrong, the message stays in the box
        log.warning("notice %s not sent: %s", notice.pk, type(error).__name__)
        notice.fail(error)
        return False
    return True


def sweep() -> int:
    """Sends what is waiting; returns how many were sent."""
    return sum(run(pk) for pk in Notice.waiting())
