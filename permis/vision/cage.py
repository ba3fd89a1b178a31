"""Where the files of strangers are decoded: a process of their own each, with little memory, little time, no way out.

`read` gives a file to a warm process that holds no key, has no environment and loaded the decoders once. For each file
it forks a child that can open nothing, start nothing and reach nobody, and that the kernel ends at its limits: see
`warm.py`. What the child answers is believed for its shape alone.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from permis.vision import files
from permis.vision.files import Busy, Made, Refused, Unlucky
from permis.vision.warm import END, FAULT, HEAD, REFUSED, TAKEN

log = logging.getLogger(__name__)

TASKS = {
    "pages": "permis.vision.files:pages",
    "signature": "permis.vision.signature:pages",
    "signed_paper": "permis.vision.signature:on_paper",
    "portrait": "permis.vision.portrait:pages",
    "portrait_framed": "permis.vision.portrait:framed",
    "sheet": "permis.vision.sheet:pages",
    "2ddoc": "permis.vision.datamatrix:pages",
}


@dataclass(frozen=True)
class Limits:
    """Of one file. Memory is what the child may ask for beside what the warm process had when it forked."""

    memory: int = 384 << 20  # bytes; with the decoders, 512 MB at most
    cpu_s: int = 10
    wall_s: float = 60.0  # far longer than the processor time: on a machine that is busy a good file waits
    wait_s: float = 20.0  # for a place
    at_once: int = 2  # in a process of ours: few decode together, so that the others are served


@dataclass(frozen=True)
class Cost:
    """What one file took."""

    peak: int  # bytes in memory, the decoders included
    cpu_s: float
    ended: int  # the signal that ended its process; 0: it answered


def read(
    data: bytes,
    task: str = "pages",
    told: Callable[[Cost], None] | None = None,
    *,
    wait_s: float | None = None,
) -> list[Made]:
    """The pages of a file. Raises `Refused` with what to do, or `Busy` when it is to be tried again.

    `told` is called with what it cost, refused or not. `wait_s`: for a place, at most; without it that of the limits.
    """
    return _ours.read(data, task, told, wait_s=wait_s)


def start() -> None:
    """Starts the warm process now, so that the first person does not wait for it (half a second)."""
    _ours.start()


ANSWER = 160 << 20  # bytes of the longest answer that is listened to: 20 pages of pure noise make 100 MB
SAID = 64 << 10  # bytes of what is said of a page
STARTED_WITHIN_S = 60.0
_PROGRAM = (
    "import sys; sys.path[:0] = [sys.argv[1]]; from permis.vision.warm import main; main(*sys.argv[2:])"
)


class _Gone(Exception):
    """The warm process is no more: another one is asked."""


class Cage:
    """A warm process and those who ask it. May be shared by threads; a fork of the asker starts its own."""

    def __init__(self, tasks: Mapping[str, str] = TASKS, limits: Limits | None = None) -> None:
        self.tasks = dict(tasks)
        self.limits = limits or Limits()
        self._forget()
        _all.add(self)

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(self.limits.at_once)
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._sentences: frozenset[str] = frozenset()

    @property
    def pid(self) -> int | None:
        """The warm process, if there is one."""
        return self._process.pid if self._process else None

    def read(
        self,
        data: bytes,
        task: str = "pages",
        told: Callable[[Cost], None] | None = None,
        *,
        wait_s: float | None = None,
    ) -> list[Made]:
        """See `read` of this module."""
        if not data:
            raise Refused(files.EMPTY)
        if len(data) > files.LIMIT:
            raise Refused(files.TOO_BIG)
        if not self._places.acquire(timeout=self.limits.wait_s if wait_s is None else wait_s):
            raise Busy(files.BUSY)
        try:
            for _ in range(2):
                with contextlib.suppress(_Gone):
                    answer, cost = self._ask(data, task)
                    break
            else:
                raise Busy(files.BUSY)
        finally:
            self._places.release()
        if told:
            told(cost)
        if cost.ended or not answer:
            why = answer[1:80].decode("ascii", "replace") if answer[:1] == FAULT else f"signal {cost.ended}"
            log.warning("a file ended its decoder: %s", why if why.replace(" ", "").isalnum() else "unknown")
            if self._innocent(answer, cost):
                raise Unlucky(files.BUSY)
            raise Refused(files.TOO_HEAVY)
        return unpack(answer, self._sentences)

    def _innocent(self, answer: bytes, cost: Cost) -> bool:
        """Whether something else than the file ended its decoder: killed before its time was used, or never begun."""
        killed = cost.ended == signal.SIGKILL and cost.cpu_s < self.limits.cpu_s - 1
        return killed or (cost.ended == signal.SIGABRT and not answer)

    def _ask(self, data: bytes, task: str) -> tuple[bytes, Cost]:
        mine, childs = socket.socketpair()
        end, warms = socket.socketpair()
        with mine, end:
            with childs, warms, self._lock:
                control = self._started()
                try:
                    socket.send_fds(
                        control, [bytes([list(self.tasks).index(task)])], [childs.fileno(), warms.fileno()]
                    )
                except OSError:
                    self._stop()
                    raise _Gone from None
            until = (
                time.monotonic() + self.limits.wall_s + 10
            )  # the warm process keeps the time; this is if it hangs
            for one in (mine, end):
                one.settimeout(self.limits.wall_s + 10)
            try:
                answer = _exchange(mine, data, until)
                ended = end.recv(END.size)
            except TimeoutError:
                with self._lock:
                    self._stop()
                raise _Gone from None
        if len(ended) != END.size:
            with self._lock:
                if self._control is control:
                    self._stop()
            raise _Gone
        status, peak, cpu_s = END.unpack(ended)
        number = os.waitstatus_to_exitcode(status)
        return answer, Cost(peak * 1024, cpu_s, -number if number < 0 else number and signal.SIGABRT)

    def start(self) -> None:
        """Starts the warm process if there is none."""
        with self._lock:
            self._started()

    def close(self) -> None:
        """Ends the warm process and what it decodes."""
        with self._lock:
            self._stop()

    def _started(self) -> socket.socket:
        """The line to the warm process, which is started if need be. Raises RuntimeError if it cannot be."""
        if self._control is not None and self._process is not None and self._process.poll() is None:
            return self._control
        self._stop()
        mine, theirs = socket.socketpair()
        about = json.dumps({"tasks": list(self.tasks.values()), "limits": asdict(self.limits)})
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  our own program
                [
                    sys.executable,
                    "-I",
                    "-c",
                    _PROGRAM,
                    str(Path(__file__).resolve().parents[2]),
                    str(theirs.fileno()),
                    about,
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={},
                cwd="/",
                start_new_session=True,
            )
        self._control = mine
        mine.settimeout(STARTED_WITHIN_S)
        hello = b""
        with contextlib.suppress(OSError):
            while not hello.endswith(b"\n") and (more := mine.recv(1 << 16)):
                hello += more
        said = json.loads(hello) if hello.endswith(b"\n") else {"failed": "it said nothing"}
        if "failed" in said:
            self._stop()
            raise RuntimeError(f"The cage does not start: {said['failed']}")
        self._sentences = frozenset(said["sentences"])
        return mine

    def _stop(self) -> None:
        control, process = self._control, self._process
        self._control = self._process = None
        if control is not None:
            control.close()  # the warm process ends when its line is cut
        if process is not None:
            process.kill()
            process.wait()

    def _forked(self) -> None:
        """In a fork of the asker: the warm process is its parent's. Ours is started when it is needed."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.returncode = 0  # not ours to wait for
        self._forget()


