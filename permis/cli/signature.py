"""`permis signature FILE|-`: whether a picture of a signature will do, with its measures. No Django, no database."""

from __future__ import annotations

import argparse
from typing import Any

from permis.cli import NO, YES
from permis.cli.page import given
from permis.cli.photo import read, told, written


def arguments(parser: argparse.ArgumentParser) -> None:
    """One file, or `-` for standard input; where to put the cleaned signature."""
    parser.add_argument("file", metavar="FILE|-", help="a picture of a signature; - for standard input")
    parser.add_argument("--cleaned", metavar="JPEG", help="write the signature in black on white here")


def run(args: argparse.Namespace) -> tuple[int, dict[str, Any] | None]:
    """Exit 0 when it is conform, 1 when it is not or has to be looked at, 2 when it is no picture."""
    from permis.vision import files, signature  # noqa: PLC0415  other commands need no decoder

    made = read(given(args.file, files.LIMIT), "signed_paper")[0]
    measures = made.said["signature"]
    verdict, reasons = signature.judge(measures)
    if args.cleaned:
        written(args.cleaned, made.jpeg)
    return (YES if verdict == "conform" else NO), told(verdict, reasons, measures, signature.MEASURES)
