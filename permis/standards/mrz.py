"""Machine-readable zones: ICAO 9303 (TD1, TD2, TD3, visas), the French card before 2021 and the French licence.

`parse` takes the lines as text and believes nothing of them: each check digit, the grammar of each field, the calendar.
Reading them on a picture is another matter: permis/vision/mrz_reader.py.

Sources: ICAO Doc 9303, parts 3 to 7; the French card and the French licence as their published specimens compute (no
public specification of either zone was found).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from permis.domain.legal import ARR_2016, Source

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
DIGITS, LETTERS = ALPHABET[:10], ALPHABET[10:36]
FILLER = "<"


class Kind(StrEnum):
    """The layouts that are known."""

    TD1 = "TD1"  # cards: three lines of 30
    TD2 = "TD2"  # larger cards: two lines of 36
    TD3 = "TD3"  # passports: two lines of 44
    MRVA = "MRVA"  # visas: two lines of 44
    MRVB = "MRVB"  # visas: two lines of 36
    FR_ID = "FR_ID"  # the French identity card made before 2021: two lines of 36
    FR_LICENCE = "FR_LICENCE"  # the French licence since 2013: one line of 30


SHAPES: dict[Kind, tuple[int, int]] = {
    Kind.TD1: (3, 30), Kind.TD2: (2, 36), Kind.TD3: (2, 44), Kind.MRVA: (2, 44), Kind.MRVB: (2, 36),
    Kind.FR_ID: (2, 36), Kind.FR_LICENCE: (1, 30),
}  # fmt: skip


class NotMrz(Exception):
    """These lines are no machine-readable zone; the sentence says what is wrong with them."""


# ── Check digits ────────────────────────────────────────────────────────────────────────────────────────────
def check_digit(text: str) -> str:
    """The check digit of ICAO 9303 part 3: weights 7, 3, 1, the value of a letter from A = 10, a filler is 0."""
    return str(sum(_value(sign) * (7, 3, 1)[rank % 3] for rank, sign in enumerate(text)) % 10)


def _value(sign: str) -> int:
    return 0 if sign == FILLER else ALPHABET.index(sign)


@dataclass(frozen=True)
class Span:
    """Characters of one line: from `start` up to, and without, `end`, counted from 0."""

    line: int
    start: int
    end: int

    def of(self, lines: Sequence[str]) -> str:
        """What stands there."""
        return lines[self.line][self.start : self.end]


@dataclass(frozen=True)
class Check:
    """One check digit: what it covers, where it stands, and whether it may be left out when nothing is covered."""

    name: str
    covers: tuple[Span, ...]
    at: tuple[int, int]  # line, place
    optional: bool = False
    unfilled: bool = (
        False  # the digit may also be counted without the fillers: Belgium does it for its long numbers
    )

    def right(self, lines: Sequence[str]) -> bool:
        """Whether the digit is the one that the covered characters give."""
        said = lines[self.at[0]][self.at[1]]
        covered = "".join(span.of(lines) for span in self.covers)
        if said == FILLER:
            return self.optional and not covered.strip(FILLER)
        return said == check_digit(covered) or (
            self.unfilled and said == check_digit(covered.replace(FILLER, ""))
        )


def checks(kind: Kind, lines: Sequence[str]) -> tuple[Check, ...]:
    """The check digits of these lines. They depend on what is read in one case: the long number of a TD1."""
    match kind:
        case Kind.TD1:
            return (
                _td1_number(lines[0]),
                Check("birth_date", (Span(1, 0, 6),), (1, 6)),
                Check("expires_on", (Span(1, 8, 14),), (1, 14)),
                Check("all", (Span(0, 5, 30), Span(1, 0, 7), Span(1, 8, 15), Span(1, 18, 29)), (1, 29)),
            )
        case Kind.TD2:
            return (*_PERSON, Check("all", (Span(1, 0, 10), Span(1, 13, 20), Span(1, 21, 35)), (1, 35)))
        case Kind.TD3:
            return (
                *_PERSON,
                Check("optional", (Span(1, 28, 42),), (1, 42), optional=True),
                Check("all", (Span(1, 0, 10), Span(1, 13, 20), Span(1, 21, 43)), (1, 43)),
            )
        case Kind.MRVA | Kind.MRVB:
            return _PERSON
        case Kind.FR_ID:
            return (
                Check("number", (Span(1, 0, 12),), (1, 12)),
                Check("birth_date", (Span(1, 27, 33),), (1, 33)),
                Check("all", (Span(0, 0, 36), Span(1, 0, 35)), (1, 35)),
            )
        case Kind.FR_LICENCE:
            # the first digit covers the kind and the State too, and not the number alone
            return (
                Check("number", (Span(0, 0, 14),), (0, 14)),
                Check("all", (Span(0, 0, 29),), (0, 29)),
            )


_PERSON = (
    Check("number", (Span(1, 0, 9),), (1, 9)),
    Check("birth_date", (Span(1, 13, 19),), (1, 19)),
    Check("expires_on", (Span(1, 21, 27),), (1, 27)),
)
_LONG = re.compile(r"([A-Z0-9]*)([0-9])(<.*)?$")


def _td1_number(first: str) -> Check:
    """A number of more than nine characters goes on in the optional field, and its digit is the last before a filler.

    The filler that stands in the place of the digit is counted as one character, of value 0.
    """
    long = first[14] == FILLER and _LONG.match(first[15:])
    if long and long[1]:
        at = 15 + len(long[1])
        return Check("number", (Span(0, 5, at),), (0, at), unfilled=True)
    return Check("number", (Span(0, 5, 14),), (0, 14))


# ── Grammar ─────────────────────────────────────────────────────────────────────────────────────────────────
_ANY, _NAME, _DATE, _CHECK = ALPHABET, LETTERS + FILLER, DIGITS + FILLER, DIGITS
_SEX = "MFX<"
_FIRST = {Kind.TD1: "ACI", Kind.TD2: "ACIP", Kind.TD3: "P", Kind.MRVA: "V", Kind.MRVB: "V"}
_BIRTH = [DIGITS, DIGITS, "01<", _DATE, "0123<", _DATE]
_END = [DIGITS, DIGITS, "01", DIGITS, "0123", DIGITS]
_FRENCH_NUMBER = [*[DIGITS] * 2, *[LETTERS] * 2, *[DIGITS] * 5]  # passports and licences: 13AA00002
# An unknown day, month or year of birth is told by fillers.
_BIRTH[0] = _BIRTH[1] = _DATE


def grammar(kind: Kind, *, french: bool = False) -> list[list[str]]:
    """For each place of each line, what may stand there. `french`: issued by France, whose rules are stricter."""
    state = ["F", "R", "A"] if french else [LETTERS, _NAME, _NAME]
    land = [LETTERS, _NAME, _NAME]
    number = _FRENCH_NUMBER if french and kind is Kind.TD3 else [_ANY] * 9
    person = [*number, _CHECK, *land, *_BIRTH, _CHECK, _SEX, *_END, _CHECK]
    match kind:
        case Kind.TD1:
            return [
                [_FIRST[kind], _ANY, *state, *[_ANY] * 9, _DATE, *[_ANY] * 15],
                [*_BIRTH, _CHECK, _SEX, *_END, _CHECK, *land, *[_ANY] * 11, _CHECK],
                [LETTERS, *[_NAME] * 29],
            ]
        case Kind.TD2:
            return [[_FIRST[kind], _ANY, *state, LETTERS, *[_NAME] * 30], [*person, *[_ANY] * 7, _CHECK]]
        case Kind.TD3:
            return [
                [_FIRST[kind], _NAME, *state, LETTERS, *[_NAME] * 38],
                [*person, *[_ANY] * 14, _DATE, _CHECK],
            ]
        case Kind.MRVA | Kind.MRVB:
            width = SHAPES[kind][1]
            return [
                [_FIRST[kind], _ANY, *state, LETTERS, *[_NAME] * (width - 6)],
                [*person, *[_ANY] * (width - 28)],
            ]
        case Kind.FR_ID:
            office = [*[_ANY] * 6]
            return [
                ["I", "D", "F", "R", "A", LETTERS, *[_NAME] * 24, *office],
                [
                    DIGITS, DIGITS, "01", DIGITS, *[DIGITS + LETTERS] * 3, *[DIGITS] * 5, _CHECK, LETTERS,
                    *[_NAME] * 13, *_BIRTH, _CHECK, _SEX, _CHECK,
                ],
            ]  # fmt: skip
        case Kind.FR_LICENCE:
            return [
                ["D", "1", "F", "R", "A", *_FRENCH_NUMBER, _CHECK, *_END, LETTERS, *[_NAME] * 7, _CHECK],
            ]


# ── Dates ───────────────────────────────────────────────────────────────────────────────────────────────────
def past(text: str, today: date) -> str | None:
    """YYMMDD of a birth, or YYMM of an issue, as an ISO date: the latest century that is not in the future.

    What fillers leave out is left out ("1983-08", "1983"); None: unknown, or no date. Somebody of a hundred years or
    more is read a century too young: compare such a date by its two figures.
    """
    return _iso(text, lambda found: found <= today.isoformat()[: len(found)], (today.year // 100, -1))


def end(text: str, today: date) -> str | None:
    """YYMMDD of an expiry as an ISO date: the century that puts it within fifty years of today. None: no date."""
    near = range(today.year - 50, today.year + 50)
    return _iso(text, lambda found: int(found[:4]) in near, (today.year // 100 + 1, -1))


def _iso(text: str, fits: object, centuries: tuple[int, int]) -> str | None:
    if not re.fullmatch(r"\d\d(\d\d(\d\d|<<)?|<<<<)", text):
        return None
    year, month, day = text[:2], text[2:4].strip(FILLER), text[4:6].strip(FILLER)
    newest, step = centuries
    for century in range(newest, newest + 4 * step, step):
        whole = f"{century:02}{year}"
        if month and not 1 <= int(month) <= 12:
            return None
        found = "-".join(part for part in (whole, month, day) if part)
        if callable(fits) and fits(found):
            if day and not 1 <= int(day) <= calendar.monthrange(int(whole), int(month))[1]:
                return None
            return found
    return None


# ── What a zone says ────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Fields:
    """What is read; None where this kind has no such field, or where it is left empty or is no date.

    Dates are ISO, or their beginning when the rest is unknown ("1994-09"). `sex` is M, F, X, or < when it is not told.
    """

    surname: str
    given_names: str | None
    number: str
    birth_date: str | None
    expires_on: str | None
    issued_on: str | None
    sex: str | None
    nationality: str | None
    issuing_state: str


@dataclass(frozen=True)
class Reason:
    """Why a zone is not right, or what is to be known of it: a code and a French sentence."""

    code: str
    message: str


@dataclass(frozen=True)
class Zone:
    """A machine-readable zone. `valid`: its check digits, its grammar and its dates are right; an expired one may be."""

    kind: Kind
    lines: tuple[str, ...]
    fields: Fields
    valid: bool
    reasons: tuple[Reason, ...]
    optional: str = (
        ""  # what the State adds: on a French residence permit, the number of the foreign national
    )
    cut: bool = False  # the names fill their place: they may go on

    @property
    def residence_permit(self) -> bool:
        """Whether this is a French residence permit."""
        return self.kind is Kind.TD1 and self.lines[0].startswith("IRFRA")


_NAMED = {
    "number": "du numéro",
    "birth_date": "de la date de naissance",
    "expires_on": "de la date de fin",
    "optional": "de la zone libre",
    "all": "de l’ensemble",
}


def parse(lines: Sequence[str], today: date) -> Zone:
    """The zone that these lines are. Raises `NotMrz` when no kind has their shape or their signs."""
    clean = tuple(lines)
    kind = kind_of(clean)
    reasons: list[Reason] = []
    rules = grammar(kind, french=clean[0][2:5] == "FRA")
    odd = [
        (row + 1, place + 1)
        for row, line in enumerate(clean)
        for place, sign in enumerate(line)
        if sign not in rules[row][place]
    ]
    if odd:
        where = ", ".join(f"ligne {row}, caractère {place}" for row, place in odd[:3])
        reasons.append(Reason("grammar", f"Un caractère ne peut pas se trouver là : {where}."))
    for check in checks(kind, clean):
        if not check.right(clean):
            sentence = f"Le chiffre de contrôle {_NAMED[check.name]} ne correspond pas."
            reasons.append(Reason(f"check_{check.name}", sentence))
    fields, optional, cut = _fields(kind, clean, today)
    reasons += _dates(kind, clean, fields, today)
    return Zone(kind, clean, fields, not reasons, tuple(reasons), optional, cut)


def kind_of(lines: Sequence[str]) -> Kind:
    """Which kind has this shape and this beginning. Raises `NotMrz`."""
    shape = (len(lines), len(lines[0]) if lines else 0)
    if not lines or any(len(line) != shape[1] for line in lines) or shape not in SHAPES.values():
        raise NotMrz(
            "Ce n’est pas une zone de lecture : il faut 1 ou 3 lignes de 30 caractères, ou 2 lignes de 36 ou 44."
        )
    foreign = sorted({sign for line in lines for sign in line} - set(ALPHABET))
    if foreign:
        raise NotMrz(
            "Une zone de lecture n’a que des lettres majuscules sans accent, des chiffres et le signe <."
        )
    if shape == (1, 30):
        if not lines[0].startswith("D1FRA"):
            raise NotMrz(
                "Une zone d’une seule ligne est celle d’un permis français : elle commence par D1FRA."
            )
        return Kind.FR_LICENCE
    if shape == (3, 30):
        return Kind.TD1
    visa = lines[0][0] == "V"
    if shape == (2, 44):
        return Kind.MRVA if visa else Kind.TD3
    if lines[0].startswith("IDFRA") and (_all_right(Kind.FR_ID, lines) or not _all_right(Kind.TD2, lines)):
        return Kind.FR_ID
    return Kind.MRVB if visa else Kind.TD2


def _all_right(kind: Kind, lines: Sequence[str]) -> bool:
    return all(check.right(lines) for check in checks(kind, lines))


def lines_of(text: str) -> tuple[str, ...]:
    """The lines in a text that somebody typed or that a 2D-Doc holds, where a filler may have become a space.

    One line of 60, 72, 88 or 90 characters is cut into its lines. Raises `NotMrz` when nothing is left.
    """
    kept = [line.upper() for line in text.replace("\ufeff", "").splitlines() if line.strip()]
    widths = {width for _, width in SHAPES.values()}
    found = [line.replace(" ", FILLER) if len(line) in widths else re.sub(r"\s", "", line) for line in kept]
    if len(found) == 1 and len(found[0]) in {72, 88, 90}:
        width = {72: 36, 88: 44, 90: 30}[len(found[0])]
        found = [found[0][at : at + width] for at in range(0, len(found[0]), width)]
    if not found:
        raise NotMrz("Il n’y a aucune ligne à lire.")
    return tuple(found)


def _spaced(text: str) -> str:
    return " ".join(part for part in text.split(FILLER) if part)


def _names(text: str) -> tuple[str, str]:
    surname, _, given = text.partition("<<")
    return _spaced(surname), _spaced(given)


def _fields(kind: Kind, lines: Sequence[str], today: date) -> tuple[Fields, str, bool]:
    """The fields, what the State adds, and whether the names fill their place."""
    first = lines[0]
    state = first[2:5].strip(FILLER)
    if kind is Kind.FR_LICENCE:
        fields = Fields(
            _spaced(first[21:29]), None, first[5:14].replace(FILLER, ""), None, end(first[15:21], today), None,
            None, None, state,
        )  # fmt: skip
        return fields, "", first[28] != FILLER
    if kind is Kind.FR_ID:
        second = lines[1]
        fields = Fields(
            _spaced(first[5:30]), _spaced(second[13:27]), second[:12].replace(FILLER, ""),
            past(second[27:33], today), None, past(second[:4], today), second[34], state, state,
        )  # fmt: skip
        return (
            fields,
            first[30:36].strip(FILLER),
            FILLER not in {first[29], second[26]} or first[29] != FILLER,
        )
    if kind is Kind.TD1:
        second, names = lines[1], lines[2]
        at = _td1_number(first).at[1]
        number = first[5:at]
        optional = (first[at + 1 :] if at > 14 else first[15:]).strip(FILLER)
        birth, sex, ends, land = second[:6], second[7], second[8:14], second[15:18]
    else:
        second, names = lines[1], first[5:]
        number, optional = second[:9], second[28 : 42 if kind is Kind.TD3 else None].strip(FILLER)
        if kind is Kind.TD2:
            optional = second[28:35].strip(FILLER)
        birth, sex, ends, land = second[13:19], second[20], second[21:27], second[10:13]
    surname, given = _names(names)
    fields = Fields(
        surname, given, number.replace(FILLER, ""), past(birth, today), end(ends, today), None, sex,
        land.strip(FILLER), state,
    )  # fmt: skip
    return fields, optional, names[-1] != FILLER


def _dates(kind: Kind, lines: Sequence[str], fields: Fields, today: date) -> list[Reason]:
    """What no calendar allows."""
    found = []
    birth = {Kind.FR_ID: (1, 27), Kind.TD1: (1, 0), Kind.FR_LICENCE: None}.get(kind, (1, 13))
    if birth and fields.birth_date is None and lines[birth[0]][birth[1] : birth[1] + 6].strip(FILLER):
        found.append(Reason("birth_date", "La date de naissance n’existe pas au calendrier."))
    if kind is Kind.FR_ID and fields.issued_on is None:
        found.append(Reason("issued_on", "Le mois de délivrance n’existe pas au calendrier."))
    if kind is not Kind.FR_ID and fields.expires_on is None:
        found.append(Reason("expires_on", "La date de fin n’existe pas au calendrier."))
    return found


# ── Until when a document will do ───────────────────────────────────────────────────────────────────────────
DECRET_2013_1188 = Source(
    "DECRET_2013_1188", "Décret n° 2013-1188 du 18 décembre 2013 (durée de la carte d’identité)", ""
)


@dataclass(frozen=True)
class Term:
    """For how many years a French identity card made before 2021 is valid, from a month of issue on."""

    since: str  # YYYY-MM
    adult: int
    minor: int
    source: Source


# Cards of January 2004 to December 2013 bear ten years; the decree adds five for those who were adults at the issue.
# From January 2014 on the fifteen years are printed.
CARD_TERMS = (
    Term("1900-01", 10, 10, DECRET_2013_1188),
    Term("2004-01", 15, 10, DECRET_2013_1188),
)
ADULT = 18
TOLERANCE_YEARS = 5  # a French card or passport proves an identity so long after its end
TOLERANCE_SOURCE = ARR_2016


@dataclass(frozen=True)
class Standing:
    """Until when a document is valid, until when it still proves an identity here, and how that stands today."""

    valid_to: date
    accepted_to: date
    expired: bool
    accepted: bool
    reason: Reason | None


def standing(zone: Zone, today: date) -> Standing | None:
    """How a document stands on a day; None when its end cannot be told, or for a visa, which is no proof of identity.

    A French card before 2021 tells the month of its issue alone: the whole month counts, to the person's good.
    """
    fields = zone.fields
    if zone.kind in {Kind.MRVA, Kind.MRVB}:
        return None
    if zone.kind is Kind.FR_ID:
        valid_to = _card_end(fields)
    else:
        valid_to = date.fromisoformat(fields.expires_on) if fields.expires_on else None
    if valid_to is None:
        return None
    french = fields.issuing_state == "FRA"
    identity = zone.kind is Kind.FR_ID or zone.lines[0][0] == "P" or zone.lines[0].startswith("IDFRA")
    years = TOLERANCE_YEARS if french and identity else 0
    accepted_to = _later(valid_to, years)
    expired, accepted = today > valid_to, today <= accepted_to
    reason = None
    if expired and accepted:
        reason = Reason(
            "expired",
            f"Ce document n’est plus valable depuis le {_french(valid_to)} ; il est accepté jusqu’au {_french(accepted_to)}.",
        )
    elif expired:
        reason = Reason("expired", f"Ce document n’est plus valable depuis le {_french(valid_to)}.")
    return Standing(valid_to, accepted_to, expired, accepted, reason)


def _card_end(fields: Fields) -> date | None:
    if fields.issued_on is None:
        return None
    year, month = (int(part) for part in fields.issued_on.split("-"))
    term = max((row for row in CARD_TERMS if row.since <= fields.issued_on), key=lambda row: row.since)
    birth = (fields.birth_date or "").ljust(4, "9")
    adult = f"{year - ADULT:04}-{month:02}-31" >= birth
    year += term.adult if adult else term.minor
    return date(year, month, calendar.monthrange(year, month)[1])


def _later(day: date, years: int) -> date:
    year = day.year + years
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip


def _french(day: date) -> str:
    return f"{'1ᵉʳ' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"
