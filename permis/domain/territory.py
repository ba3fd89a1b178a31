"""Where somebody lives, as the law divides France: departments, and the territories with rules of their own."""

from __future__ import annotations

GUYANE = "973"
# The collectivities whose licences are exchanged as those of neither France nor a foreign State (F32134).
OVERSEAS = frozenset({"NC", "PF", "WF", "PM", "BL", "MF"})


def department_of(postcode: str) -> str:
    """The department of a postcode of five digits (Corsica is told apart by its third digit)."""
    if postcode.startswith("20"):
        return "2A" if postcode[2] in "01" else "2B"
    return postcode[:3] if postcode[:2] in {"97", "98"} else postcode[:2]
