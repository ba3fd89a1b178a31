"""Django's SQLite backend with a fair lock: one blocking `flock` from the start of a transaction to its end.

SQLite's own lock is a lottery (waits of several seconds with 8 writers); `flock` serves in turn.
Every write of ours must be inside `atomic()`, and nothing slow inside one: see docs/adr/.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.sqlite3 import base

from permis import clock


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection. `OPTIONS["fair"]` false: no lock (the second file, where waiting does not matter)."""

    def __init__(self, settings_dict: dict[str, Any], alias: str = "default") -> None:
        super().__init__(settings_dict, alias)
        self._lock_fd: int | None = None

    def get_connection_params(self) -> dict[str, Any]:
        """Takes our own options out before SQLite sees them."""
        params: dict[str, Any] = super().get_connection_params()
        self._fair = params.pop("fair", True)
        self._durable = params.pop("durable", True)
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Opens, sets the modes and reads them back: SQLite may refuse WAL without an error."""
        connection = super().get_new_connection(conn_params)
        if "mode=memory" in str(conn_params["database"]) or conn_params["database"] == ":memory:":
            raise ImproperlyConfigured("An SQLite database in memory has no lock: give it a file.")
        wanted = {"journal_mode": "wal", "synchronous": 2 if self._durable else 0, "foreign_keys": 1}
        for pragma, value in wanted.items():
            connection.execute(f"PRAGMA {pragma} = {value}").fetchall()
            got = connection.execute(f"PRAGMA {pragma}").fetchone()[0]
            if str(got).lower() != str(value):
                raise ImproperlyConfigured(
                    f"SQLite keeps {pragma} = {got} instead of {value}: check the disk."
                )
        return connection

    # The lock: taken before BEGIN, given back after COMMIT or ROLLBACK.
    def _take(self) -> None:
        if not self._fair or self._lock_fd is not None:
            return
        fd = os.open(f"{self.settings_dict['NAME']}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            os.pwrite(
                fd, f"{os.getpid():>10} {clock.ticks():17.3f}".encode(), 0
            )  # for the supervisor's watch
        except BaseException:
            os.close(fd)
            raise
        self._lock_fd = fd

    def _give(self) -> None:
        if self._lock_fd is not None:
            fd, self._lock_fd = self._lock_fd, None
            with suppress(OSError):
                os.pwrite(fd, b" " * 28, 0)
            os.close(fd)

    def _start_transaction_under_autocommit(self) -> None:
        self._take()
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._give()
            raise

    def _commit(self) -> Any:
        result = super()._commit()
        self._give()  # a COMMIT that fails keeps the lock until the ROLLBACK
        return result

    def _rollback(self) -> Any:
        try:
            return super()._rollback()
        finally:
            self._give()

    def _close(self) -> Any:
        try:
            return super()._close()
        finally:
            self._give()
