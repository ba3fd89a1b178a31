"""A page opened on a phone for one slot: one phone, a quarter of an hour, no sign-in, nothing of the dossier."""

from __future__ import annotations

import base64
import datetime as dt
from io import BytesIO

import zxingcpp
from django.db import transaction
from PIL import Image

from permis import clock
from permis.domain.vocabulary import Role
from permis.dossier.facts import NotNow, lock, may_give
from permis.dossier.models import Slot
from permis.evidence.models import PhoneLink
from permis.vault.sealing import blind

LIFE = dt.timedelta(minutes=15)
TOKEN_BYTES = 16
MODULE = 8  # pixels of one square of the code
QUIET = 4  # squares of white around it


def make(slot: Slot, role: Role) -> PhoneLink:
    """A fresh link for this slot; those before end. Raises `facts.NotNow` when the slot is shut."""
    now = clock.now()
    with transaction.atomic():
        lock(slot.dossier_id)
        slot.refresh_from_db()
        if not may_give(slot, role):
            raise NotNow
        PhoneLink.objects.filter(slot=slot, ended_at=None).update(ended_at=now)
        link = PhoneLink(slot=slot, role=role, made_at=now, expires_at=now + LIFE)
        link.token_index = blind("phone", token(link))
        link.save(force_insert=True)
    return link


def token(link: PhoneLink) -> str:
    """What the address holds: made again from the row by whoever has our keys, guessed by nobody."""
    raw = bytes.fromhex(blind("phone-token", str(link.pk)))[:TOKEN_BYTES]
    return base64.b32encode(raw).decode("ascii").rstrip("=").lower()


def live(slot: Slot) -> PhoneLink | None:
    """The link of this slot that still opens; None if there is none."""
    return PhoneLink.objects.filter(slot=slot, ended_at=None, expires_at__gt=clock.now()).last()


def find(typed: str) -> PhoneLink | None:
    """The link that this address opens, ended or not; None when there never was one."""
    found = PhoneLink.objects.filter(token_index=blind("phone", typed.lower()))
    return found.select_related("slot__dossier").first()


def is_over(link: PhoneLink) -> bool:
    """Whether its time has passed, it was said done, or its slot takes nothing any more."""
    return link.ended_at is not None or link.expires_at <= clock.now() or is_shut(link)


def is_shut(link: PhoneLink) -> bool:
    """Whether its slot takes nothing any more."""
    return not link.slot.asked or not may_give(link.slot, Role(link.role))


def hold(link: PhoneLink, holder: str) -> bool:
    """Binds the link to the phone that first gives something; false for any other."""
    index = blind("phone-holder", holder)
    with transaction.atomic():
        PhoneLink.objects.filter(pk=link.pk, holder_index="").update(holder_index=index)
    link.refresh_from_db(fields=["holder_index"])
    return link.holder_index == index


def held_by(link: PhoneLink, holder: str) -> bool:
    """Whether nobody has used it yet, or this phone has."""
    return not link.holder_index or (bool(holder) and link.holder_index == blind("phone-holder", holder))


def end(link: PhoneLink) -> None:
    """It opens no more."""
    with transaction.atomic():
        PhoneLink.objects.filter(pk=link.pk, ended_at=None).update(ended_at=clock.now())


def qr(address: str) -> bytes:
    """The QR code of an address, as PNG."""
    code = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    squares = Image.fromarray(code.to_image(scale=MODULE))
    edge = QUIET * MODULE
    page = Image.new("L", (squares.width + 2 * edge, squares.height + 2 * edge), 255)
    page.paste(squares, (edge, edge))
    out = BytesIO()
    page.convert("1").save(out, "PNG", optimize=True)
    return out.getvalue()
