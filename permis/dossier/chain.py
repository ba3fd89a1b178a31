"""The chain of events of one dossier: which bytes are hashed, and how the next hash follows from the last.

It shows edits. It proves nothing against somebody who re-hashes all of it, until its head is anchored outside.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

FORMAT = 1
START = "0" * 64


def header_bytes(fields: dict[str, Any]) -> bytes:
    """The header as canonical JSON, the format version first. What is stored is what is hashed."""
    return json.dumps(
        {"format": FORMAT, **fields}, ensure_ascii=True, sort_keys=True, separators=(",", ":")
    ).encode()


def next_hash(previous: str, header: bytes, detail: bytes) -> str:
    """The hash of an event: the last hash, the header, then the sealed detail, each with its length."""
    digest = hashlib.sha256(previous.encode())
    for part in (header, detail):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def answers_digest(salt: str, answers: bytes) -> str:
    """A salted digest of the answers as they were when the event was said."""
    return hashlib.sha256(salt.encode() + b"\x1f" + answers).hexdigest()
