"""The guard: an execute wrapper, on always, that fails a write which does not come through the one door.

It watches `dossier_dossier.state`, `dossier_dossier.answers` and `dossier_slot.status`, and any write of
ours outside `atomic()`. Blind to raw driver cursors, COPY and other programs: `permis verify` sees those.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connections
from django.db.backends.signals import connection_created


class Unguarded(AssertionError):
    """A write that goes round the door: a fault of ours, never of the person's."""


_open: ContextVar[frozenset[str]] = ContextVar("doors_open", default=frozenset())

WRITE = re.compile(r"^\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
# Sessions and cache are Django's own and may be lost; django_migrations is written by migrate.
EXEMPT = re.compile(
    r"(django_session|permis_cache|django_migrations|django_content_type|sqlite_sequence)", re.IGNORECASE
)
WATCHED = {
    "state": re.compile(r'^\s*UPDATE\s+"?dossier_dossier"?\s.*?(?:\bSET\s|,)\s*"?state"?\s*=', re.I | re.S),
    "answers": re.compile(
        r'^\s*UPDATE\s+"?dossier_dossier"?\s.*?(?:\bSET\s|,)\s*"?answers"?\s*=', re.I | re.S
    ),
    "dossier": re.compile(
        r'^\s*(INSERT\s+(?:OR\s+\w+\s+)?INTO|DELETE\s+FROM)\s+"?dossier_dossier"?\b', re.I | re.S
    ),
    "slot": re.compile(
        r'^\s*(INSERT\s+(?:OR\s+\w+\s+)?INTO\s+"?dossier_slot"?\b|DELETE\s+FROM\s+"?dossier_slot"?\b'
        r'|UPDATE\s+"?dossier_slot"?\s.*?(?:\bSET\s|,)\s*"?status"?\s*=)',
        re.I | re.S,
    ),
    "event": re.compile(
        r'^\s*(INSERT\s+(?:OR\s+\w+\s+)?INTO|DELETE\s+FROM|UPDATE)\s+"?dossier_event"?\b', re.I | re.S
    ),
}


@contextmanager
def door(*names: str) -> Iterator[None]:
    """Opens these doors inside the block: used by `dossier` alone (a test keeps it so)."""
    token = _open.set(_open.get() | set(names))
    try:
        yield
    finally:
        _open.reset(token)


def _in_own_atomic(connection: Any) -> bool:
    blocks = connection.atomic_blocks
    return bool(blocks) and not blocks[-1]._from_testcase


def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Django's execute wrapper: raises `Unguarded` before the statement reaches the database."""
    if WRITE.match(sql) and context["connection"].alias == "default" and not EXEMPT.search(sql[:80]):
        for name, pattern in WATCHED.items():
            if pattern.match(sql) and name not in _open.get():
                raise Unguarded(f"{name} is written by dossier/ alone")
        if not _in_own_atomic(context["connection"]):
            raise Unguarded("a write outside atomic()")
    return execute(sql, params, many, context)


def _install(connection: Any, **_: Any) -> None:
    if watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(watch)


def switch_on() -> None:
    """Puts the guard on every connection, present and to come."""
    connection_created.connect(_install, dispatch_uid="permis-guard")
    for connection in connections.all(initialized_only=True):
        _install(connection)
