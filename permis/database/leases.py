"""A row that is one thing still to do: claimed under a lease, retried later and later, parked after too many."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Self

from django.db import DatabaseError, connection, models, transaction

from permis import clock

log = logging.getLogger(__name__)

LEASE_S = 30.0
FIRST_RETRY_S = 2.0
LONGEST_RETRY_S = 600.0
ATTEMPTS = 60  # about nine hours: a mail server may be down for a night


class Lost(Exception):
    """The lease went to another worker: roll everything back in silence."""


class Leased(models.Model):
    """Claim, run, close: the row is closed in the transaction of its own effect, or not at all."""

    done = models.BooleanField(default=False)
    parked = models.BooleanField(default=False)  # too many failures: an operator must look
    attempts = models.PositiveIntegerField(default=0)  # counted at the claim, so a killed process counts
    next_try = models.FloatField(
        default=clock.ticks
    )  # ticks; its creation at first, so that messages keep their order
    lease = models.CharField(max_length=16, default="", blank=True)
    lease_until = models.FloatField(default=0.0)  # ticks
    last_error = models.CharField(max_length=200, default="", blank=True)  # a class name, never data

    LEASE: ClassVar[float] = LEASE_S
    LONGEST_RETRY: ClassVar[float] = LONGEST_RETRY_S
    MOST_ATTEMPTS: ClassVar[int] = ATTEMPTS

    class Meta:
        abstract = True

    @classmethod
    def waiting(cls, limit: int = 200) -> list[object]:
        """Ids of rows whose time has come, the longest waiting first."""
        now = clock.ticks()
        rows = cls._default_manager.filter(done=False, parked=False, next_try__lte=now, lease_until__lt=now)
        return list(rows.order_by("next_try", "pk").values_list("pk", flat=True)[:limit])

    @classmethod
    def claim(cls, pk: object) -> Self | None:
        """Takes the row for `LEASE` seconds; None if it is done, parked, too early or already taken."""
        now, mine = clock.ticks(), secrets.token_hex(8)
        with transaction.atomic():
            free = cls._default_manager.filter(
                pk=pk, done=False, parked=False, next_try__lte=now, lease_until__lt=now
            )
            if not free.update(lease=mine, lease_until=now + cls.LEASE, attempts=models.F("attempts") + 1):
                return None
            return cls._default_manager.get(pk=pk)

    @classmethod
    def free_all(cls) -> int:
        """Gives back the leases of a worker that died; only where there is one worker, and we are it.

        Were it alive after all, its row would be run twice: under the same key outside, and closed once.
        """
        now = clock.ticks()
        with transaction.atomic():
            held = cls._default_manager.filter(done=False, lease_until__gt=now)
            return held.update(lease="", lease_until=0.0)

    def close(self, **also: object) -> None:
        """Marks the row done, on condition that the lease is still ours. Call it inside the effect's transaction."""
        mine = type(self)._default_manager.filter(pk=self.pk, lease=self.lease, done=False)
        if not mine.update(done=True, lease_until=0.0, last_error="", **also):
            raise Lost

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keeps the row as long as this process lives, however slow its work is: a thread renews the lease.

        A process that is killed leaves it for one `LEASE` only. Whether the lease was lost is told by `close`.
        """
        over = threading.Event()
        thread = threading.Thread(target=self._renew_until, args=(over,), name="lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _renew_until(self, over: threading.Event) -> None:
        try:
            while not over.wait(self.LEASE / 3):
                try:
                    self.renew()
                except Lost:
                    return
                except DatabaseError as fault:  # the next beat may come through
                    log.warning("a lease was not renewed: %s", type(fault).__name__)
        finally:
            connection.close()  # this thread's own

    def renew(self) -> None:
        """Keeps the row for `LEASE` from now. Raises `Lost`."""
        until = clock.ticks() + self.LEASE
        with transaction.atomic():
            mine = type(self)._default_manager.filter(pk=self.pk, lease=self.lease, done=False)
            if not mine.update(lease_until=until):
                raise Lost
        self.lease_until = until

    @classmethod
    def try_again(cls) -> int:
        """Puts the parked rows back, for an operator who mended the cause. Returns how many."""
        with transaction.atomic():
            return cls._default_manager.filter(parked=True, done=False).update(
                parked=False, attempts=0, next_try=clock.ticks(), lease="", lease_until=0.0
            )

    def fail(self, error: BaseException) -> None:
        """Puts the row back for later, or parks it after `MOST_ATTEMPTS` tries."""
        wait = min(FIRST_RETRY_S * 2 ** min(self.attempts - 1, 20), self.LONGEST_RETRY)
        with transaction.atomic():
            type(self)._default_manager.filter(pk=self.pk, lease=self.lease, done=False).update(
                lease="",
                lease_until=0.0,
                next_try=clock.ticks() + wait,
                last_error=type(error).__name__[:200],
                parked=self.attempts >= self.MOST_ATTEMPTS,
            )
