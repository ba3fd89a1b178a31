"""`permis pieces [--why]`: documents, rights and price for the situation on standard input. No Django, no database."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from permis.cli import NO, YES, Fault


def arguments(parser: argparse.ArgumentParser) -> None:
    """The situation comes on standard input."""
    parser.add_argument("--why", action="store_true", help="for each document, the rule that decided")


def run(args: argparse.Namespace) -> tuple[int, dict[str, Any] | None]:
    """Exit 0 when it can be filed (even with facts unknown), 1 otherwise, 2 when the input is no situation."""
    from permis import clock  # noqa: PLC0415  other commands need neither
    from permis.domain import door  # noqa: PLC0415

    try:
        raw = sys.stdin.buffer.read(door.LIMIT + 1) if sys.stdin else b""
        found = door.reply(raw, clock.day_in_paris(), why=args.why)
    except door.Wrong as wrong:
        raise Fault(wrong.sentence) from None
    except OSError:
        raise Fault("L’entrée ne peut pas être lue : donnez un objet JSON sur l’entrée standard.") from None
    return (YES if found["outcome"] == "file" else NO), found
