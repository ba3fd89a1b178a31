"""An installation to measure or to break: `permis serve` with data of its own, on a free port of this machine."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench.report import ROOT

HOST = "127.0.0.1"
STOP_S = 15.0  # longer than what the supervisor gives to its own
CAGE = "cage"
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
OF_THE_PERSON = re.compile(r"PERMIS_.*|(DATABASE|QUEUE|CACHE|STORAGE|EMAIL|CLAMD)_URL|PORT|HOST|DJANGO_.*")


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Running:
    """A living process of ours."""

    pid: int
    kind: str  # supervisor, web (granian's master), web worker, worker, cage, other
    parent: int


@dataclass
class Installation:
    """A data folder, a port, and the processes that live on them. Starting again keeps the data."""

    data: Path
    log: Path
    port: int = field(default_factory=free_port)
    database_url: str = ""
    web_workers: int = 2
    with_people: bool = False  # the demo's, whose requests arrive during the first minute
    supervisor: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"

    def environment(self, **more: str) -> dict[str, str]:
        """The person's own settings stay out of it."""
        kept = {name: value for name, value in os.environ.items() if not OF_THE_PERSON.fullmatch(name)}
        ours = {"PERMIS_MODE": "demo", "PERMIS_DATA": str(self.data), "HOST": HOST, "PORT": str(self.port)}
        # Drawn pages have no zone, and the search for one takes seconds of both cores.
        ours["PERMIS_READERS"] = "2ddoc portrait signed_paper"
        if self.database_url:
            ours["DATABASE_URL"] = self.database_url
        return kept | ours | {"DJANGO_SETTINGS_MODULE": "config.settings"} | more

    def command(self, *words: str, timeout: float = 120, **more: str) -> subprocess.CompletedProcess[str]:
        """Runs `permis …` on this installation."""
        line = [sys.executable, "-m", "permis.cli", *words]
        environment = self.environment(**more)
        return subprocess.run(
            line, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=timeout, check=False
        )

    def start(self) -> None:
        """Starts `permis serve`; returns at once."""
        line = [sys.executable, "-m", "permis.cli", "serve", "--workers", str(self.web_workers)]
        line += ["--people"] if self.with_people else []
        with self.log.open("ab") as log:
            self.supervisor = subprocess.Popen(
                line,
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def is_ready(self) -> bool:
        """Whether /readyz says yes, now."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def wait_ready(self, seconds: float = 60) -> float:
        """Waits for /readyz; returns how long it took. Raises TimeoutError, or RuntimeError when serve ended."""
        start = time.monotonic()
        while time.monotonic() - start < seconds:
            if self.is_ready():
                return time.monotonic() - start
            if self.supervisor is not None and self.supervisor.poll() is not None:
                raise RuntimeError(
                    f"permis serve ended with {self.supervisor.returncode}: {self.last_words()}"
                )
            time.sleep(0.05)
        raise TimeoutError(f"/readyz did not answer in {seconds:.0f} s: {self.last_words()}")

    def last_words(self) -> str:
        """The end of the log."""
        return " ".join(self.log.read_text("utf-8", "replace").split())[-300:] if self.log.exists() else ""

    def stop(self) -> list[Running]:
        """Stops everything in order; returns what was left over all the same, which is then killed."""
        if self.supervisor is not None and self.supervisor.poll() is None:
            self.supervisor.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.supervisor.wait(STOP_S)
        left = self.processes()
        for _ in range(50):
            for process in self.processes():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
            if self.supervisor is not None:
                self.supervisor.poll()  # so that it does not stay as a zombie
            if not self.processes():
                break
            time.sleep(0.1)
        return left

    def processes(self) -> list[Running]:
        """The living processes that carry our data folder in their environment, by what they are."""
        mark = f"PERMIS_DATA={self.data}".encode()
        found: dict[int, tuple[str, int]] = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or entry.name == str(os.getpid()):
                continue
            try:
                words = (entry / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
                # The warm process of a cage has no environment: it is ours when its parent is.
                is_ours = mark in (entry / "environ").read_bytes().split(b"\0")
                if not is_ours and not _is_cage(words):
                    continue
                parent = int(_stat(int(entry.name))[1])
            except OSError:
                continue  # it ended meanwhile, or is not ours to read
            found[int(entry.name)] = (_kind(words), parent)
        found = {
            pid: (kind, parent)
            for pid, (kind, parent) in found.items()
            if kind != CAGE or found.get(parent, (CAGE, 0))[0] != CAGE
        }
        webs = {pid for pid, (kind, _) in found.items() if kind == "web"}
        masters = {found[pid][1] for pid in webs} & webs  # a web worker may be the parent of a cage
        return [
            Running(pid, "web worker" if kind == "web" and pid not in masters else kind, parent)
            for pid, (kind, parent) in sorted(found.items())
        ]

    def cpu(self) -> float:
        """Seconds of processor (user and system) that the web server, the worker and their cages have used so far.

        Read from the clocks of the processes (/proc/PID/stat says the same, in steps of 10 ms), and from there
        for their children that ended: those of a cage, where pictures are decoded.
        """
        total = 0.0
        for process in self.processes():
            if process.kind in {"web", "web worker", "worker", CAGE}:
                with contextlib.suppress(OSError):
                    total += time.clock_gettime(~process.pid << 3 | 2)  # what clock_getcpuclockid(3) gives
                    total += sum(int(ticks) for ticks in _stat(process.pid)[13:15]) / TICKS_A_SECOND
        return total


def _is_cage(words: list[str]) -> bool:
    return any("permis.vision.warm" in word for word in words)


def _kind(words: list[str]) -> str:
    if _is_cage(words):
        return CAGE
    if "granian" in words:
        return "web"
    if "permis.cli" in words and "worker" in words:
        return "worker"
    return "supervisor" if "permis.cli" in words and "serve" in words else "other"


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name: state, parent, …; 13 and 14: times of children that ended."""
    return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()


@contextlib.contextmanager
def installed(
    log: Path, *, database_url: str = "", web_workers: int = 2, with_people: bool = False
) -> Iterator[Installation]:
    """A fresh installation, started and ready; nothing of it is left afterwards but its log."""
    if not Path("/proc/self/environ").exists():
        raise RuntimeError("measures and drills read /proc: they need Linux")
    with temporary_data() as data:
        here = Installation(
            data, log, database_url=database_url, web_workers=web_workers, with_people=with_people
        )
        try:
            here.start()
            here.wait_ready()
            yield here
        finally:
            here.stop()


@contextlib.contextmanager
def temporary_data() -> Iterator[Path]:
    """A short-lived data folder."""
    folder = Path(tempfile.mkdtemp(prefix="tp-drill-"))
    try:
        yield folder / "data"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
