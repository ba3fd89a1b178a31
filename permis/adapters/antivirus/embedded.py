"""The engine that needs nobody: rules of our own (`rules/*.yar`) on the file, and on what its PDF streams unpack to.

It knows ways of attacking and not the viruses of this week: what it says is « nothing of what I know ». The rules say
what is called found and what is not, and why. Time and memory are bounded; past them the answer is `Unknown`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yara_x

from permis.adapters.antivirus import Unknown, Verdict, unpacking

RULES = Path(__file__).parent / "rules"
LARGEST = 64 << 20  # bytes of one file, held in memory while it is looked at
PATIENCE_S = 20.0


class EmbeddedAntivirus:
    """Compiled once a process; each question has a scanner of its own."""

    name = "embedded"

    def __init__(self, *, patience_s: float = PATIENCE_S) -> None:
        self.patience_s = patience_s

    def look(self, chunks: Iterable[bytes], *, within_s: float | None = None) -> Verdict:
        """The verdict on the file that these bytes make, however they are cut. Raises `Unknown`."""
        patience_s = self.patience_s if within_s is None else min(within_s, self.patience_s)
        until = time.monotonic() + patience_s
        data = _joined(chunks)
        scanner = yara_x.Scanner(_compiled())
        scanner.set_global("kind", unpacking.kind(data))
        for piece, content in unpacking.pieces(data):
            left = until - time.monotonic()
            if left <= 0:
                raise Unknown("TimeoutError")
            scanner.set_global("piece", piece)
            scanner.set_timeout(max(1, int(left)))
            try:
                found = scanner.scan(content).matching_rules
            except (yara_x.TimeoutError, yara_x.ScanError) as error:
                raise Unknown(type(error).__name__) from None
            if found:
                return Verdict(clean=False, engine=self.name, signature=found[0].identifier)
        return Verdict(clean=True, engine=self.name)

    def about(self) -> str:
        """How many rules it has: they are of the day of this release."""
        return f"embedded rules: {len(list(_compiled()))}, as old as this release"


def _joined(chunks: Iterable[bytes]) -> bytes:
    parts, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        if size > LARGEST:
            raise Unknown("SizeLimit")
        parts.append(chunk)
    return b"".join(parts)


@cache
def _compiled() -> yara_x.Rules:
    compiler = yara_x.Compiler()
    compiler.define_global("kind", unpacking.OTHER)
    compiler.define_global("piece", unpacking.WHOLE)
    for path in sorted(RULES.glob("*.yar")):
        compiler.add_source(path.read_text("utf-8"), origin=path.name)
    return compiler.build()
