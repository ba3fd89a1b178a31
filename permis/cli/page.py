"""`permis page FILE|-`: whether a picture or a PDF can be read, each page with its measures. No Django, no database."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from permis.cli import NO, YES, Fault


def arguments(parser: argparse.ArgumentParser) -> None:
    """One file, or `-` for standard input."""
    parser.add_argument("file", metavar="FILE|-", help="a picture or a PDF; - for standard input")
    parser.add_argument(
        "--colour", action="store_true", help="for a piece whose copy in black and white will not do"
    )


def run(args: argparse.Namespace) -> tuple[int, dict[str, Any] | None]:
    """Exit 0 when every page is conform, 1 when one is not or has to be looked at, 2 when it is no such file."""
    from permis.vision import cage, files, page  # noqa: PLC0415  other commands need no decoder

    try:
        made = cage.read(given(args.file, files.LIMIT))
    except files.Refused as refused:
        raise Fault(refused.sentence) from None
    pages = []
    for one in made:
        measures = one.said["measures"]
        faults = [f for f in page.judge(measures) if args.colour or f.code != "grey"]
        pages.append((one, measures, faults))
    every = [f for _, _, faults in pages for f in faults]
    verdict = "conform" if not every else "to_check"
    if any(f.severity == "sure" for f in every):
        verdict = "not_conform"
    told = {f.code: f.message for f in every}
    answer = {
        "verdict": verdict,
        "pages": [
            {
                "width": one.width,
                "height": one.height,
                "measures": {
                    row.name: {
                        "value": measures[row.name],
                        "unit": row.unit,
                        "low": row.low,
                        "high": row.high,
                        "source": row.source,
                    }
                    for row in page.MEASURES
                },
                "reasons": [{"code": f.code, "message": f.message} for f in faults],
            }
            for one, measures, faults in pages
        ],
        "reasons": [{"code": code, "message": message} for code, message in told.items()],
    }
    return (YES if verdict == "conform" else NO), answer


def given(name: str, limit: int) -> bytes:
    """The file, and no more of it than tells that it is too big. Raises `Fault`."""
    try:
        if name == "-":
            return sys.stdin.buffer.read(limit + 1) if sys.stdin else b""
        if not Path(name).is_file():  # a pipe without a writer would be waited for
            raise OSError(name)
        with Path(name).open("rb") as file:
            return file.read(limit + 1)
    except (OSError, ValueError):  # no such file, a folder, a name with a null byte
        raise Fault(
            "Ce fichier ne peut pas être lu : donnez le chemin d’une image ou d’un PDF, ou - pour l’entrée standard."
        ) from None
