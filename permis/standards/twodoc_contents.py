"""What the fields of a 2D-Doc say, in the terms of a request: names, birth, address, days, category, sanction.

For the types of document that a request may hold. What is read here is worth what `permis.standards.twodoc.verify`
says of the code, and no more.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from permis.standards.twodoc import Seal, days

ADDRESS = frozenset({"00", "01", "02", "04", "27", "28"})  # types that can prove where somebody lives
EXAM, RECORD, ORDER, POINTS = "AD", "AB", "AA", "A1"


@dataclass(frozen=True)
class Address:
    """Where, line by line as postal addresses are written."""

    street: str
    postcode: str
    town: str
    country: str = "FR"
    more: tuple[str, ...] = ()  # flat, building, hamlet

    def __bool__(self) -> bool:
        return bool(self.postcode or self.town)


@dataclass(frozen=True)
class Contents:
    """What a document says of somebody; empty or None where it says nothing."""

    kind: str
    birth_name: str = ""
    usage_name: str = ""
    surname: str = ""  # where the document does not say which of the two it is
    given_names: tuple[str, ...] = ()
    whole_names: tuple[str, ...] = ()  # « M ECHANTILLON ARTHUR »: one for each person that the document names
    birth_date: dt.date | None = None
    birth_place: str = ""
    address: Address | None = None
    issued_on: dt.date | None = None  # what the age of a proof of address is counted from
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    category: str = ""
    exam_on: dt.date | None = None
    practical: bool | None = None
    codes: tuple[str, ...] = ()  # restrictions, as on line 12 of a licence
    medical_visit: bool | None = None
    file_number: str = ""
    licence_state: str = ""
    zone: tuple[str, ...] = ()  # lines of a machine-readable zone
    cut: frozenset[str] = frozenset()  # fields that the issuer cut


def contents(seal: Seal) -> Contents:
    """Reads the fields. What is not written as it should be is left out, never guessed."""
    f, kind = seal.fields, seal.header.kind
    declared = [f.get(name, "") for name in ("46", "48")]
    return Contents(
        kind=kind,
        birth_name=f.get("62", ""),
        usage_name=f.get("63", ""),
        surname=f.get("6G", ""),
        given_names=tuple(
            name.strip() for name in (f.get("60") or f.get("61") or "").split("/") if name.strip()
        ),
        whole_names=tuple(one for one in (_beneficiary(f), _other(f), *declared) if one),
        birth_date=day(f.get("69", "")),
        birth_place=f.get("6A", ""),
        address=_address(f),
        issued_on=_issued(seal),
        starts_on=day(f.get("D3", ""), year_first=True) or day(f.get("6N", "")),
        ends_on=day(f.get("D4", ""), year_first=True)
        or day(f.get("6O", ""))
        or days(f.get("08") or f.get("E2", "")),
        category=f.get("ED", ""),
        exam_on=day(f.get("EC", "")),
        practical={"P": True, "T": False}.get(f.get("EA", "")),
        codes=tuple(code for code in f.get("EE", "").split("/") if code),
        medical_visit={"1": True, "0": False}.get(f.get("EF", "")),
        file_number=f.get("E9") or f.get("AC", ""),
        licence_state=f.get("E5", ""),
        zone=_zone(f.get("6F", "")),
        cut=seal.truncated,
    )


def day(text: str, *, year_first: bool = False) -> dt.date | None:
    """A day of eight digits, JJMMAAAA; with `year_first` AAAAMMJJ is tried before, since issuers write both."""
    if not re.fullmatch(r"\d{8}", text, re.ASCII):
        return None
    ways = [(text[4:], text[2:4], text[:2]), (text[:4], text[4:6], text[6:])]
    for year, month, number in reversed(ways) if year_first else ways[:1]:
        try:
            found = dt.date(int(year), int(month), int(number))
        except ValueError:
            continue
        if 1900 <= found.year <= 2100:
            return found
    return None


def _issued(seal: Seal) -> dt.date | None:
    """When the document was made: as its own field says, or its header, or the day when a tax notice became due."""
    f = seal.fields
    if seal.header.kind in {"04", "28"}:
        return day(f.get("4A", ""))
    return seal.header.issued_on or days(f.get("06") or f.get("E1", "")) or day(f.get("4B", ""))


def _beneficiary(f: dict[str, str]) -> str:
    return _joined(f.get("10", "")) or " ".join(
        part for part in (f.get("11"), f.get("13"), f.get("12")) if part
    )


def _other(f: dict[str, str]) -> str:
    return _joined(f.get("1I", "")) or " ".join(
        part for part in (f.get("1J"), f.get("1L"), f.get("1K")) if part
    )


def _joined(line: str) -> str:
    """TITLE/NAME/FIRST NAME in one line."""
    return " ".join(part.strip() for part in line.split("/") if part.strip())


def _address(f: dict[str, str]) -> Address | None:
    if "24" in f or "25" in f or "22" in f:
        more = tuple(f[name] for name in ("20", "21", "23") if f.get(name))
        return Address(f.get("22", ""), f.get("24", ""), f.get("25", ""), f.get("26", ""), more)
    if "6W" in f or "6X" in f:
        more = tuple(f[name] for name in ("6S", "6T", "6V") if f.get(name))
        return Address(f.get("6U", ""), f.get("6W", ""), f.get("6X", ""), f.get("6Y", ""), more)
    if f.get("4Y"):  # lines one after the other, the postcode and the town at the end
        lines = [part.strip() for part in f["4Y"].split("/")]
        place = next((n for n, line in enumerate(lines) if re.fullmatch(r"\d{5}", line, re.ASCII)), None)
        if place:
            return Address(lines[0], lines[place], " ".join(lines[place + 1 :]), "FR", tuple(lines[1:place]))
    return None


def _zone(text: str) -> tuple[str, ...]:
    """The lines of a machine-readable zone, whose fillers are written as blanks."""
    full = text.replace(" ", "<")
    wide = {90: 30, 72: 36, 88: 44}.get(len(full), 0)
    return tuple(full[n : n + wide] for n in range(0, len(full), wide)) if wide else ()
