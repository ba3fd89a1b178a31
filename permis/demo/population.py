"""The requests of the demo's people arrive: each whole or not at all, told once however often it is begun again.

A request is made in one transaction, by everything that happened to it at its own hour, while its messages, orders
and letters are kept apart; they join the world once the request is there. Killed before that, nothing is left of
it; killed after, the rest joins at the next start. On SQLite others wait for each of these transactions: that is
why they are short, why people come one by one, and why nobody else may do it so.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from permis import clock
from permis.accounts.models import Person
from permis.adapters import files
from permis.demo import people
from permis.demo.applicants import applicants
from permis.demo.models import Arrival
from permis.demo.road import Applicant, Road

log = logging.getLogger(__name__)


def folder() -> Path:
    """Where the world of those who are arriving is kept; it is there only meanwhile."""
    return Path(settings.PERMIS_DATA) / "arriving"


def arriving() -> bool:
    """Whether people are arriving now, or were when the service was stopped."""
    return folder().exists()


def arrive(stop: Callable[[], bool] = lambda: False) -> int:
    """Brings everybody who is not there yet, until `stop` says so. Returns how many came; quick when all are there."""
    everybody = applicants(clock.today())
    here = set(Arrival.objects.values_list("slug", flat=True))
    if not arriving() and {who.slug for who in everybody} <= here:
        return 0
    people.arrive()
    folder().mkdir(parents=True, exist_ok=True)
    _join_those_who_came(here)
    Client().get(reverse("healthz"))  # loads the pages before the first transaction waits for them
    came = 0
    for who in everybody:
        if stop():
            return came
        if who.slug not in here:
            came += bring(who)
    shutil.rmtree(folder(), ignore_errors=True)
    return came


def bring(who: Applicant) -> bool:
    """Makes one request, whole, by all that happened to it. False when it was there, or could not be made."""
    apart = folder() / who.slug
    apart.mkdir(parents=True, exist_ok=True)
    road = Road(who)
    try:
        with clock.behind(who.days * 86400):
            road.draw()
        with transaction.atomic(), files.apart(apart):
            if not Arrival.objects.get_or_create(slug=who.slug)[1]:
                return False  # another worker has just brought this one
            with clock.behind(who.days * 86400):
                road.person = people.person_of(who.email, who.phone, _password())
            road.walk()
    except Exception:
        log.exception("%s does not arrive", who.slug)
        shutil.rmtree(apart, ignore_errors=True)
        return False
    _join(apart)
    return True


def _password() -> str:
    """Everybody's password is one, and is hashed once."""
    return str(Person.objects.values_list("password", flat=True).get(email=people.STAFF[0][1]))


def _join_those_who_came(here: set[str]) -> None:
    """What a start that was killed has left: of a request that is there it joins, of another it goes."""
    for apart in [path for path in folder().iterdir() if path.is_dir()]:
        if apart.name in here:
            _join(apart)
        else:
            shutil.rmtree(apart, ignore_errors=True)


def _join(apart: Path) -> None:
    """The messages, orders and letters of one request join the world, file by file."""
    for path in sorted(apart.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            path.replace(files.outside(*path.relative_to(apart).parent.parts) / path.name)
    shutil.rmtree(apart, ignore_errors=True)
