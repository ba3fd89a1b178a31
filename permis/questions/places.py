"""Countries and departments, read once from the lists shipped beside."""

from __future__ import annotations

from pathlib import Path

_DATA = Path(__file__).parent / "data"


def _pairs(name: str) -> tuple[tuple[str, str], ...]:
    rows = (line.split(";", 1) for line in (_DATA / name).read_text("utf-8").splitlines() if line)
    return tuple((code, label) for code, label in rows)


_ALL = _pairs("countries.csv")
COUNTRY_NAMES: dict[str, str] = dict(_ALL)
COUNTRIES: tuple[tuple[str, str], ...] = (
    ("FR", COUNTRY_NAMES["FR"]),
    *(pair for pair in _ALL if pair[0] != "FR"),
)
DEPARTMENTS: dict[str, str] = dict(_pairs("departments.csv"))


def department_of(postcode: str) -> str:
    """The department of a postcode of five digits (Corsica is told apart by its third digit)."""
    if postcode.startswith("20"):
        return "2A" if postcode[2] in "01" else "2B"
    return postcode[:3] if postcode[:2] in {"97", "98"} else postcode[:2]
