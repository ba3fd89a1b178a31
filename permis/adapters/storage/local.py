"""Files in a local folder: STORAGE_URL = file:///path. The embedded default."""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Iterable, Iterator
from io import FileIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from permis.adapters.storage import CHUNK, StorageDown, StorageFull, checked, floor

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# What a write that was cut leaves beside its file: `.name.pid.random`, never a key.
LEFT = re.compile(r"\..+\.\d+\.[0-9a-f]{8}")


class LocalStorage:
    """One file a key; written beside, synced, then renamed."""

    def __init__(self, url: str | None = None) -> None:
        self.root = folder_of(url or settings.STORAGE_URL)

    def _path(self, key: str) -> Path:
        return self.root / checked(key)

    def put(self, key: str, chunks: Iterable[bytes], *, reserve: bool = False) -> int:
        """Keeps a file, whole or not at all, safe from a power cut on return. Returns its size in bytes."""
        path = self._path(key)
        with _said():
            if not reserve and self._lacks(1):
                raise StorageFull(errno.ENOSPC, "less room is left than PERMIS_ROOM keeps free")
            _make_folder(path.parent)
        fresh = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
        size = 0
        try:
            with _said():
                file = fresh.open("xb", buffering=0)  # a buffer would tell of a full disk when it is closed
            with file:
                for chunk in chunks:
                    with _said():
                        size += _write(file, chunk)
                with _said():
                    os.fsync(file.fileno())
            with _said():
                fresh.replace(path)
                _sync(path.parent)
        finally:
            with contextlib.suppress(OSError):  # the fault that brought us here is the one to tell
                fresh.unlink(missing_ok=True)
        return size

    def get(self, key: str) -> Iterator[bytes]:
        """The file in chunks. Raises FileNotFoundError."""
        path = self._path(key)
        with _said():
            file = path.open("rb")

        def chunks() -> Iterator[bytes]:
            with file:
                while True:
                    with _said():
                        chunk = file.read(CHUNK)
                    if not chunk:
                        return
                    yield chunk

        return chunks()

    def exists(self, key: str) -> bool:
        """Whether the file is there."""
        path = self._path(key)
        try:
            with _said():
                return (path.stat().st_mode & 0o170000) == 0o100000  # a plain file
        except FileNotFoundError:
            return False

    def delete(self, key: str) -> None:
        """Removes the file; one that is not there is already removed."""
        path = self._path(key)
        with contextlib.suppress(FileNotFoundError), _said():
            path.unlink()
            _sync(path.parent)

    def keys(self) -> Iterator[str]:
        """Every key."""
        for key, _ in self.written():
            yield key

    def written(self) -> Iterator[tuple[str, float]]:
        """Every key, with when it was written in the seconds of `clock.ticks()`."""
        for path, at in self._files():
            if not path.name.startswith("."):
                yield path.relative_to(self.root).as_posix(), at

    def tidy(self, before: float) -> int:
        """Removes what interrupted writes left before this tick, which no key names. Returns how many."""
        gone = 0
        for path, at in self._files():
            if LEFT.fullmatch(path.name) and at < before:
                with _said():
                    path.unlink(missing_ok=True)
                gone += 1
        return gone

    def room(self) -> float | None:
        """The part of the room that is free, from 0 to 1."""
        free, total = self._measured()
        return free / total if total else None

    def tight(self) -> bool:
        """Whether new files are refused, or will soon be."""
        with _said():
            return self._lacks(2)

    def _lacks(self, times: int) -> bool:
        free, total = self._measured()
        return free < times * floor(settings.PERMIS_ROOM, total)

    def _measured(self) -> tuple[int, int]:
        """(bytes that we may still write, bytes that we could use of an empty disk)."""
        place = self.root
        while not place.exists() and place != place.parent:
            place = place.parent
        with _said():
            disk = os.statvfs(place)
        used = disk.f_blocks - disk.f_bfree
        return disk.f_bavail * disk.f_frsize, (used + disk.f_bavail) * disk.f_frsize

    def _files(self) -> Iterator[tuple[Path, float]]:
        """Every file of the folder, sorted, with its tick; one that goes meanwhile is left out."""
        if not self.root.exists():
            return  # nothing was ever kept here
        with _said():
            paths = sorted(self._walked())
        for path in paths:
            try:
                with _said():
                    stat = path.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            yield path, stat.st_mtime

    def _walked(self) -> Iterator[Path]:
        def fails(error: OSError) -> None:
            if not isinstance(error, FileNotFoundError):
                raise error  # a folder that cannot be read must not look like an empty one

        for folder, _, names in os.walk(self.root, onerror=fails):
            for name in names:
                yield Path(folder, name)


def folder_of(url: str) -> Path:
    """The folder that STORAGE_URL names. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc or not parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("STORAGE_URL must read file:///absolute/path.")
    return Path(unquote(parts.path))


@contextlib.contextmanager
def _said() -> Iterator[None]:
    """What the disk refuses, in the words of the contract; an absent file stays what it is."""
    try:
        yield
    except (StorageDown, FileNotFoundError):
        raise
    except (NotADirectoryError, IsADirectoryError) as error:
        raise FileNotFoundError(error.errno, os.strerror(error.errno or 0)) from None
    except OSError as error:
        kind = StorageFull if error.errno in NO_ROOM else StorageDown
        # The path stays out of the text: it would name a document in every log.
        raise kind(error.errno, os.strerror(error.errno or 0)) from None


def _write(file: FileIO, chunk: bytes) -> int:
    left = memoryview(chunk)
    while left:
        left = left[file.write(left) :]
    return len(chunk)


def _make_folder(folder: Path) -> None:
    """Makes it, and lets no power cut forget it while its files are acknowledged."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
