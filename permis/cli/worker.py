"""`permis worker`: answers the bell at once, and beats every 2 seconds."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

from permis.cli import YES, setup_django

log = logging.getLogger(__name__)

PEOPLE_WAIT_S = 3.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """Runs once, or for good; in demo mode its people may come too."""
    parser.add_argument("--once", action="store_true", help="run what waits, then stop")
    parser.add_argument("--people", action="store_true", help="demo mode: bring the requests of its people")


def _beats(stop: threading.Event, part: Callable[[], object], every: float) -> None:
    from django.db import close_old_connections  # noqa: PLC0415

    while not stop.wait(every):
        close_old_connections()
        part()


def run(args: argparse.Namespace) -> tuple[int, dict[str, Any] | None]:
    """Works until it is told to stop; what it holds is then given back by its lease."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    setup_django()
    from permis import bell, journey  # noqa: PLC0415
    from permis.cli.processes import die_with_parent  # noqa: PLC0415
    from permis.vision import cage  # noqa: PLC0415

    if args.once:
        return YES, {"done": journey.settle()}
    die_with_parent()
    if os.environ.get("PERMIS_SUPERVISOR"):
        _free_leases()
    stop = threading.Event()
    consumer = None
    try:
        consumer = bell.queue().create_consumer(
            workers=1,
            periodic=False,
            initial_delay=0.05,
            backoff=1.2,
            max_delay=0.2,
            check_worker_health=False,
        )
        consumer.start()
    except Exception as error:  # noqa: BLE001  without a bell the beat still does everything
        log.warning("no bell: %s", type(error).__name__)
    for sign in (signal.SIGTERM, signal.SIGINT):  # after Huey, which sets its own
        signal.signal(sign, lambda *_: stop.set())
    if args.people:
        threading.Thread(target=_bring_people, args=(stop,), daemon=True).start()
    apart = (
        (journey.send_messages, journey.BEAT_S),
        (journey.check_documents, journey.LOOK_S),
        (journey.keep_house, journey.HOUSE_S),
    )
    threading.Thread(target=cage.start, daemon=True).start()  # the first person does not wait for it
    for part, every in apart:
        threading.Thread(target=_beats, args=(stop, part, every), daemon=True).start()

    def work() -> None:
        journey.beat(without_messages=True)
        journey.mark_beat()

    _beats(stop, work, journey.BEAT_S)
    if consumer is not None:
        consumer.stop(graceful=False)
    return YES, None


def _bring_people(stop: threading.Event) -> None:
    """The people of the demo arrive beside the work, once the first page has been served."""
    from django.conf import settings  # noqa: PLC0415

    if not settings.DEMO or stop.wait(PEOPLE_WAIT_S):
        return
    from permis.demo import population  # noqa: PLC0415

    try:
        population.arrive(stop.is_set)
    except Exception:
        log.exception("the people of the demo did not all arrive; they do at the next start")


def _free_leases() -> None:
    """The embedded default has one worker: what is claimed at its start was claimed by one that died."""
    from django.db import connection  # noqa: PLC0415

    from permis.database.leases import Leased  # noqa: PLC0415

    if connection.vendor == "sqlite":
        for kind in Leased.__subclasses__():
            kind.free_all()