def _exchange(line: socket.socket, data: bytes, until: float) -> bytes:
    """Sends the file and listens to the answer. What is not heard is told by how the child ended."""
    with contextlib.suppress(ConnectionError, BrokenPipeError):
        line.sendall(data)
        line.shutdown(socket.SHUT_WR)
    heard, size = [], 0
    with contextlib.suppress(ConnectionError):
        while more := line.recv(1 << 18):
            heard.append(more)
            size += len(more)
            if size > ANSWER:
                return b""
            if time.monotonic() > until:
                raise TimeoutError
    return b"".join(heard)


def unpack(answer: bytes, sentences: frozenset[str] = files.SENTENCES) -> list[Made]:
    """Reads the answer of a child, believing nothing of it but its shape. Raises `Refused`."""
    if answer[:1] == REFUSED:
        sentence = answer[1:1000].decode("utf-8", "replace")
        raise Refused(sentence if sentence in sentences else files.TOO_HEAVY)
    found, at = [], 1
    try:
        while at < len(answer):
            width, height, *sizes = HEAD.unpack_from(answer, at)
            at += HEAD.size
            jpeg, thumb, said = (
                answer[at + sum(sizes[:n]) : at + sum(sizes[: n + 1])] for n in range(len(sizes))
            )
            at += sum(sizes)
            if at > len(answer) or sizes[2] > SAID or not (is_ours(jpeg, width, height) and is_ours(thumb)):
                raise Refused(files.TOO_HEAVY)
            found.append(Made(jpeg, thumb, width, height, _object(said)))
    except (struct.error, ValueError, RecursionError):
        raise Refused(files.TOO_HEAVY) from None
    if answer[:1] != TAKEN or not 0 < len(found) <= files.MAX_PAGES:
        raise Refused(files.TOO_HEAVY)
    return found


def _object(said: bytes) -> dict[str, Any]:
    found = json.loads(said)
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY004  the same fault as no JSON at all
    return found


# The segments of the pictures that we write: JFIF, tables, frame, scan. No other may hold anything.
_SEGMENTS = {0xE0: 16, 0xDB: 200, 0xC0: 20, 0xC4: 500, 0xDA: 20}  # marker → the most bytes that it may have
_MARK_IN_SCAN = re.compile(rb"\xff[^\x00]")


def is_ours(jpeg: bytes, width: int | None = None, height: int | None = None) -> bool:
    """Whether these bytes have the shape of the pictures that we write: pixels, and no place for anything else."""
    if jpeg[:2] != b"\xff\xd8":
        return False
    at, size = 2, (0, 0)
    while True:
        head = jpeg[at : at + 4]
        if len(head) < 4 or head[0] != 0xFF or head[1] not in _SEGMENTS:
            return False
        length = int.from_bytes(head[2:], "big")
        if not 2 <= length <= _SEGMENTS[head[1]]:
            return False
        if head[1] == 0xC0:
            high, wide = struct.unpack(">HH", jpeg[at + 5 : at + 9])
            size = (wide, high)
        at += 2 + length
        if head[1] == 0xDA:
            break
    mark = _MARK_IN_SCAN.search(jpeg, at)
    if mark is None or mark.group() != b"\xff\xd9" or mark.end() != len(jpeg):
        return False
    if not 0 < max(size) <= files.LONG_SIDE or not min(size):
        return False
    return width is None or size == (width, height)


_all: weakref.WeakSet[Cage] = weakref.WeakSet()
_ours = Cage()


@atexit.register
def _at_exit() -> None:
    for one in list(_all):
        one.close()


def _after_fork() -> None:
    for one in list(_all):
        one._forked()  # noqa: SLF001  of this module


os.register_at_fork(after_in_child=_after_fork)
