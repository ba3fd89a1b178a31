"""`make test`: every part in turn, all of them even when one fails, and the whole told at the end.

    tools/test.py                      lint sqlite postgres antivirus stories crash
    tools/test.py quick                rules, house and stages on SQLite
    tools/test.py sqlite -- -k loss    what follows -- goes to pytest
    tools/test.py -n 0 sqlite          in one process

A part that this machine cannot run is named on a last line `NOT RUN: …`; that is a failure where CI=1.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.services import Unavailable
from tests.services.chromium import chromium_path
from tests.services.clamd import clamd_path
from tests.services.postgres import running_postgres

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("lint", "sqlite", "postgres", "antivirus", "stories", "crash")
OF_THE_PERSON = re.compile(r"PERMIS_.*|(DATABASE|QUEUE|CACHE|STORAGE|EMAIL|CLAMD)_URL|PORT|HOST|LONG")
CALLED = {"postgres": "postgresql"}
ORDINARY = "not browser and not clamd"  # the others have a part of their own, which may be missing here
QUICK = ("rules", "house", "stages")
QUICK_SECONDS = 60
PATIENCE = 20  # for a child to clean up after an interruption


@dataclass
class Run:
    """One `make test`: where its files go, and what came of each part."""

    folder: Path
    workers: str
    to_pytest: list[str]
    failed: list[str] = field(default_factory=list)
    not_run: list[str] = field(default_factory=list)

    def environment(self, part: str, **more: str) -> dict[str, str]:
        """The person's own settings and home stay out of it."""
        kept = {name: value for name, value in os.environ.items() if not OF_THE_PERSON.fullmatch(name)}
        home = self.folder / "home"
        data = self.folder / part
        home.mkdir(exist_ok=True)
        data.mkdir(exist_ok=True)
        folders = {"HOME": home, "XDG_CACHE_HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}
        return (
            kept
            | {name: str(folder) for name, folder in folders.items()}
            | {"DJANGO_SETTINGS_MODULE": "config.settings", "PERMIS_MODE": "demo", "PERMIS_DATA": str(data)}
            | {"TMPDIR": str(self.folder), "PATH": f"{ROOT}/.venv/bin{os.pathsep}{os.environ['PATH']}"}
            | more
        )

    def commands(self, part: str, *commands: list[str], **environment: str) -> bool:
        """Runs them all, in order; true if each is content."""
        contents = [call(command, self.environment(part, **environment)) for command in commands]
        return all(contents)

    def pytest(self, part: str, *arguments: str, workers: str | None = None, **environment: str) -> bool:
        spread = ["-n", workers or self.workers]
        return self.commands(
            part, python("-m", "pytest", *spread, *arguments, *self.to_pytest), **environment
        )


# --- the parts -------------------------------------------------------------------------------------------


def lint(run: Run) -> bool:
    return run.commands(
        "lint",
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports"],
        python("-m", "django", "makemigrations", "--check", "--dry-run"),
        python("tools/docs.py", "--check"),
    )


def quick(run: Run) -> bool:
    folders = [f"tests/{name}" for name in QUICK if (ROOT / "tests" / name).is_dir()]
    start = time.monotonic()
    content = run.pytest("quick", "-m", f"{ORDINARY} and not slow", *folders)
    if time.monotonic() - start > QUICK_SECONDS:
        print(f"(longer than the {QUICK_SECONDS} s it promises)")
    return content


def sqlite(run: Run) -> bool:
    return run.pytest("sqlite", "-m", ORDINARY)


def postgres(run: Run) -> bool:
    with running_postgres() as url:
        return run.pytest("postgres", "-m", f"{ORDINARY} and not once", "--database", DATABASE_URL=url)


def antivirus(run: Run) -> bool:
    find_or_install_clamd()
    return run.pytest("antivirus", "-m", "clamd", "tests/adapters")


def stories(run: Run) -> bool:
    find_or_install("chromium", chromium_path)
    # A file is one installation: its stories stay together, two files run side by side.
    return run.pytest("stories", "-m", "browser", "--dist", "loadfile")


def crash(run: Run) -> bool:
    return run.commands("crash", python("-m", "proof.crash"))


def find_or_install(package: str, find: Callable[[], str]) -> bool:
    """Whether it had to be installed, as root may. Raises `Unavailable` when it is not there in the end."""
    try:
        find()
    except Unavailable:
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise
    else:
        return False
    install = ["apt-get", "install", "-y", "-q", package]
    quietly = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    if not call(install, quietly):
        call(["apt-get", "update", "-q"], quietly)
        call(install, quietly)
    find()
    return True


def find_or_install_clamd() -> None:
    fresh = find_or_install("clamav-daemon", clamd_path)
    if fresh and Path("/run/systemd/system").is_dir():
        # The tests start a clamd of their own: the package's services must not stay, nor download anything.
        call(["systemctl", "disable", "--now", "clamav-daemon", "clamav-freshclam"], dict(os.environ))


# --- running them ----------------------------------------------------------------------------------------


def python(*arguments: str) -> list[str]:
    return [str(ROOT / ".venv/bin/python"), *arguments]


def call(command: list[str], environment: dict[str, str]) -> bool:
    """Shows the command, runs it in the checkout; an interruption lets it clean up first."""
    shown = ["python" if word == python()[0] else word for word in command]
    print("$", " ".join(f'"{word}"' if " " in word else word for word in shown), flush=True)
    try:
        child = subprocess.Popen(command, cwd=ROOT, env=environment)
    except OSError as error:
        print(f"{command[0]}: {error.strerror}")
        return False
    try:
        return child.wait() == 0
    except BaseException:
        child.send_signal(signal.SIGINT)
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
        raise


def attempt(name: str, part: Callable[[Run], bool], run: Run) -> None:
    print(f"\n=== {name} ===", flush=True)
    start = time.monotonic()
    try:
        outcome = "passed" if part(run) else "FAILED"
    except Unavailable as missing:
        outcome = "not run"
        run.not_run.append(f"{CALLED.get(name, name)} ({missing})")
    if outcome == "FAILED":
        run.failed.append(name)
    print(f"=== {name}: {outcome}, {time.monotonic() - start:.1f} s", flush=True)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Short, because sockets live in it; the tests' PostgreSQL may be another user and must pass through."""
    with tempfile.TemporaryDirectory(prefix="tp-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


def arguments() -> argparse.Namespace:
    words = sys.argv[1:]
    end = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=" ".join((*PARTS, "quick")))
    parser.add_argument("-n", dest="workers", default="2", help="processes of pytest (2; 0: in this one)")
    given = parser.parse_args(words[:end])
    unknown = set(given.parts) - {*PARTS, "quick"}
    if unknown:
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    given.to_pytest = words[end + 1 :]
    return given


def main() -> int:
    given = arguments()
    known = {part.__name__: part for part in (lint, quick, sqlite, postgres, antivirus, stories, crash)}
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    with temporary_folder() as folder:
        run = Run(folder, given.workers, given.to_pytest)
        for name in given.parts or PARTS:
            attempt(name, known[name], run)

    print(f"\nFAILED: {', '.join(run.failed)}" if run.failed else "\nAll that was run passed.")
    for line in run.not_run:
        print(f"NOT RUN: {line}")
    must_run_all = os.environ.get("CI", "").lower() in {"1", "true"}
    return 1 if run.failed or (run.not_run and must_run_all) else 0


if __name__ == "__main__":
    sys.exit(main())
