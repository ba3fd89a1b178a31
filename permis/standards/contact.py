"""How a person is reached: an e-mail in lower case, a mobile number as E.164 (ITU-T), made one and said again."""

from __future__ import annotations

import re
import unicodedata

# What we send an SMS to: numbers that their country's plan (ITU-T E.202 and the plans that ITU publishes) gives to
# mobile telephones only. No other number is accepted: not those of a premium rate, not those of satellites (+870,
# +881, +882, +883), and no country whose mobile numbers look like the others (+1): an e-mail address does as well.
# Each row: the country code, then the mobile numbers after it.
MOBILES = {
    "33": r"[67]\d{8}",  # France
    "262": r"(639|69[23])\d{6}",  # La Réunion, Mayotte
    "508": r"(40|44|55|56)\d{4}",  # Saint-Pierre-et-Miquelon
    "590": r"69[01]\d{6}",  # Guadeloupe, Saint-Barthélemy, Saint-Martin
    "594": r"694\d{6}",  # Guyane
    "596": r"69[67]\d{6}",  # Martinique
    "681": r"8[23]\d{4}",  # Wallis-et-Futuna
    "687": r"[79]\d{5}",  # Nouvelle-Calédonie
    "689": r"8[79]\d{6}",  # Polynésie française
    "30": r"69\d{8}",  # Greece
    "31": r"6[1-58]\d{7}",  # Netherlands
    "32": r"4[5-9]\d{7}",  # Belgium
    "34": r"(6\d{8}|7[1-4]\d{7})",  # Spain: 70 is for personal numbers
    "36": r"(20|30|31|50|70)\d{7}",  # Hungary
    "39": r"3[2-9]\d{8}",  # Italy
    "40": r"7[2-7]\d{7}",  # Romania
    "41": r"7[5-9]\d{7}",  # Switzerland
    "43": r"6(50|6[0134-9]|7[0-8]|8[018]|99)\d{7}",  # Austria
    "44": r"7[3-57-9]\d{8}",  # United Kingdom: 70 is for personal numbers, 76 for pagers
    "46": r"7[02369]\d{7}",  # Sweden
    "47": r"[49]\d{7}",  # Norway
    "48": r"(45|5[0137]|6[069]|7[2389]|88)\d{7}",  # Poland
    "49": r"1(5[1279]\d{8}|6[023]\d{7}|7\d{8})",  # Germany
    "84": r"[35789]\d{8}",  # Viet Nam
    "86": r"1[3-9]\d{9}",  # China
    "90": r"5[03-5]\d{8}",  # Türkiye
    "212": r"[67]\d{8}",  # Morocco
    "213": r"[567]\d{8}",  # Algeria
    "216": r"[259]\d{7}",  # Tunisia
    "221": r"7[05678]\d{7}",  # Senegal
    "223": r"[79]\d{7}",  # Mali
    "225": r"0[157]\d{8}",  # Côte d'Ivoire
    "237": r"6[5-9]\d{7}",  # Cameroon
    "243": r"[89]\d{8}",  # Democratic Republic of the Congo
    "261": r"3[2348]\d{7}",  # Madagascar
    "351": r"9[1236]\d{7}",  # Portugal
    "352": r"6[2-9]1\d{6}",  # Luxembourg
    "353": r"8[35679]\d{7}",  # Ireland
    "357": r"9[4-79]\d{6}",  # Cyprus
    "358": r"(4[0-6]|50)\d{7}",  # Finland
    "359": r"8[789]\d{7}",  # Bulgaria
    "370": r"6\d{7}",  # Lithuania
    "376": r"[36]\d{5}",  # Andorra
    "377": r"(4\d{7}|6\d{8})",  # Monaco
    "380": r"(50|6[36-8]|73|9[1-9])\d{7}",  # Ukraine
    "385": r"9[1258]\d{7}",  # Croatia
    "420": r"(60[1-8]|7[237]\d)\d{6}",  # Czechia
    "421": r"9(0[1-8]|1\d|4\d|5[0-24])\d{6}",  # Slovakia
}
MOBILE = re.compile("|".join(rf"\+{country}(?:{after})" for country, after in MOBILES.items()), re.ASCII)
NOT_MOBILE = "Écrivez un numéro de mobile, qui commence par 06 ou 07. Exemple : 06 12 34 56 78"
NOT_PHONE = "Écrivez un numéro de mobile à 10 chiffres. Exemple : 06 12 34 56 78"
NOT_SERVED = (
    "Nous ne pouvons pas envoyer de SMS à ce numéro. Écrivez un numéro de mobile français, ou choisissez une adresse "
    "e-mail. Exemple : 06 12 34 56 78"
)
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
    if MOBILE.fullmatch(digits):
        return digits
    if digits.startswith("+33"):
        raise ValueError(NOT_MOBILE)
    raise ValueError(NOT_SERVED if re.fullmatch(r"\+\d{7,15}", digits, re.ASCII) else NOT_PHONE)


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
