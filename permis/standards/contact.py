"""How a person is reached: an e-mail in lower case, a mobile number as E.164 (ITU-T), made one and said again."""

from __future__ import annotations

import re
import unicodedata

# A mobile number can receive a code: 06 and 07 in France, and overseas departments' own prefixes.
MOBILE = re.compile(r"\+33[67]\d{8}|\+(262|590|594|596|687|689|508|681)\d{6,9}", re.ASCII)
ABROAD = re.compile(r"\+[1-9]\d{7,14}", re.ASCII)
NOT_MOBILE = "Écrivez un numéro de mobile, qui commence par 06 ou 07. Exemple : 06 12 34 56 78"
NOT_PHONE = "Écrivez un numéro de mobile à 10 chiffres. Exemple : 06 12 34 56 78"
NOT_EMAIL = "Écrivez une adresse e-mail complète. Exemple : lea@exemple.fr"
# RFC 5321 §4.5.3.1: 64 octets before the sign @, 254 for the whole (RFC 3696, erratum 1690).
LOCAL_MOST, ADDRESS_MOST = 64, 254
# RFC 5322 dot-atom, without quotes or comments: no provider gives such an address to a person.
LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
# RFC 1035 labels, and the letters that RFC 5890 adds to them.
LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")
PHONE_SIGNS = re.compile(r"[\s.\-()/\u2010-\u2015\u2212]")


def normalise_phone(text: str) -> str:
    """A mobile number as +33612345678. Raises ValueError with the French sentence of what to type."""
    digits = PHONE_SIGNS.sub("", text)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if re.fullmatch(r"0[1-9]\d{8}", digits, re.ASCII):
        digits = "+33" + digits[1:]
    if digits.startswith("+330"):
        digits = "+33" + digits[4:]
    if digits.startswith("+33") and not MOBILE.fullmatch(digits):
        raise ValueError(NOT_MOBILE)
    if not (MOBILE.fullmatch(digits) or ABROAD.fullmatch(digits)):
        raise ValueError(NOT_PHONE)
    return digits


def normalise_email(text: str) -> str:
    """An e-mail address in lower case. Raises ValueError with the French sentence of what to type."""
    address = unicodedata.normalize("NFC", text).strip().strip("\u200b\ufeff").lower()
    local, at, host = address.rpartition("@")
    labels = host.split(".")
    if not (
        at
        and len(local) <= LOCAL_MOST
        and len(address) <= ADDRESS_MOST
        and LOCAL.fullmatch(local)
        and len(labels) > 1
        and all(LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
        and len(labels[-1]) > 1
    ):
        raise ValueError(NOT_EMAIL)
    return address


def spoken(phone: str) -> str:
    """A number as people say it: 06 12 34 56 78 in France, as it is elsewhere."""
    if not re.fullmatch(r"\+33\d{9}", phone):
        return phone
    digits = "0" + phone[3:]
    return " ".join(digits[i : i + 2] for i in range(0, 10, 2))
