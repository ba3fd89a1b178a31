"""`permis serve`: makes the database ready, then keeps the web server and the worker alive."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from permis.cli import YES, Fault, setup_django
from permis.cli.processes import tie_to_parent

HELD_TOO_LONG_S = 20.0
STOP_S = 8.0
LIVED_WELL_S = 60.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """How many web processes; the rest comes from the environment."""
    parser.add_argument("--workers", type=int, default=2, help="web processes (2)")
    parser.add_argument("--without-worker", action="store_true", help="web only: workers run elsewhere")
    parser.add_argument("--people", action="store_true", help="demo mode: bring the requests of its people")


def run(args: argparse.Namespace) -> tuple[int, dict[str, Any] | None]:
    """Serves until Ctrl-C or SIGTERM, which stops everything."""
    host = os.environ.get("HOST") or "127.0.0.1"
    port = free_port(host, _port())
    os.environ["HOST"], os.environ["PORT"] = host, str(port)
    setup_django()
    from django.conf import settings  # noqa: PLC0415

    prepare()
    if settings.DEMO:
        _welcome(settings.PERMIS_URL, people=args.people)
    else:
        print(f"Télépermis : {settings.PERMIS_URL}", flush=True)
    people = args.people and settings.DEMO
    supervise(host, port, max(1, args.workers), with_worker=not args.without_worker, people=people)
    return YES, None


def _port() -> int:
    text = (os.environ.get("PORT") or "8000").strip()
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Fault(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def free_port(host: str, wanted: int) -> int:
    """The wanted port, or the next free one. Raises Fault when the address is not ours."""
    for port in range(wanted, min(wanted + 200, 65536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except PermissionError:
                continue
            except OSError as error:
                if error.errno == 98:  # taken
                    continue
                raise Fault(f"{host} is not an address of this machine.") from error
            return port
    raise Fault(f"No free port from {wanted} to {wanted + 199}.")


def prepare() -> None:
    """Migrations, static files, and in demo mode its people: all can be done again and change nothing."""
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    data = Path(settings.PERMIS_DATA)
    data.mkdir(parents=True, exist_ok=True)
    data.chmod(0o700)
    (data / "mode").write_text(settings.PERMIS_MODE, "ascii")
    for alias in settings.DATABASES:
        _set_aside_if_damaged(alias)
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    if settings.DEMO:
        from permis.demo import people  # noqa: PLC0415

        people.arrive()


def _set_aside_if_damaged(alias: str) -> None:
    """The volatile file only holds sessions: when it is damaged, it is set aside and made anew."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import DatabaseError, connections  # noqa: PLC0415

    if alias != "volatile":
        return
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("PRAGMA quick_check")
    except DatabaseError:
        connections[alias].close()
        path = Path(settings.DATABASES[alias]["NAME"])
        for end in ("", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                Path(f"{path}{end}").rename(f"{path}{end}.damaged")


def _welcome(url: str, *, people: bool) -> None:
    from permis.demo.people import SIGN_INS  # noqa: PLC0415

    lines = ["", f"  Télépermis, démonstration sans valeur officielle : {url}/", ""]
    lines += [f"  {who:<46} {identifier:<42} {password}" for who, identifier, password in SIGN_INS]
    lines += [
        "",
        f"  L’usine, le facteur, les messages et l’horloge : {url}/demo/",
        *(["  Leurs demandes arrivent pendant la première minute."] if people else []),
        "  Ctrl-C arrête tout.",
        "",
    ]
    print("\n".join(lines), flush=True)


def commands(
    host: str, port: int, workers: int, *, with_worker: bool, people: bool = False
) -> dict[str, list[str]]:
    """What the supervisor keeps alive."""
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    web += ["--workers", str(workers), "--blocking-threads", "16", "--no-ws", "--log-level", "error"]
    # One web process that dies is replaced; without this, granian stops the others with it.
    web += ["--respawn-failed-workers", "--workers-kill-timeout", "5", "config.wsgi:application"]
    found = {"web": web}
    if with_worker:
        found["worker"] = [sys.executable, "-m", "permis.cli", "worker", *(["--people"] if people else [])]
    return found


def supervise(host: str, port: int, workers: int, *, with_worker: bool, people: bool = False) -> None:
    """Starts again what dies, later and later; ends a process of ours that holds the write lock for too long."""
    stopping: list[int] = []
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda number, _: stopping.append(number))
    wanted = commands(host, port, workers, with_worker=with_worker, people=people)
    running: dict[str, subprocess.Popen[bytes]] = {}
    next_start = dict.fromkeys(wanted, 0.0)
    falls = dict.fromkeys(wanted, 0)
    env = {**os.environ, "PERMIS_SUPERVISOR": str(os.getpid()), "DJANGO_SETTINGS_MODULE": "config.settings"}
    root = Path(__file__).resolve().parents[2]
    next_look = 0.0
    while not stopping:
        for name, command in wanted.items():
            child = running.get(name)
            if child is not None and child.poll() is None:
                if falls[name] and time.monotonic() - next_start[name] > LIVED_WELL_S:
                    falls[name] = 0  # it has lived well since: a later fall is a first one
                continue
            if child is not None and name in running:
                del running[name]
                falls[name] += 1
                next_start[name] = time.monotonic() + min(0.2 * 2 ** min(falls[name], 6), 10)
                print(f"{name} stopped ({child.returncode}), started again", file=sys.stderr, flush=True)
            if time.monotonic() >= next_start[name]:
                # Its own session: Ctrl-C reaches us alone, and we stop the others in order.
                running[name] = subprocess.Popen(
                    command,
                    env=env,
                    cwd=root,
                    start_new_session=True,
                    preexec_fn=tie_to_parent,  # noqa: PLW1509  this process has one thread
                )
        if time.monotonic() >= next_look:
            _watch_lock()
            next_look = time.monotonic() + 1.0
        time.sleep(0.1)  # who dies is missed for a tenth of a second, not for one
    _stop(running)


def _stop(running: dict[str, subprocess.Popen[bytes]]) -> None:
    for child in running.values():
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
    deadline = time.monotonic() + STOP_S
    for child in running.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.1, deadline - time.monotonic()))
        if child.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _watch_lock() -> None:
    """A process of ours that holds the write lock over 20 s is stuck or stopped: it is ended, its work rolls back."""
    from django.conf import settings  # noqa: PLC0415

    from permis import clock  # noqa: PLC0415

    path = Path(f"{settings.DATABASES['default']['NAME']}.lock")
    try:
        pid_text, since_text = path.read_text("ascii").split()
        pid, since = int(pid_text), float(since_text)
    except (OSError, ValueError):
        return
    if clock.ticks() - since < HELD_TOO_LONG_S or not _ours(pid):
        return
    print(
        f"process {pid} held the write lock for over {HELD_TOO_LONG_S:.0f} s: ended",
        file=sys.stderr,
        flush=True,
    )
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _ours(pid: int) -> bool:
    try:
        environ = Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False
    return f"PERMIS_SUPERVISOR={os.getpid()}".encode() in environ.split(b"\0")
