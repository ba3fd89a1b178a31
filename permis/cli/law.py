"""`permis law [--on DATE] [--changes FROM TO]`: the tables in force at a date, or what changed between two."""

from __future__ import annotations

import argparse
from typing import Any

from permis.cli import YES, Fault


def arguments(parser: argparse.ArgumentParser) -> None:
    """One date, or two; today when there is none."""
    parser.add_argument("--on", metavar="DATE", help="the rows in force on that day (default: today)")
    parser.add_argument(
        "--changes",
        nargs=2,
        metavar=("FROM", "TO"),
        help="what began or ended between two days, both included",
    )


def run(args: argparse.Namespace) -> tuple[int, dict[str, Any] | None]:
    """Exit 0 with the rows; 2 for no date of the calendar, or one before the tables begin."""
    from permis import clock  # noqa: PLC0415  other commands need none of them
    from permis.domain import axis, door  # noqa: PLC0415

    try:
        if args.changes and args.on:
            raise Fault("Donnez --on ou --changes, pas les deux.")
        if args.changes:
            first, last = (door.day("--changes", text) for text in args.changes)
            if last < first:
                raise Fault("« --changes » attend deux dates, la plus ancienne d’abord.")
            return YES, axis.changes(first, last)
        return YES, axis.on(door.day("--on", args.on) if args.on is not None else clock.day_in_paris())
    except door.Wrong as wrong:
        raise Fault(wrong.sentence) from None
    except axis.TooEarly as early:
        raise Fault(str(early)) from None
