"""What a measure or a drill leaves behind: a JSON file under out/, raw material beside it, and one last line."""

from __future__ import annotations

import contextlib
import json
import math
import os
import platform
import shutil
import signal
import sqlite3
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "out"
PACKAGES = ("telepermis", "django", "granian", "huey", "cryptography", "pillow", "psycopg")


def long_form() -> bool:
    """Whether the published figures are wanted (LONG=1) rather than an answer within 50 seconds."""
    return os.environ.get("LONG", "") not in {"", "0"}


@dataclass
class Report:
    """One run. `figures` and `cases` are filled by the body; the rest is written by `publish`."""

    name: str  # bench-writers, proof-crash: the name of the file
    seed: int = 0
    cases: int = 0
    figures: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)  # why it did not pass, a sentence each
    versions: dict[str, str] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)

    @property
    def folder(self) -> Path:
        """Where the raw material goes: what somebody else needs to work the figures out again."""
        path = OUT / self.name
        path.mkdir(parents=True, exist_ok=True)
        return path

    @property
    def seconds(self) -> float:
        """Since the run began."""
        return time.monotonic() - self.started

    def expect(self, true: object, otherwise: str) -> None:
        """Notes a sentence when this is not so; the run then has not passed."""
        if not true:
            self.wrong.append(otherwise.replace(f"{ROOT}/", ""))

    def as_json(self) -> dict[str, Any]:
        """The shape that every report has (a test keeps it so)."""
        return {
            "name": self.name,
            "passed": not self.wrong,
            "figures": {**self.figures, **({"wrong": self.wrong} if self.wrong else {})},
            "cases": self.cases,
            "seconds": round(self.seconds, 1),
            "seed": self.seed,
            "versions": {**versions(), **self.versions},
        }

    def write(self) -> Path:
        """Writes the JSON file, whole or not at all."""
        OUT.mkdir(exist_ok=True)
        path = OUT / f"{self.name}.json"
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(self.as_json(), ensure_ascii=False, indent=2) + "\n", "utf-8")
        fresh.replace(path)
        return path


def publish(name: str, body: Callable[[Report], str], seed: int = 0) -> int:
    """Runs the body, which returns its last line; writes the report whatever happens. Returns the exit code."""
    report = Report(name, seed)
    shutil.rmtree(OUT / name, ignore_errors=True)
    try:
        with _terminated_as_exit():
            line = body(report)
    except Exception as error:  # noqa: BLE001  a run that did not end has not passed, and says so
        traceback.print_exc()
        line = "did not end"
        report.expect(False, f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")
    report.write()
    for sentence in report.wrong[:20]:
        print(f"{name}: {sentence}", file=sys.stderr)
    print(f"{name}: {'passed' if not report.wrong else 'FAILED'}, {line}", flush=True)
    return 1 if report.wrong else 0


@contextlib.contextmanager
def _terminated_as_exit() -> Iterator[None]:
    """SIGTERM ends a Python program on the spot; here it must first stop what was started."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def versions() -> dict[str, str]:
    """What the figures depend on, without anything that tells whose machine it was."""
    found = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    found["machine"] = (
        f"{os.cpu_count()} CPUs, {platform.machine()}, {platform.system()} {platform.release()}"
    )
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed (nearest rank); 0 of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def waits(seconds: Sequence[float]) -> dict[str, float]:
    """The percentiles that we publish, in milliseconds."""
    marks = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999}
    found = {f"{mark}_ms": round(percentile(seconds, share) * 1000, 1) for mark, share in marks.items()}
    return found | {"worst_ms": round(max(seconds, default=0.0) * 1000, 1)}


def json_lines(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes raw material, one JSON object a line."""
    text = "".join(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows)
    path.write_text(text, "utf-8")
