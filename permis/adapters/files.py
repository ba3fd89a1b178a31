"""Small durable files for the demo world: whole or absent, and there after a crash."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from django.conf import settings

_apart: ContextVar[Path | None] = ContextVar("world_apart", default=None)


@contextmanager
def apart(folder: Path) -> Iterator[None]:
    """Inside the block, in this thread alone, the demo world is this folder: what happens there is heard by nobody else."""
    token = _apart.set(folder)
    try:
        yield
    finally:
        _apart.reset(token)


def outside(*parts: str) -> Path:
    """A folder of the demo world, made if needed."""
    folder = Path(_apart.get() or Path(settings.PERMIS_DATA, "outside"), *parts)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def write(path: Path, data: bytes) -> None:
    """Writes a file that is whole or absent, whatever happens meanwhile, and survives a power cut."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_once(path: Path, data: bytes) -> bool:
    """Writes unless it is there already: "you already gave me this" is success. True when written now."""
    if path.exists():
        return False
    write(path, data)
    return True


def write_json(path: Path, data: Any) -> None:
    """Writes JSON, whole or absent."""
    write(path, json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True).encode())


def read_json(path: Path) -> Any:
    """Reads JSON; None when the file is not there."""
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:  # spoilt: set aside, so that it keeps nothing else waiting
        with suppress(OSError):
            path.rename(path.with_name(f"{path.name}.spoilt"))
        return None


def names(folder: Path, suffix: str) -> Iterator[Path]:
    """The finished files of a folder, in order of name."""
    yield from sorted(p for p in folder.glob(f"*{suffix}") if not p.name.startswith("."))
