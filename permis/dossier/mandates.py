"""The legal representative's part: invited by a key, let in by it, signed for one state of the answers."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from permis import clock
from permis.domain import asked
from permis.domain.conditions import minor, ward
from permis.domain.situation import NotYetKnown, Situation
from permis.domain.vocabulary import Piece
from permis.dossier.facts import Stale, lock
from permis.dossier.models import Dossier, Mandate
from permis.dossier.reference import ALPHABET, READ_AS
from permis.vault import seal_value
from permis.vault.sealing import blind

LIFE = dt.timedelta(days=30)
HOUR = dt.timedelta(hours=1)
HIS = (Piece.REP, Piece.ID_REP)  # the papers that the representative signs with
KEY_LENGTH = 12  # characters of 5 bits: nobody guesses 60 bits


@dataclass(frozen=True)
class Representative:
    """Who signs, as the answers say."""

    names: str
    quality: str
    channel: str
    address: str


def needed(situation: Situation) -> bool:
    """Whether somebody must sign with the person: a minor, or an adult under guardianship."""
    try:
        return (minor | ward)(situation)
    except NotYetKnown:
        return False


def named(answers: Mapping[str, Any]) -> Representative | None:
    """The representative that the answers name; None while an answer lacks."""
    channel = str(answers.get("rep_channel") or "")
    address = str(answers.get("rep_email" if channel == "email" else "rep_phone") or "")
    names = " ".join(str(answers.get(n) or "") for n in ("rep_given_names", "rep_birth_name")).strip()
    quality = str(answers.get("rep_quality") or "")
    return (
        Representative(names, quality, channel, address)
        if channel and address and names and quality
        else None
    )


def live(dossier: Dossier) -> Mandate | None:
    """The invitation that holds now: not replaced, and sent to the representative whom the answers name."""
    mandate: Mandate | None = dossier.mandates.filter(ended_at=None).first()
    return mandate if mandate and _is_his(mandate, dossier) else None


def _is_his(mandate: Mandate, dossier: Dossier) -> bool:
    who = named(asked.read(dossier.all_answers()))
    return who is not None and mandate.address_index == index_of(who.channel, who.address)


def index_of(channel: str, address: str) -> str:
    """The blind index of where an invitation went."""
    return blind("mandate-address", f"{channel}:{address}")


def invite(dossier: Dossier, who: Representative, post: Callable[[Mandate, str], None]) -> Mandate:
    """Ends the invitation that held and makes another; `post` sends its key, in the same transaction."""
    key = "".join(secrets.choice(ALPHABET) for _ in range(KEY_LENGTH))
    with transaction.atomic():
        here = lock(dossier.pk)
        here.mandates.filter(ended_at=None).update(ended_at=clock.now())
        mandate = Mandate(dossier=here, channel=who.channel, expires_at=clock.now() + LIFE)
        mandate.address = seal_value(
            here.key(), who.address.encode(), f"dossier_mandate.address:{mandate.pk}"
        )
        mandate.address_index = index_of(who.channel, who.address)
        mandate.key_index = blind("mandate", key)
        mandate.save(force_insert=True)
        post(mandate, key)
    return mandate


def read_key(typed: str) -> str:
    """A key as typed: capitals, without spaces or dashes, O read as 0, I and L as 1."""
    kept = "".join(c for c in typed.upper() if c.isalnum())
    return kept.translate(READ_AS)


def by_key(typed: str) -> Mandate | None:
    """The live invitation with this key."""
    key = read_key(typed)
    if len(key) != KEY_LENGTH:
        return None
    found = Mandate.objects.filter(key_index=blind("mandate", key), ended_at=None, expires_at__gt=clock.now())
    mandate = found.select_related("dossier").first()
    return mandate if mandate and _is_his(mandate, mandate.dossier) else None


def opened(mandate: Mandate) -> None:
    """The representative came in by the key: told once."""
    with transaction.atomic():
        Mandate.objects.filter(pk=mandate.pk, opened_at=None).update(opened_at=clock.now())


def sign(mandate: Mandate, revision: int, also: Callable[[], None]) -> None:
    """Signs the answers of this revision, and the representative's papers as they are.

    Raises `Stale` when either changed since the page was made; `also` runs in the transaction.
    """
    with transaction.atomic():
        here = lock(mandate.dossier_id)
        if here.revision != revision or live(here) != mandate:
            raise Stale
        also()
        Mandate.objects.filter(pk=mandate.pk).update(signed_at=clock.now(), signed_digest=digest(here))


def digest(dossier: Dossier) -> str:
    """What a signature covers: the answers, and which of the representative's papers stand there."""
    papers = dossier.slots.filter(asked=True, piece__in=[str(p) for p in HIS]).order_by("piece", "side")
    signed = {
        "answers": asked.read(dossier.all_answers()),
        "papers": [[s.piece, s.side, s.status, s.changed_at.isoformat()] for s in papers],
    }
    return blind("mandate-signed", f"{dossier.pk}:{json.dumps(signed, ensure_ascii=False, sort_keys=True)}")


def signed(dossier: Dossier) -> Mandate | None:
    """The mandate whose signature holds for the answers and the papers as they are now."""
    mandate = live(dossier)
    return mandate if mandate and mandate.signed_digest and mandate.signed_digest == digest(dossier) else None
