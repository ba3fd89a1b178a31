"""What people type to sign in, made one: an e-mail in lower case, or a mobile number as E.164."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

# A mobile number can receive a code: 06 and 07 in France, and overseas departments' own prefixes.
MOBILE = re.compile(r"^\+33[67]\d{8}$|^\+(262|590|594|596|687|689|508|681)\d{6,9}$")
ABROAD = re.compile(r"^\+[1-9]\d{7,14}$")


def normalise_phone(text: str) -> str:
    """A mobile number as +33612345678. Raises ValidationError with what to type."""
    digits = re.sub(r"[\s.\-()/\u00a0\u202f]", "", text)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if re.fullmatch(r"0[1-9]\d{8}", digits):
        digits = "+33" + digits[1:]
    if digits.startswith("+330"):
        digits = "+33" + digits[4:]
    if digits.startswith("+33") and not MOBILE.match(digits):
        raise ValidationError(
            "Écrivez un numéro de mobile, qui commence par 06 ou 07. Exemple : 06 12 34 56 78"
        )
    if not (MOBILE.match(digits) or ABROAD.match(digits)):
        raise ValidationError("Écrivez un numéro de mobile à 10 chiffres. Exemple : 06 12 34 56 78")
    return digits


def normalise(text: str) -> tuple[str, str]:
    """(channel, address) for what was typed: ("email", …) or ("sms", …). Raises ValidationError otherwise."""
    text = text.strip().strip("\u200b\ufeff")
    if not text:
        raise ValidationError("Écrivez votre adresse e-mail ou votre numéro de mobile.")
    if re.match(r"^[+0][\d\s.\-()/\u00a0\u202f]+$", text):
        return "sms", normalise_phone(text)
    address = text.lower()
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationError(
            "Écrivez une adresse e-mail ou un numéro de mobile. Exemples : lea@exemple.fr, 06 12 34 56 78"
        ) from None
    return "email", address


def masked(channel: str, address: str) -> str:
    """The address as it is shown on a page that somebody may look at: enough to know it, no more."""
    if channel == "sms":
        return f"{address[:-8]}•• •• •• {address[-2:]}" if len(address) > 8 else "••"
    name, _, host = address.partition("@")
    return f"{name[:2]}•••@{host}"


def spoken(phone: str) -> str:
    """A number as people say it: 06 12 34 56 78 in France, as it is elsewhere."""
    if not re.fullmatch(r"\+33\d{9}", phone):
        return phone
    digits = "0" + phone[3:]
    return " ".join(digits[i : i + 2] for i in range(0, 10, 2))
