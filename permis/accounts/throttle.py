"""Slowing down whoever guesses: a count of failures by key, in the cache, for a while. Each door counts alone."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from permis import clock

WINDOW_S = 15 * 60
TRIES = 10  # by identifier
CODES_BY_ADDRESS = 200  # codes asked for or tried, from one network address
TRIES_BY_ADDRESS = 100  # by network address: a whole town hall may stand behind one
PASSWORDS = "passwords"  # the door of those who sign in


def _key(kind: str, value: str) -> str:
    return f"tries-{kind}-{hashlib.sha256(value.encode()).hexdigest()[:32]}"


def network_address(request: HttpRequest) -> str:
    """Where the request comes from. Behind our own HTTPS proxy, what that proxy saw: the last hop it wrote."""
    hops = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    return hops.rsplit(",", 1)[-1].strip() or str(request.META.get("REMOTE_ADDR", ""))


def _keys(request: HttpRequest, identifier: str, door: str) -> tuple[tuple[str, int], ...]:
    return (
        (_key("who", f"{door}\x1f{identifier}"), TRIES),
        (_key("from", f"{door}\x1f{network_address(request)}"), TRIES_BY_ADDRESS),
    )


def _count(key: str, window: int) -> int:
    """One more under this key; the window runs from the first one, in seconds. Returns how many there are."""
    ends = clock.ticks() + window
    if not cache.add(f"{key}-ends", ends, window):
        ends = cache.get(f"{key}-ends") or ends
    cache.add(key, 0, window)
    try:
        n = int(cache.incr(key))
    except ValueError:  # it ran out between the two lines
        n = 1
        cache.set(key, n, window)
    # A cache of files forgets, at each `incr`, how long the key has to live.
    cache.touch(key, max(1, int(ends - clock.ticks())))
    return n


def flooding(request: HttpRequest) -> bool:
    """Whether this network address asked for codes, or tried codes, too often; counts this time too."""
    key = _key("codes", network_address(request))
    return (cache.get(key) or 0) >= CODES_BY_ADDRESS or _count(key, WINDOW_S) > CODES_BY_ADDRESS


def too_many(request: HttpRequest, identifier: str, door: str = "") -> bool:
    """Whether this identifier, or this network address, failed too often at this door in the last 15 minutes."""
    return any((cache.get(key) or 0) >= limit for key, limit in _keys(request, identifier, door))


def failed(request: HttpRequest, identifier: str, door: str = "") -> None:
    """Counts one failure at this door. Whoever is stopped already is not counted: the wait does not grow."""
    for key, limit in _keys(request, identifier, door):
        if (cache.get(key) or 0) < limit:
            _count(key, WINDOW_S)


def forget(request: HttpRequest, identifier: str, door: str = "") -> None:
    """A success clears the count of the identifier (not that of the network)."""
    key = _keys(request, identifier, door)[0][0]
    cache.delete_many([key, f"{key}-ends"])


def within(request: HttpRequest, door: str, calls: int, window: int) -> bool:
    """Whether this network address may still call at this door: at most `calls` in `window` seconds. Counts this one.

    Windows follow one another on the clock and each has its own key: one read and one write a call.
    """
    key = _key("calls", f"{door}\x1f{network_address(request)}\x1f{int(clock.ticks() // window)}")
    try:
        return int(cache.incr(key)) <= calls
    except ValueError:  # the first of this window
        cache.set(key, 1, 2 * window)
        return calls > 0
