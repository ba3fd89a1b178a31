"""What goes wrong, on purpose: a network that is cut, an antivirus that fails in every way, an installation that is killed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import socket
import struct
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bench.installation import HOST, Installation

RESET, CLOSED, UNANSWERED, SILENT = "reset", "closed", "unanswered", "silent"
GONE_S = 10.0


@dataclass
class Settled(Installation):
    """An installation with settings of its own, which may change from one start to the next."""

    settings: dict[str, str] = field(default_factory=dict)

    def environment(self, **more: str) -> dict[str, str]:
        """What its processes are given."""
        return super().environment(**{**self.settings, **more})

    def kill(self, kind: str) -> int:
        """kill -9 for every process of this kind, now. Returns how many there were."""
        killed = 0
        for process in self.processes():
            if process.kind == kind:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
                    killed += 1
        return killed

    def kill_all(self) -> int:
        """kill -9 for the supervisor; what it started must end with it. Returns how many did not, and are killed."""
        assert self.supervisor is not None
        self.supervisor.kill()
        self.supervisor.wait()
        end = time.monotonic() + GONE_S
        while (left := self.processes()) and time.monotonic() < end:
            time.sleep(0.02)
        for process in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        return len(left)


def _serve(handle: Any, port: int = 0) -> socket.socket:
    """Listens, and gives each connection to a thread. Close it to hear no more."""
    listening = socket.create_server((HOST, port))

    def listen() -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=handle, args=(line,), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    return listening


def _stop(listening: socket.socket) -> None:
    with contextlib.suppress(OSError):
        listening.shutdown(socket.SHUT_RDWR)  # who waits in accept wakes up
    listening.close()


def _abort(line: socket.socket) -> None:
    """Ends a connection as a cut line does: the other side is told nothing but that it is over."""
    with contextlib.suppress(OSError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


class Network:
    """Stands between a person and the service, and cuts where it is told: in the next PATCH, after so many bytes."""

    def __init__(self, port: int) -> None:
        self.to = port
        self.cuts: Counter[str] = Counter()
        self._plan: tuple[int, str] | None = None
        self._silent: list[socket.socket] = []
        self._listening = _serve(self._carry)
        self.url = f"http://{HOST}:{self._listening.getsockname()[1]}"

    def cut_next(self, after: int, how: str) -> None:
        """The next PATCH is cut after so many bytes of its body. `UNANSWERED`: all arrives, the answer does not; `SILENT`: no side is told."""
        self._plan = (after, how)

    @property
    def waiting(self) -> bool:
        """Whether a cut is planned that has not happened."""
        return self._plan is not None

    def close(self) -> None:
        """Carries nothing more; the service learns at last that those who fell silent are gone."""
        _stop(self._listening)
        for line in self._silent:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _carry(self, person: socket.socket) -> None:
        try:
            service = socket.create_connection((HOST, self.to), timeout=60)
        except OSError:
            _abort(person)
            return
        silent = threading.Event()  # the answer must not pass
        answered = threading.Event()
        back = threading.Thread(target=self._back, args=(service, person, silent, answered), daemon=True)
        back.start()
        try:
            while self._request(person, service, silent, answered):
                continue
        except OSError:
            pass
        _abort(person)
        if service in self._silent:
            return
        with contextlib.suppress(OSError):
            service.shutdown(
                socket.SHUT_RD
            )  # who waits for its answer wakes up: while he waits, nothing is closed
        back.join()
        _abort(service)

    def _request(
        self,
        person: socket.socket,
        service: socket.socket,
        silent: threading.Event,
        answered: threading.Event,
    ) -> bool:
        """Carries one request; False when the line is over."""
        held = b""
        while b"\r\n\r\n" not in held:
            more = person.recv(1 << 16)
            if not more:
                return False
            held += more
        head, _, body = held.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        plan = None
        if head.startswith(b"PATCH"):
            plan, self._plan = self._plan, None
        if plan and plan[1] != RESET:
            silent.set()
        service.sendall(head + b"\r\n\r\n")
        most = min(length, plan[0]) if plan else length
        left = most
        while True:
            part = body[:left]
            service.sendall(part)
            left -= len(part)
            if left <= 0:
                break
            body = person.recv(1 << 16)
            if not body:
                return False
        if plan is None:
            return True
        if plan[1] == UNANSWERED:
            answered.wait(30)
        elif plan[1] == CLOSED:
            with contextlib.suppress(OSError):
                service.shutdown(socket.SHUT_WR)
            answered.wait(0.3)
        elif plan[1] == SILENT:  # a phone in a tunnel: nobody tells the service that anything is over
            self._silent.append(service)
        else:
            time.sleep(0.02)  # what was carried has arrived; a reset may throw it away all the same
        self.cuts[plan[1]] += 1
        return False

    def _back(
        self,
        service: socket.socket,
        person: socket.socket,
        silent: threading.Event,
        answered: threading.Event,
    ) -> None:
        with contextlib.suppress(OSError):
            while data := service.recv(1 << 16):
                answered.set()
                if not silent.is_set():
                    person.sendall(data)
        answered.set()


OK, DOWN, HOLE, SLOW, GARBLED, FULL, REAL = "ok", "down", "hole", "slow", "garbled", "full", "real"
SLOW_S = 2.0
SAID = {
    OK: b"stream: OK\0",
    GARBLED: b"stream: \xffO",
    FULL: b"INSTREAM size limit exceeded. ERROR\0",
}


class Engine:
    """A server that speaks as clamd does, and fails as it is told; in the mode `real` it hands over to a real one."""

    def __init__(self) -> None:
        self.mode = OK
        self.asked: Counter[str] = Counter()  # by mode
        self.clean: Counter[str] = Counter()  # SHA-256 of what it said to be clean
        self.holding = 0  # questions that hang now
        self.real_port = 0
        self._release = threading.Event()
        self._lines: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listening: socket.socket | None = _serve(self._answer)
        self.port = self._listening.getsockname()[1]
        self.url = f"tcp://{HOST}:{self.port}"

    def become(self, mode: str) -> None:
        """Fails so from now on; what hangs is let go without an answer."""
        with self._lock:
            self.mode = mode
            self._release.set()
            self._release = threading.Event()
            for line in self._lines:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
            if mode == DOWN and self._listening:
                _stop(self._listening)
                self._listening = None
            elif mode != DOWN and self._listening is None:
                self._listening = _serve(self._answer, self.port)

    def close(self) -> None:
        """Ends."""
        self.become(DOWN)

    def _answer(self, line: socket.socket) -> None:
        with self._lock:
            mode, release = self.mode, self._release
            self.asked[mode] += 1
            self._lines.add(line)
        try:
            with line, contextlib.suppress(OSError, struct.error, ValueError):
                line.settimeout(120)
                if mode == HOLE:
                    with self._held():
                        release.wait(120)
                    return
                file = line.makefile("rb")
                data = _question(file)
                if mode == SLOW:
                    with self._held():
                        release.wait(SLOW_S)
                said = self._real(data) if mode == REAL else SAID.get(mode, SAID[OK])
                if said == SAID[OK]:
                    self.clean[hashlib.sha256(data).hexdigest()] += 1
                line.sendall(said)
        finally:
            with self._lock:
                self._lines.discard(line)

    @contextlib.contextmanager
    def _held(self) -> Any:
        with self._lock:
            self.holding += 1
        try:
            yield
        finally:
            with self._lock:
                self.holding -= 1

    def _real(self, data: bytes) -> bytes:
        with socket.create_connection((HOST, self.real_port), timeout=30) as clamd:
            clamd.sendall(b"zINSTREAM\0" + struct.pack(">I", len(data)) + data + struct.pack(">I", 0))
            said = b""
            while not said.endswith(b"\0") and (more := clamd.recv(4096)):
                said += more
            return said


def _question(file: Any) -> bytes:
    """The bytes of the file that is asked about. Raises ValueError for any other word of the language."""
    word = b""
    while not word.endswith(b"\0"):
        letter = file.read(1)
        if not letter:
            raise ValueError("hung up")
        word += letter
    if word != b"zINSTREAM\0":
        raise ValueError("another word")
    found = b""
    while length := struct.unpack(">I", file.read(4))[0]:
        found += file.read(length)
    return found
