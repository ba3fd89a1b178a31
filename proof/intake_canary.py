"""A document that can be recognised anywhere: marks in its words, its pixels, its metadata and its name; and the search for them.

The documents live in the memory of the drill alone: whatever of them stands on a disk was written by the product.
"""

from __future__ import annotations

import base64
import io
import os
import random
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pikepdf
from PIL import Image

from bench.papers import grained, sheet

WINDOW = 64  # bytes: so many of the document's own in a row are no accident
EVERY = 256  # one window in so many bytes of a document
VARIED = 40  # different bytes in a window: tables and white margins are like anybody's
KEY = 8  # bytes of a window that are looked for first
FILTER = (1 << 22) - 1
AT_ONCE = 8 << 20  # bytes read at a time


@dataclass
class Canary:
    """One document: its name and its bytes."""

    name: str
    data: bytes


@dataclass
class Brood:
    """Documents that bear the same two marks: one inside, one in the name."""

    rng: random.Random
    inside: str = field(default_factory=lambda: secrets.token_hex(24))
    outside: str = field(default_factory=lambda: secrets.token_hex(12))
    born: list[Canary] = field(default_factory=list)

    def jpeg(self, size: tuple[int, int] = (1240, 1754), quality: int = 92) -> Canary:
        """A photograph of a page, with the mark in its words and in its metadata."""
        image = self._page(size)
        exif = Image.Exif()
        exif[0x010E] = f"canari {self.inside}"  # what the picture shows
        exif[0x013B] = self.inside  # who made it
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality, exif=exif, comment=self.inside.encode())
        return self._bear(out.getvalue(), "jpg")

    def pdf(self) -> Canary:
        """A scanned page, with the mark in its content, its metadata and its picture."""
        out = io.BytesIO()
        self._page((1240, 1754)).save(out, "PDF", resolution=150, quality=90, title=self.inside)
        with pikepdf.open(io.BytesIO(out.getvalue())) as document:
            page = document.pages[0]
            page.Resources.Font = pikepdf.Dictionary(
                F1=pikepdf.Dictionary(
                    Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
                )
            )
            words = f"BT /F1 8 Tf 40 30 Td (canari {self.inside}) Tj ET".encode()
            page.contents_add(document.make_stream(words))
            document.docinfo["/Subject"] = self.inside
            made = io.BytesIO()
            document.save(made, compress_streams=False)
        return self._bear(made.getvalue(), "pdf")

    def _bear(self, data: bytes, kind: str) -> Canary:
        one = Canary(f"canari {self.outside} {len(self.born)}.{kind}", data)
        self.born.append(one)
        return one

    def _page(self, size: tuple[int, int]) -> Image.Image:
        """A paper with the mark in its words; each one another."""
        return grained(sheet(self.rng, size, self.inside), self.rng)


class Traces:
    """What is looked for: the marks in every spelling in which they could be left, and pieces of the documents."""

    def __init__(self, brood: Brood, documents: Iterable[bytes]) -> None:
        anybodys = blank()  # tables of an encoder stand in every picture that it made
        self.words = list(_spellings([brood.inside, brood.outside]))
        windows: dict[bytes, bytes] = {}
        for data in documents:
            for at in range(0, len(data) - WINDOW, EVERY):
                window = data[at : at + WINDOW]
                if len(set(window)) >= VARIED and window not in anybodys:
                    windows[window[:KEY]] = window
        self.windows = windows
        self.keys = np.sort(np.frombuffer(b"".join(windows), dtype="<u8")) if windows else np.empty(0, "<u8")
        self.low = np.zeros(FILTER + 1, dtype=bool)  # most places are ruled out by their first bytes
        self.low[(self.keys & FILTER).astype(np.int64)] = True
        self.looked_through = 0  # bytes

    def within(self, data: bytes) -> str:
        """What was found in these bytes; empty if nothing."""
        self.looked_through += len(data)
        for what, word in self.words:
            if word in data:
                return what
        for shift in range(KEY):
            length = (len(data) - shift) // KEY * KEY
            if length <= 0:
                continue
            here = np.frombuffer(data, dtype="<u8", count=length // KEY, offset=shift)
            places = np.flatnonzero(self.low[(here & FILTER).astype(np.int64)])
            nearest = np.searchsorted(self.keys, here[places]).clip(max=max(len(self.keys) - 1, 0))
            places = places[self.keys[nearest] == here[places]] if len(self.keys) else places[:0]
            for place in places:
                at = shift + int(place) * KEY
                if data[at : at + WINDOW] == self.windows[data[at : at + KEY]]:
                    return f"{WINDOW} bytes of a document"
        return ""

    def in_file(self, path: Path) -> str:
        """What was found in this file, which may go meanwhile."""
        tail = b""
        try:
            with path.open("rb") as file:
                while more := file.read(AT_ONCE):
                    if found := self.within(tail + more):
                        return found
                    tail = more[-2 * WINDOW :]
        except OSError:
            return ""
        return ""

    def under(self, folder: Path, since: float = 0.0) -> Iterator[tuple[Path, str]]:
        """Every file of this folder, changed since then, in which something was found."""
        for path in changed(folder, since):
            if found := self.in_file(path):
                yield path, found

    def in_open_files(self, pids: Iterable[int]) -> Iterator[str]:
        """What these processes hold open that has no name any more."""
        for pid in pids:
            for link in _links(Path(f"/proc/{pid}/fd")):
                with_name = _target(link)
                if (
                    with_name.startswith("/")
                    and with_name.endswith(" (deleted)")
                    and (found := self.in_file(link))
                ):
                    yield found


def blank() -> bytes:
    """An empty page as a picture and as a PDF: what stands in them says nothing of anybody."""
    image, found = Image.new("RGB", (64, 64), "white"), b""
    for quality in (75, 80, 82, 85, 88, 90, 92, 95):
        for form in ({"optimize": False}, {"optimize": True, "progressive": True}):
            out = io.BytesIO()
            image.save(out, "JPEG", quality=quality, **form)
            found += out.getvalue()
    return found


def changed(folder: Path, since: float) -> Iterator[Path]:
    """Plain files, changed since then."""
    for here, _, names in os.walk(folder, onerror=lambda _: None):
        for name in names:
            path = Path(here, name)
            try:
                stat = path.stat(follow_symlinks=False)
            except OSError:
                continue
            if stat.st_mode & 0o170000 == 0o100000 and max(stat.st_mtime, stat.st_ctime) >= since:
                yield path


def temporary_folders() -> list[Path]:
    """Where programs of this machine leave what is not for long."""
    found = {Path(tempfile.gettempdir()).resolve(), *(Path(p) for p in ("/tmp", "/var/tmp", "/dev/shm"))}  # noqa: S108
    return sorted(path for path in found if path.is_dir())


def _spellings(marks: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    for mark in marks:
        yield "a mark", mark.encode()
        yield "a mark in capitals", mark.upper().encode()
        yield "a mark as UTF-16", mark.encode("utf-16-le")
        yield "a mark in hexadecimal", mark.encode().hex().encode()
        for shift in range(3):  # wherever it begins, the middle of it reads so in base 64
            coded = base64.b64encode(b"x" * shift + mark.encode())
            yield "a mark in base 64", coded[8:-8]


def _links(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""
