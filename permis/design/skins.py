"""The two skins of the same pages: ours, and the State's for an operator entitled to it (docs/skins.md)."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

SKINS = ("neutral", "dsfr")
PREFIX = "dsfr"
# Of the State's package, only what our pages use: its components and its icons, without what old browsers need
# (`legacy`), its script, its pictograms and its colours. Weights are in docs/skins.md.
OF_THE_STATE = ("dsfr.main.min.css", "utility/icons/icons.main.min.css")
# In this order: the State's sheets, what they do not have, and the bridge that gives our tokens their values.
SHEETS = {
    "neutral": ("design/skin.min.css",),
    "dsfr": (*(f"{PREFIX}/{sheet}" for sheet in OF_THE_STATE), "design/tp.css", "design/pont-dsfr.css"),
}
_ADDRESS = re.compile(r"""url\(\s*["']?([^"')#?]+)""")


def wrong(skin: str) -> str:
    """Why this skin cannot be worn here, in a sentence for the operator; empty when it can."""
    if skin not in SKINS:
        return f"PERMIS_SKIN is {' or '.join(SKINS)}, not {skin!r}."
    if skin == "dsfr" and find_spec("dsfr") is None:
        return (
            "PERMIS_SKIN=dsfr needs the package django-dsfr, which is not installed: "
            "run PERMIS_SKIN=dsfr tools/install run, or leave PERMIS_SKIN out. See docs/skins.md."
        )
    return ""


def folder() -> Path:
    """Where the installed package keeps the State's files. Raises FileNotFoundError without the package."""
    # Its place alone is read: importing it would bring its Django app, which we do not use.
    spec = find_spec("dsfr")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("django-dsfr is not installed")
    return Path(spec.submodule_search_locations[0]) / "static" / "dsfr" / "dist"


def files() -> list[str]:
    """The State's files that the pages may ask for: the sheets, and every font and icon that they name."""
    dist, found = folder(), []
    for sheet in OF_THE_STATE:
        found.append(sheet)
        home = (dist / sheet).parent
        named = _ADDRESS.findall((dist / sheet).read_text("utf-8"))
        found += [
            (home / address).resolve().relative_to(dist.resolve()).as_posix()
            for address in named
            if not address.startswith(("data:", "http"))
        ]
    return sorted(set(found))
