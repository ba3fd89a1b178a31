"""One-time codes: made, sent by the post office of notices, checked once."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from permis import clock, notices
from permis.accounts.models import Code
from permis.vault.keys import keyring
from permis.vault.sealing import blind

LIFE = dt.timedelta(minutes=15)
TRIES = 5
WRONG = "Ce n’est pas le bon code. Vérifiez les 6 chiffres du dernier message reçu."
PER_HOUR = 8  # codes to one subject: more would be a way to flood somebody


@dataclass(frozen=True)
class Sent:
    """A code that was sent. `token` is what the link of the message carries."""

    code: Code
    token: str


class TooMany(Exception):
    """Too many codes were asked for; the sentence says when to come back."""

    sentence = "Vous avez demandé beaucoup de codes. Attendez une heure avant d’en demander un autre."


class WrongCode(Exception):
    """The code does not open; `sentence` says what to do next."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def _digest(code_id: object, digits: str) -> str:
    return hmac.new(keyring().index, f"code\x1f{code_id}\x1f{digits}".encode(), hashlib.sha256).hexdigest()


def send(purpose: str, subject: object, channel: str, address: str, words: notices.Words | None) -> Sent:
    """Makes a code and posts it in one transaction. `words` is given the code and the token. Raises `TooMany`.

    Without words nothing is sent: an unknown address then counts and answers exactly like a known one.
    """
    now = clock.now()
    digits, token = f"{secrets.randbelow(10**6):06d}", secrets.token_urlsafe(24)
    with transaction.atomic():
        recent = Code.objects.filter(
            purpose=purpose, subject=str(subject), made_at__gt=now - dt.timedelta(hours=1)
        )
        if recent.count() >= PER_HOUR:
            raise TooMany
        code = Code(
            purpose=purpose,
            subject=str(subject),
            channel=channel,
            address=address,
            token=blind("token", token),
            made_at=now,
            expires_at=now + LIFE,
        )
        code.digest = _digest(code.pk, digits)
        code.save(force_insert=True)
        if words is not None:
            notices.post(key=f"code-{code.pk}", channel=channel, address=address, **words(digits, token))
    return Sent(code, token)


def latest(purpose: str, subject: object) -> Code | None:
    """The newest code of this subject, whatever its state."""
    return Code.objects.filter(purpose=purpose, subject=str(subject)).order_by("-made_at").first()


def check(purpose: str, subject: object, typed: str) -> Code:
    """The newest code if `typed` is it, not yet consumed. Counts the try. Raises `WrongCode`."""
    digits = "".join(c for c in typed if c.isdigit())
    with transaction.atomic():
        code = latest(purpose, subject)
        if code is None:
            raise WrongCode("Demandez d’abord un code.")
        if code.used_at is not None:
            raise WrongCode("Ce code a déjà servi. Demandez-en un nouveau, il arrive en moins d’une minute.")
        if clock.now() > code.expires_at:
            raise WrongCode(
                "Ce code n’est plus valable. Demandez-en un nouveau, il arrive en moins d’une minute."
            )
        if not Code.objects.filter(pk=code.pk, tries__lt=TRIES).update(tries=F("tries") + 1):
            raise WrongCode("Ce code a été essayé trop de fois. Demandez-en un nouveau.")
    if len(digits) != 6 or not hmac.compare_digest(code.digest, _digest(code.pk, digits)):
        raise WrongCode(WRONG)
    return code


def by_token(purpose: str, token: str) -> Code | None:
    """The code whose link carries this token, if it can still be used."""
    code = Code.objects.filter(purpose=purpose, token=blind("token", token), used_at=None).first()
    return code if code and clock.now() <= code.expires_at else None


def consume(code: Code) -> None:
    """Uses the code, inside the transaction of what it confirms. Raises `WrongCode` if it was used meanwhile."""
    if not Code.objects.filter(pk=code.pk, used_at=None).update(used_at=clock.now()):
        raise WrongCode("Ce code a déjà servi. Demandez-en un nouveau, il arrive en moins d’une minute.")
