"""Makes permis/questions/data/communes.csv.xz from an unpacked @etalab/decoupage-administratif (maintenance only).

`tools/places.py FOLDER`, where FOLDER holds the package's `package.json` and `data/communes.json`.
One line a place, the most inhabited first (so that what is found first is the likeliest): INSEE code; postcodes, separated by spaces; kind; folded name; name. Kinds: C a commune of
today, A a municipal arrondissement (Paris, Lyon, Marseille), O a commune that has merged and kept its name
(déléguée or associée), with the postcodes of the commune it belongs to.
"""

from __future__ import annotations

import argparse
import json
import lzma
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from permis.questions.places import fold  # noqa: E402  run from anywhere

OUT = ROOT / "permis" / "questions" / "data" / "communes.csv.xz"
KINDS = {
    "commune-actuelle": "C",
    "arrondissement-municipal": "A",
    "commune-deleguee": "O",
    "commune-associee": "O",
}


def rows(folder: Path) -> list[str]:
    """The lines of the file. KeyError when the package has a type of place that we do not know."""
    places = json.loads((folder / "data" / "communes.json").read_text("utf-8"))
    today = {p["code"]: p for p in places if p["type"] == "commune-actuelle"}
    found = []
    for place in places:
        kind, parent = KINDS[place["type"]], today.get(place.get("chefLieu", ""), {})
        if kind == "O" and parent.get("code") == place["code"] and parent.get("nom") == place["nom"]:
            continue  # the main part of a merged commune bears its name: one line is enough
        codes = place.get("codesPostaux") or (parent.get("codesPostaux", []) if kind == "O" else [])
        name = place["nom"].replace("'", "’")
        row = f"{place['code']};{' '.join(codes)};{kind};{fold(name)};{name}"
        found.append((-place.get("population", 0), row))
    return [row for _, row in sorted(found)]


def main() -> None:
    """Writes the file; the same package always gives the same bytes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    version = json.loads((folder / "package.json").read_text("utf-8"))["version"]
    made = rows(folder)
    OUT.write_bytes(lzma.compress(("\n".join(made) + "\n").encode(), preset=9))
    print(f"{OUT.name}: {len(made)} places from version {version}, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
