"""`permis verify REFERENCE|--all`: is every dossier whole?"""

from __future__ import annotations

import argparse
from typing import Any

from permis.cli import NO, YES, Fault, setup_django


def arguments(parser: argparse.ArgumentParser) -> None:
    """One reference, or all."""
    parser.add_argument("reference", nargs="?")
    parser.add_argument("--all", action="store_true")


def run(args: argparse.Namespace) -> tuple[int, dict[str, Any] | None]:
    """Exit 0 when whole, 1 with what is wrong and where, 2 when there is no such dossier."""
    setup_django()
    from permis.cli.outside import reference_of  # noqa: PLC0415
    from permis.delivery.verify import verify_letters  # noqa: PLC0415
    from permis.dossier.verify import verify  # noqa: PLC0415
    from permis.evidence.verify import verify_documents  # noqa: PLC0415
    from permis.submission.verify import verify_mandates  # noqa: PLC0415

    if bool(args.reference) == args.all:
        raise Fault("Give one reference, or --all.")
    only = None if args.all else reference_of(args.reference)
    report = verify(only)
    if only and not report.checked:
        raise Fault(f"There is no dossier {only}.")
    for part in (verify_documents, verify_letters, verify_mandates):
        try:
            part(report, only)
        except Exception as error:  # noqa: BLE001  a spoilt row that cannot even be listed
            report.fault(only or "?", f"{part.__name__}: rows cannot be listed ({type(error).__name__})")
    whole = not report.faults
    return (YES if whole else NO), {
        "whole": whole,
        "checked": report.checked,
        "events": report.events,
        "documents": report.documents,
        "pending": report.pending,
        "faults": [{"reference": reference, "what": what} for reference, what in report.faults],
    }
