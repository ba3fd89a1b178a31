"""Processes that belong together: a child dies with its parent, however the parent dies."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)  # loaded beforehand: nothing may be loaded between fork and exec


def tie_to_parent() -> None:
    """The same, for a program that is not ours: called between fork and exec."""
    if sys.platform == "linux":
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def private_files() -> None:
    """What this process writes is for its own user: databases, sessions, sealed files, demo messages."""
    os.umask(0o077)


def die_with_parent(sign: int = signal.SIGKILL) -> None:
    """Asks the kernel (Linux) to end this process when its parent ends. Elsewhere: nothing."""
    if sys.platform != "linux":
        return
    parent = os.environ.get("PERMIS_SUPERVISOR")
    if not parent:
        return  # started by hand: it belongs to nobody
    _LIBC.prctl(PR_SET_PDEATHSIG, sign)
    if str(os.getppid()) != parent and os.getppid() == 1:
        os._exit(1)  # the parent was already gone
