"""The `permis` command: one JSON object on standard output, at most one sentence on standard error.

Exit 0: yes, done. 1: read, but not so. 2: the input is no such thing. It imports lazily: a command that needs
no database loads no Django.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

YES, NO, WRONG = 0, 1, 2


class Fault(Exception):
    """The input is no such thing: exit 2 with this sentence."""


Command = Callable[[argparse.Namespace], tuple[int, dict[str, Any] | None]]

# name → (module, one-line help); each module has `arguments(parser)` and `run(args)`
COMMANDS: dict[str, tuple[str, str]] = {
    "serve": ("permis.cli.serve", "the web server and the worker, under one supervisor"),
    "worker": ("permis.cli.worker", "a worker alone"),
    "verify": (
        "permis.cli.verify",
        "check that a dossier is whole: chain, state, documents, nothing pending lost",
    ),
    "doctor": ("permis.cli.doctor", "examine this installation"),
    "pieces": ("permis.cli.pieces", "documents, rights and price for one situation (JSON on standard input)"),
    "law": ("permis.cli.law", "the tables in force at a date, and what changed between two"),
    "storage": (
        "permis.cli.storage",
        "compare database and storage, remove what is due, bring back what was set aside",
    ),
    "page": ("permis.cli.page", "whether a picture or a PDF can be read, with its measures"),
    "photo": ("permis.cli.photo", "whether a photo of a face will do for a licence, with its measures"),
    "signature": ("permis.cli.signature", "whether a picture of a signature will do, with its measures"),
    "2ddoc": ("permis.cli.twodoc", "read a 2D-Doc in a picture, a PDF or as it is, and verify its signature"),
    "mrz": ("permis.cli.mrz", "read a machine-readable zone on a picture or in a PDF; -: its lines as text"),
    "outside": ("permis.cli.outside", "play the outside world (demo mode only)"),
}


def setup_django() -> None:
    """Makes Django ready; a faulty configuration becomes one sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415
    from django.apps import apps  # noqa: PLC0415

    from permis.cli.processes import private_files  # noqa: PLC0415

    private_files()
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415

    if apps.ready:  # a second time would give the log to whatever standard error is just now
        return
    try:
        django.setup()
    except (ImproperlyConfigured, ValueError) as error:
        raise Fault(str(error)) from error
    except Exception as error:
        if type(error).__name__ == "WeakKeys":
            raise Fault(str(error)) from error
        raise


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        raise Fault(f"{self.prog}: {message}")


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = _Parser(prog="permis", description=(__doc__ or "").splitlines()[0])
    commands = top.add_subparsers(dest="command", required=True, parser_class=_Parser)
    for name, (module, words) in COMMANDS.items():
        one = commands.add_parser(name, help=words, description=words)
        one.set_defaults(module=module)
        import_module(module).arguments(one)
    return top


def _signed(argv: list[str]) -> list[str]:
    """`clock -1d` is a shift and not an option."""
    if argv[:2] == ["outside", "clock"] and len(argv) == 3 and argv[2].startswith("-") and argv[2] != "-h":
        return [*argv[:2], "--", argv[2]]
    return argv


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; never a stack trace for a fault of the input, nor for an output that takes nothing."""
    answer = None
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # what JSON is in, whatever the terminal says
    try:
        args = parser().parse_args(_signed(list(sys.argv[1:] if argv is None else argv)))
        code, answer = import_module(args.module).run(args)
        if answer is not None:
            print(json.dumps(answer, ensure_ascii=False, default=str), flush=True)
    except Fault as fault:
        print(fault, file=sys.stderr)
        return WRONG
    except BrokenPipeError:  # whoever reads has heard enough; nothing more is said at the exit either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NO
    except OSError as error:
        if answer is None:
            raise
        print(f"The answer could not be written: {error.strerror}.", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WRONG
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if type(error).__module__ != "django.db.utils":
            raise
        print("The database does not answer, or has no tables yet: start permis serve once.", file=sys.stderr)
        return WRONG
    return code
