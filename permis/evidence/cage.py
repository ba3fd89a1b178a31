"""Decoding what may be hostile: in a process of its own, with little memory, little time and nothing to open.

`python -m permis.evidence.cage` reads a file on standard input and answers with its pages, or with the sentence
that refuses it. It holds no key and no database; it dies of its limits, and the person gets a sentence.
"""

from __future__ import annotations

import resource
import struct
import subprocess
import sys
import threading
from pathlib import Path

from permis.evidence import intake

CPU_S = 12
WALL_S = 25
MEMORY = 1 << 30  # bytes of address space
WAIT_S = 20  # for a place: few decode at once, so that the others are served

_places = threading.BoundedSemaphore(2)  # a process

BUSY = "Le service lit beaucoup de documents en ce moment. Rien n’est perdu : réessayez dans une minute."
TOO_HEAVY = "Ce fichier est trop compliqué à ouvrir. Prenez une photo de la page, ou enregistrez-la à nouveau en PDF simple."

REFUSED, TAKEN = b"R", b"T"


def read(data: bytes) -> list[intake.Page]:
    """The pages of a file, decoded in the cage. Raises `intake.Refused` with what to do."""
    if not _places.acquire(timeout=WAIT_S):
        raise intake.Refused(BUSY)
    try:
        done = subprocess.run(  # noqa: S603  our own program
            [sys.executable, "-I", "-c", _PROGRAM, str(Path(__file__).resolve().parents[2])],
            input=data,
            capture_output=True,
            timeout=WALL_S,
            env={"PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise intake.Refused(TOO_HEAVY) from None
    finally:
        _places.release()
    if done.returncode != 0:
        raise intake.Refused(TOO_HEAVY)
    return _unpack(done.stdout)


_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from permis.evidence.cage import main; main()"


def main() -> None:
    """The caged side: limits first, then one file."""
    data = sys.stdin.buffer.read()
    intake.prepare()  # loads the decoders while files can still be opened
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    try:
        pages = intake.decode(data)
    except intake.Refused as refusal:
        answer = REFUSED + refusal.sentence.encode()
    except MemoryError:
        answer = REFUSED + TOO_HEAVY.encode()
    else:
        answer = TAKEN + b"".join(struct.pack(">III", p.width, p.height, len(p.jpeg)) + p.jpeg for p in pages)
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


def _unpack(answer: bytes) -> list[intake.Page]:
    """Reads the answer of the cage, believing nothing of it but its shape."""
    if answer[:1] == REFUSED:
        sentence = answer[1:].decode("utf-8", "replace")
        raise intake.Refused(sentence if sentence in intake.SENTENCES or sentence == TOO_HEAVY else TOO_HEAVY)
    pages, at = [], 1
    try:
        while at < len(answer):
            width, height, size = struct.unpack_from(">III", answer, at)
            at += 12
            jpeg = answer[at : at + size]
            if len(jpeg) != size or jpeg[:3] != b"\xff\xd8\xff" or not width or not height:
                raise intake.Refused(TOO_HEAVY)
            pages.append(intake.Page(jpeg, width, height))
            at += size
    except struct.error:
        raise intake.Refused(TOO_HEAVY) from None
    if answer[:1] != TAKEN or not 0 < len(pages) <= intake.MAX_PAGES:
        raise intake.Refused(TOO_HEAVY)
    return pages
