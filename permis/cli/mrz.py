"""`permis mrz FILE|-`: reads a machine-readable zone on a picture or in a PDF; `-`: its lines, on standard input."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from typing import Any

from permis.cli import NO, YES, Fault
from permis.cli.page import given

TYPED_LIMIT = 2000  # characters: a zone has ninety


def arguments(parser: argparse.ArgumentParser) -> None:
    """One file, or `-` for lines on standard input."""
    parser.add_argument(
        "file", metavar="FILE|-", help="a picture or a PDF; - for the lines of a zone on standard input"
    )


def run(args: argparse.Namespace) -> tuple[int, dict[str, Any] | None]:
    """Exit 0 when the zone is valid, 1 when it was read and is not, 2 when there is no zone."""
    from permis import clock  # noqa: PLC0415  other commands need none of these
    from permis.standards import mrz  # noqa: PLC0415

    lines, certain, doubts = _typed() if args.file == "-" else _pictured(args.file)
    today = clock.day_in_paris()
    try:
        zone = mrz.parse(lines, today)
    except mrz.NotMrz as error:
        raise Fault(str(error)) from None
    reasons = [*zone.reasons, *doubts]
    standing = mrz.standing(zone, today) if zone.valid else None
    if standing and standing.reason:
        reasons.append(standing.reason)
    answer = {
        "valid": zone.valid,
        "kind": zone.kind.value,
        "fields": asdict(zone.fields),
        "certain": certain and zone.valid,
        "reasons": [asdict(one) for one in reasons],
    }
    return (YES if zone.valid else NO), answer


def _typed() -> tuple[tuple[str, ...], bool, list[Any]]:
    """Lines as text: nothing was read on a picture, so nothing is doubtful."""
    from permis.standards import mrz  # noqa: PLC0415

    text = sys.stdin.buffer.read(TYPED_LIMIT + 1) if sys.stdin else b""
    if len(text) > TYPED_LIMIT:
        raise Fault("Ce texte est trop long pour une zone de lecture : donnez seulement ses lignes.")
    try:
        return mrz.lines_of(text.decode("utf-8")), True, []
    except (UnicodeDecodeError, mrz.NotMrz):
        raise Fault("L’entrée n’est pas une zone de lecture : donnez ses lignes, une par ligne.") from None


def _pictured(name: str) -> tuple[tuple[str, ...], bool, list[Any]]:
    """What the cage reads on a file: the best page counts."""
    from permis.vision import files, mrz_file  # noqa: PLC0415

    reader = mrz_file.cage()
    try:
        made = reader.read(given(name, files.LIMIT), "mrz")
    except files.Refused as refused:
        raise Fault(refused.sentence) from None
    finally:
        reader.close()
    found = mrz_file.best([one.said["mrz"] for one in made])
    if found is None:
        raise Fault(mrz_file.NONE)
    return tuple(found["lines"]), bool(found["certain"]), list(mrz_file.reasons(found["doubts"]))
