"""What people type to sign in, made one: an e-mail in lower case, or a mobile number as E.164."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

from permis.standards import contact
from permis.standards.contact import spoken

__all__ = ["masked", "normalise", "normalise_phone", "spoken"]

EITHER = "Écrivez une adresse e-mail ou un numéro de mobile. Exemples : lea@exemple.fr, 06 12 34 56 78"


def normalise_phone(text: str) -> str:
    """A mobile number as +33612345678. Raises ValidationError with what to type."""
    try:
        return contact.normalise_phone(text)
    except ValueError as error:
        raise ValidationError(str(error)) from None


def normalise(text: str) -> tuple[str, str]:
    """(channel, address) for what was typed: ("email", …) or ("sms", …). Raises ValidationError otherwise."""
    text = text.strip().strip("\u200b\ufeff")
    if not text:
        raise ValidationError("Écrivez votre adresse e-mail ou votre numéro de mobile.")
    if re.match(r"^[+0][\d\s.\-()/\u00a0\u202f]+$", text):
        return "sms", normalise_phone(text)
    try:
        return "email", contact.normalise_email(text)
    except ValueError:
        raise ValidationError(EITHER) from None


def masked(channel: str, address: str) -> str:
    """The address as it is shown on a page that somebody may look at: enough to know it, no more."""
    if channel == "sms":
        start = f"0{address[3]}" if address.startswith("+33") else address[:-8]
        return f"{start} •• •• •• {address[-2:]}" if len(address) > 8 else "••"
    name, _, host = address.partition("@")
    return f"{name[:2]}•••@{host}"
