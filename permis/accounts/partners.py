"""Partners of the API and their keys: issued once, checked at each request, revoked."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.db import transaction

from permis import clock
from permis.accounts.models import ApiKey, Partner
from permis.domain.vocabulary import Role
from permis.vault.keys import keyring

PREFIX = "tp_"
KEY_LENGTH = 200  # longer cannot be one of ours: it is not even hashed


def _hash(key: str) -> str:
    return hmac.new(keyring().index, f"api-key\x1f{key}".encode(), hashlib.sha256).hexdigest()


def issue(name: str, role: Role = Role.PHOTOGRAPHER) -> str:
    """A new key for this partner, which is made when nobody has that name. Returned once: only its hash is kept.

    The partner's other keys stay good, so that a key can be changed without a gap.
    """
    key = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        partner, _ = Partner.objects.get_or_create(name=name, defaults={"role": role})
        ApiKey.objects.create(partner=partner, key_hash=_hash(key), hint=key[-4:])
    return key


def holder(key: str) -> Partner | None:
    """The partner who holds this key; None when it is unknown, revoked, or its partner no longer works with us."""
    if not key.startswith(PREFIX) or len(key) > KEY_LENGTH:
        return None
    found = ApiKey.objects.filter(key_hash=_hash(key), revoked_at=None).select_related("partner").first()
    return found.partner if found and found.partner.is_active else None


def revoke(key: str) -> bool:
    """The key opens nothing any more. Whether there was such a key."""
    with transaction.atomic():
        rows = ApiKey.objects.filter(key_hash=_hash(key), revoked_at=None)
        return bool(rows.update(revoked_at=clock.now()))
