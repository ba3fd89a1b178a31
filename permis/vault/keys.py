"""The key ring: key-encryption keys by id, the key of the blind indexes, and the secret of the web server."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

KEY_BYTES = 32
MIN_SECRET = 40


class WeakKeys(Exception):
    """The ring is missing, unreadable or too weak; the message says what to do."""


@dataclass(frozen=True)
class KeyRing:
    """The keys of one installation. `current` seals; the others still open what they sealed."""

    current: str
    keys: dict[str, bytes]
    index: bytes
    secret: str

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        """Reads the JSON of a ring. Raises `WeakKeys` with a sentence when a key is absent or too short."""
        try:
            data = json.loads(text)
            keys = {name: base64.b64decode(value, validate=True) for name, value in data["keys"].items()}
            ring = cls(data["current"], keys, base64.b64decode(data["index"], validate=True), data["secret"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise WeakKeys("The key ring (PERMIS_KEYS) cannot be read: see docs/operate.md.") from error
        if ring.current not in keys or any(len(key) != KEY_BYTES for key in (*keys.values(), ring.index)):
            raise WeakKeys("The key ring (PERMIS_KEYS) needs keys of 32 bytes and a current one.")
        if len(ring.secret) < MIN_SECRET or any(len(set(key)) < 8 for key in (*keys.values(), ring.index)):
            raise WeakKeys("A key of the ring (PERMIS_KEYS) is too weak: make a new ring.")
        return ring

    @classmethod
    def new(cls) -> KeyRing:
        """A fresh random ring."""
        return cls(
            "k1",
            {"k1": secrets.token_bytes(KEY_BYTES)},
            secrets.token_bytes(KEY_BYTES),
            secrets.token_urlsafe(48),
        )

    def dump(self) -> str:
        """The JSON that `parse` reads."""
        encoded = {name: base64.b64encode(key).decode() for name, key in self.keys.items()}
        return json.dumps(
            {
                "current": self.current,
                "keys": encoded,
                "index": base64.b64encode(self.index).decode(),
                "secret": self.secret,
            }
        )


def load(given: str | None, default: Path, *, make: bool) -> KeyRing:
    """The ring from PERMIS_KEYS (a file, or the JSON itself) or else from `default`, made there when allowed.

    Two processes that start together agree: the file appears whole, once, readable by its owner only.
    """
    if given and given.lstrip().startswith("{"):
        return KeyRing.parse(given)
    path = Path(given) if given else default
    if not path.exists():
        if given or not make:
            raise WeakKeys(f"There is no key ring at {path.name}: give one in PERMIS_KEYS.")
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(KeyRing.new().dump())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # the first one wins, the other reads it
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    if path.stat().st_mode & 0o077:
        raise WeakKeys(f"{path.name} can be read by others: chmod 600.")
    return KeyRing.parse(path.read_text("utf-8"))


@cache
def keyring() -> KeyRing:
    """The ring of this installation, read once by the settings."""
    from django.conf import settings  # noqa: PLC0415  the settings themselves load a ring before they are ready

    ring: KeyRing = settings.PERMIS_KEYRING
    return ring
