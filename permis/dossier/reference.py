"""Reference numbers: `TP-XXXX-XXXX`, Crockford's base 32, drawn at random, the last one a check character."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans("OIL", "011")


def _check(body: str) -> str:
    # Weighted by odd numbers modulo 32: a wrong character and most swaps of two are found.
    total = sum(ALPHABET.index(c) * (2 * i + 3) for i, c in enumerate(body))
    return ALPHABET[total % 32]


def draw() -> str:
    """A new reference. The database's uniqueness decides in the end: draw again on a clash."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(7))
    return pretty(body + _check(body))


def pretty(eight: str) -> str:
    """Eight characters as they are shown."""
    return f"TP-{eight[:4]}-{eight[4:]}"


def read(text: str) -> str | None:
    """The reference in what somebody typed, whatever the case, spaces or dashes; None if it is none."""
    bare = "".join(c for c in text.upper() if c.isalnum())
    if len(bare) == 10 and bare.startswith("TP"):
        bare = bare[2:]
    bare = bare.translate(READ_AS)
    if len(bare) != 8 or any(c not in ALPHABET for c in bare) or _check(bare[:7]) != bare[7]:
        return None
    return pretty(bare)
