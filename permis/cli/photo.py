"""`permis photo FILE|-`: whether a photo of a face will do for a licence, with its measures. No Django, no database."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from permis.cli import NO, YES, Fault
from permis.cli.page import given

if TYPE_CHECKING:
    from permis.vision.files import Made
    from permis.vision.portrait import Measure, Reason, Verdict


def arguments(parser: argparse.ArgumentParser) -> None:
    """One file, or `-` for standard input; where to put the pictures that are made of it."""
    parser.add_argument("file", metavar="FILE|-", help="a photo; - for standard input")
    parser.add_argument("--drawn", metavar="JPEG", help="write the photo with its measures drawn on it here")
    parser.add_argument("--framed", metavar="JPEG", help="write the part that the proposed frame shows here")


def run(args: argparse.Namespace) -> tuple[int, dict[str, Any] | None]:
    """Exit 0 when it is conform, 1 when it is not or has to be looked at, 2 when it is no picture."""
    from permis.vision import files, portrait  # noqa: PLC0415  other commands need no decoder

    data = given(args.file, files.LIMIT)
    made = read(data, "portrait")
    measures = made[0].said["portrait"]
    verdict, reasons = portrait.judge(measures)
    answer = told(verdict, reasons, measures, portrait.MEASURES)
    answer = {"verdict": verdict, "faces": int(measures["faces"]), **answer, "frame": made[0].said["frame"]}
    if args.drawn:
        written(args.drawn, made[1].jpeg)
    if args.framed:
        written(args.framed, read(data, "portrait_framed")[0].jpeg)
    return (YES if verdict == "conform" else NO), answer


def read(data: bytes, task: str) -> list[Made]:
    """What the cage makes of a file. Raises `Fault` with the sentence of what to do."""
    from permis.vision import cage, files  # noqa: PLC0415  the same

    try:
        return cage.read(data, task)
    except files.Refused as refused:
        raise Fault(refused.sentence) from None


def written(name: str, jpeg: bytes) -> None:
    """Writes a picture. Raises `Fault` where it cannot be."""
    try:
        Path(name).write_bytes(jpeg)
    except (OSError, ValueError):
        raise Fault("L’image ne peut pas être écrite à cet endroit : donnez un autre chemin.") from None


def told(
    verdict: Verdict,
    reasons: Sequence[Reason],
    measures: Mapping[str, float | None],
    table: Sequence[Measure],
) -> dict[str, Any]:
    """The verdict with its measures and its reasons, as the command prints them."""
    return {
        "verdict": verdict,
        "measures": {
            row.name: {
                "value": measures[row.name],
                "unit": row.unit,
                "low": row.low,
                "high": row.high,
                "source": row.source,
            }
            for row in table
            if row.name in measures
        },
        "reasons": [{"code": reason.code, "message": reason.message} for reason in reasons],
    }
