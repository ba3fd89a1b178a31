"""Sends sessions to the second SQLite file, which is fast, needs no lock, and may be lost."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Model

VOLATILE = "volatile"
APPS = frozenset({"sessions"})


class Router:
    """Django's router protocol. On PostgreSQL there is no second file and this routes nothing."""

    def _for(self, model: type[Model]) -> str | None:
        return VOLATILE if VOLATILE in settings.DATABASES and model._meta.app_label in APPS else None

    def db_for_read(self, model: type[Model], **_: Any) -> str | None:
        """Where to read this model; None: the default database."""
        return self._for(model)

    def db_for_write(self, model: type[Model], **_: Any) -> str | None:
        """Where to write this model; None: the default database."""
        return self._for(model)

    def allow_migrate(self, db: str, app_label: str, **_: Any) -> bool | None:
        """Each table stands in one file only."""
        if VOLATILE not in settings.DATABASES:
            return None
        return (app_label in APPS) == (db == VOLATILE)
