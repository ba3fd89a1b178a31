"""A real clamd that lives as long as a `with` block, with one signature of our own: nothing is downloaded.

    with running_clamd() as server:      # server.url: unix:///tmp/tp-clamd-x1y2/socket
        server.pause()                   # it is there and says nothing, until server.go_on()

It runs in the foreground as a child, as whoever runs the tests; configuration, database, socket and log stand in
one temporary folder, removed at the end. What the system's package would start is not used.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from permis.adapters.antivirus import TEST_FILE
from tests.services import Unavailable

SYSTEM = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")  # not on everybody's PATH
LONGEST_SOCKET = 100
START_S = 60
STOP_S = 10
SETTINGS = {
    "Foreground": "yes",
    "PidFile": "",
    "StreamMaxLength": "25M",
    "MaxThreads": "4",
    "SelfCheck": "0",
    "TCPAddr": "127.0.0.1",
}


@cache
def clamd_path() -> str:
    """The clamd of the machine, one that answers `--version`."""
    found = shutil.which("clamd", path=os.pathsep.join((os.environ.get("PATH", os.defpath), *SYSTEM)))
    if not found:
        raise Unavailable("no clamd: sudo apt-get install clamav-daemon")
    try:
        answers = subprocess.run([found, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"clamd does not run: {type(error).__name__}") from None
    if answers.returncode:
        raise Unavailable("clamd does not run: sudo apt-get install --reinstall clamav-daemon")
    return found


class Server:
    """One clamd, which can be paused, killed and started again at the same addresses."""

    def __init__(self, folder: Path, **changes: str) -> None:
        self.folder, self.path = folder, folder / "socket"
        self.url = f"unix://{self.path}"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.tcp_url = f"tcp://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        database = folder / "db"
        database.mkdir()
        (database / "own.ndb").write_text(f"Eicar.Own:0:*:{TEST_FILE.hex()}\n", "ascii")
        places = {"DatabaseDirectory": database, "LocalSocket": self.path, "TCPSocket": self.port}
        said = {**SETTINGS, **places, "TemporaryDirectory": folder, **changes}
        lines = [f"{name} {value}\n" for name, value in said.items() if value != ""]
        (folder / "clamd.conf").write_text("".join(lines), "utf-8")

    def start(self) -> None:
        """Returns once it answers. Raises `Unavailable` with its own last words when it does not."""
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [clamd_path(), f"--config-file={self.folder / 'clamd.conf'}"],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until = time.monotonic() + START_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > until:
                self.kill()
                said = (self.folder / "log").read_text("utf-8", "replace").split()
                raise Unavailable(f"clamd did not start: {' '.join(said)[-400:]}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(1)
            line.connect(str(self.path))
            line.sendall(b"zPING\0")
            return line.recv(16) == b"PONG\0"
        return False

    def pause(self) -> None:
        """The kernel still takes connections for it; it reads and says nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """It answers what has waited."""
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """As a crash would; nothing if it does not run."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(STOP_S)
        self.path.unlink(missing_ok=True)


@contextmanager
def running_clamd(**changes: str) -> Iterator[Server]:
    """Starts a clamd with these lines of its configuration changed."""
    clamd_path()
    folder = _short_folder()
    server = Server(folder, **changes)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _short_folder() -> Path:
    for base in dict.fromkeys((tempfile.gettempdir(), "/tmp")):  # noqa: S108  mkdtemp makes it safe
        with suppress(OSError):
            folder = Path(tempfile.mkdtemp(prefix="tp-clamd-", dir=base))
            if len(str(folder / "socket")) < LONGEST_SOCKET:
                return folder
            folder.rmdir()
    raise Unavailable("no temporary folder that a socket can stand in: set TMPDIR to a short one")
