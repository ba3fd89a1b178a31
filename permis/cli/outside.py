"""`permis outside …`: plays the outside world in demo mode: messages, factory, postman, clock."""

from __future__ import annotations

import argparse
import re
from typing import Any

from permis.cli import NO, YES, Fault, setup_django

SHIFT = re.compile(r"^([+-]?)(\d{1,4})([dhm])$")
UNITS = {"d": 86400, "h": 3600, "m": 60}


def arguments(parser: argparse.ArgumentParser) -> None:
    """mail, sms, factory, post, clock."""
    what = parser.add_subparsers(dest="what", required=True, parser_class=type(parser))
    mail = what.add_parser("mail", help="the last mail to an address")
    mail.add_argument("--last", metavar="ADDRESS", required=True)
    sms = what.add_parser("sms", help="the last text message to a number")
    sms.add_argument("--last", metavar="NUMBER", required=True)
    factory = what.add_parser("factory", help="the factory makes or rejects the cards that wait")
    factory.add_argument("act", choices=["make", "reject"])
    factory.add_argument("reference", nargs="?")
    post = what.add_parser("post", help="the postman")
    post.add_argument("act", choices=["pass", "absent", "collect", "deliver", "return"])
    post.add_argument("reference")
    moved = what.add_parser("clock", help="moves the world's clock: +15d, +2h, now")
    moved.add_argument("shift")


def run(args: argparse.Namespace) -> tuple[int, dict[str, Any] | None]:
    """One act; exit 1 when there was nothing to act on."""
    setup_django()
    from django.conf import settings  # noqa: PLC0415

    if not settings.DEMO:
        raise Fault("permis outside works in demo mode only.")
    done: tuple[int, dict[str, Any] | None] = globals()[f"_{args.what}"](args)
    return done


def _mail(args: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    from permis.adapters.mail.demo import read_all  # noqa: PLC0415

    found = read_all(args.last.strip())
    return (YES, found[0]) if found else (NO, {"subject": None, "text": None, "links": [], "codes": []})


def _sms(args: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    from django.core.exceptions import ValidationError  # noqa: PLC0415

    from permis.accounts.identifier import normalise_phone  # noqa: PLC0415
    from permis.adapters.sms.demo import read_all  # noqa: PLC0415

    try:
        number = normalise_phone(args.last)
    except ValidationError as error:
        raise Fault(error.messages[0]) from error
    found = read_all(number)
    return (YES, found[0]) if found else (NO, {"text": None, "links": [], "codes": []})


def reference_of(text: str) -> str:
    """The reference that was typed. Raises Fault when it is none."""
    from permis.dossier.reference import read  # noqa: PLC0415

    found = read(text)
    if found is None:
        raise Fault(f"{text} is not a reference (TP-XXXX-XXXX).")
    return found


def _factory(args: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    from permis.adapters.plant import demo  # noqa: PLC0415

    reference = reference_of(args.reference) if args.reference else None
    done = demo.answer("made" if args.act == "make" else "rejected", reference)
    return (YES if done else NO), {"act": args.act, "references": done}


def letters_of(reference: str) -> set[str]:
    """The numbers of the newest letter of a dossier."""
    from permis.delivery.models import Letter  # noqa: PLC0415

    letter = Letter.objects.filter(dossier__reference=reference).order_by("-noted_at").first()
    return {letter.read_number()} if letter else set()


def _post(args: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    from permis.adapters.post import demo  # noqa: PLC0415

    done = demo.scan(args.act, letters_of(reference_of(args.reference)))
    return (YES if done else NO), {"act": args.act, "letters": done}


def _clock(args: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    from permis import clock  # noqa: PLC0415
    from permis.demo import world  # noqa: PLC0415

    if args.shift == "now":
        world.set_offset(0.0)
    else:
        match = SHIFT.match(args.shift)
        if not match:
            raise Fault(f"{args.shift} is not a shift of the clock: +15d, +2h, -1d, or now.")
        sign = -1 if match[1] == "-" else 1
        world.set_offset(clock.offset() + sign * int(match[2]) * UNITS[match[3]])
    return YES, {"now": clock.now().isoformat(timespec="seconds"), "today": clock.today().isoformat()}
