"""Reads DATABASE_URL: `sqlite:///path`, or `postgresql://user:password@host:port/name?host=/socket/dir`."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

PATIENCE_MS = 20_000


def sqlite(path: Path, *, fair: bool = True, durable: bool = True) -> dict[str, Any]:
    """Settings of one SQLite file. `durable`: a COMMIT returns when the disk has it."""
    return {
        "ENGINE": "permis.database.sqlite",
        "NAME": str(path),
        "OPTIONS": {
            "timeout": PATIENCE_MS / 1000,
            "transaction_mode": "IMMEDIATE",
            "fair": fair,
            "durable": durable,
        },
        # A file also in tests: a database in memory has neither lock nor second process.
        "TEST": {"NAME": str(path.with_name(f"test-{path.name}"))},
    }


def parse(url: str) -> dict[str, Any]:
    """Django's settings for this address. Raises ValueError with a sentence for another scheme."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path[1:] if parts.path.startswith("//") else parts.path)))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must begin with sqlite:// or postgresql://")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or options.pop("user", "")),
        "PASSWORD": unquote(parts.password or options.pop("password", "")),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
