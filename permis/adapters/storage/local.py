"""Files in a local folder: STORAGE_URL = file:///path. The embedded default."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

KEY = re.compile(r"^[A-Za-z0-9][A-Za-z0-9-]*(/[A-Za-z0-9][A-Za-z0-9.-]*)*$")
CHUNK = 1 << 20


class LocalStorage:
    """One file a key; written beside, synced, then renamed."""

    def __init__(self, url: str | None = None) -> None:
        parts = urlsplit(url or settings.STORAGE_URL)
        if parts.scheme != "file":
            raise ValueError("STORAGE_URL must begin with file://")
        self.root = Path(unquote(parts.path))

    def _path(self, key: str) -> Path:
        if not KEY.match(key):
            raise ValueError("not a storage key")
        return self.root / key

    def put(self, key: str, chunks: Iterable[bytes]) -> int:
        """Keeps a file, whole or not at all, safe from a power cut on return. Returns its size in bytes."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
        size = 0
        try:
            with fresh.open("wb") as file:
                for chunk in chunks:
                    size += file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return size

    def get(self, key: str) -> Iterator[bytes]:
        """The file in chunks. Raises FileNotFoundError."""
        file = self._path(key).open("rb")

        def chunks() -> Iterator[bytes]:
            with file:
                while chunk := file.read(CHUNK):
                    yield chunk

        return chunks()

    def exists(self, key: str) -> bool:
        """Whether the file is there."""
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        """Removes the file; one that is not there is already removed."""
        self._path(key).unlink(missing_ok=True)

    def keys(self) -> Iterator[str]:
        """Every key."""
        for path in sorted(self.root.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(self.root).as_posix()
