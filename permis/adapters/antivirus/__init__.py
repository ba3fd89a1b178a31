"""Whether a file carries something that attacks: asked of every file, before anything of it is opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

# The file of the industry that every engine calls a virus and that does nothing, in two halves: whole, this
# module would itself be one.
TEST_FILE = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + rb"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Unknown(Exception):
    """No answer could be had: nobody there, too late, too big, garbled. It is never clean: ask again later.

    The text names the class of the fault, never anything of the file.
    """


@dataclass(frozen=True)
class Verdict:
    """What an engine says of a whole file. `signature`: the engine's own name of what it found, else empty."""

    clean: bool
    engine: str
    signature: str = ""


class Antivirus(Protocol):
    """The contract. An engine that cannot answer raises; there is no verdict in between."""

    def look(self, chunks: Iterable[bytes], *, within_s: float | None = None) -> Verdict:
        """The verdict on the file that these bytes make, however they are cut. Raises `Unknown`.

        `within_s`: how long somebody waits for it, if that is less than the engine's own patience.
        """

    def about(self) -> str:
        """Which engine it is and of when, for an operator. Raises `Unknown` when it does not answer."""
