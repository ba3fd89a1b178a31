"""Slowing down whoever guesses: a count of failures by key, in the cache, for a while."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

WINDOW_S = 15 * 60
TRIES = 10  # by identifier
CODES_BY_ADDRESS = 200  # codes asked for or tried, from one network address
TRIES_BY_ADDRESS = 100  # by network address: a whole town hall may stand behind one


def _key(kind: str, value: str) -> str:
    return f"tries-{kind}-{hashlib.sha256(value.encode()).hexdigest()[:32]}"


def network_address(request: HttpRequest) -> str:
    """Where the request comes from. Behind our own HTTPS proxy, what that proxy saw: the last hop it wrote."""
    hops = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    return hops.rsplit(",", 1)[-1].strip() or str(request.META.get("REMOTE_ADDR", ""))


def _keys(request: HttpRequest, identifier: str) -> tuple[tuple[str, int], ...]:
    return (
        (_key("who", identifier), TRIES),
        (_key("from", network_address(request)), TRIES_BY_ADDRESS),
    )


def flooding(request: HttpRequest) -> bool:
    """Whether this network address asked for codes, or tried codes, too often; counts this time too."""
    key = _key("codes", network_address(request))
    cache.add(key, 0, WINDOW_S)
    try:
        return int(cache.incr(key)) > CODES_BY_ADDRESS
    except ValueError:  # it ran out between the two lines
        return False


def too_many(request: HttpRequest, identifier: str) -> bool:
    """Whether this identifier, or this network address, failed too often in the last 15 minutes."""
    return any((cache.get(key) or 0) >= limit for key, limit in _keys(request, identifier))


def failed(request: HttpRequest, identifier: str) -> None:
    """Counts one failure."""
    for key, _ in _keys(request, identifier):
        cache.add(key, 0, WINDOW_S)
        try:
            cache.incr(key)
        except ValueError:  # it ran out between the two lines
            cache.set(key, 1, WINDOW_S)


def forget(request: HttpRequest, identifier: str) -> None:
    """A success clears the count of the identifier (not that of the network)."""
    cache.delete(_keys(request, identifier)[0][0])
