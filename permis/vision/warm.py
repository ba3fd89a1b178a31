"""The inside of the cage: a warm process that forks a child for each file, and what the kernel forbids that child.

It is started by `cage.py` and never looks at a file itself. It ends when its line is cut, and its children with it.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import gc
import importlib
import json
import logging
import os
import platform
import resource
import select
import signal
import socket
import struct
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from permis.vision import files

# What goes over the lines between who asks, the warm process and the children.
HEAD = struct.Struct(
    ">IIIII"
)  # of a page: width, height, bytes of it, of its thumbnail, of what is said of it
REFUSED, TAKEN, FAULT = b"R", b"T", b"F"  # how an answer begins; a fault is ours, and the name of its class
END = struct.Struct(">iQd")  # how the child ended (wait status), its peak in KiB, its CPU seconds

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER = 1, 38, 22, 2
M_ARENA_MAX = -8
# What a child may still ask of the kernel, by machine: memory, the clock, its line, its end. By number, for a name
# is known to no library of ours: x86_64 and aarch64, from the kernel's own tables.
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CALLS = {
    # read write close fstat poll lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn sched_yield
    # mremap madvise getpid sendto recvfrom shutdown exit gettimeofday getrusage sigaltstack gettid futex
    # sched_getaffinity clock_gettime exit_group set_robust_list getrandom membarrier rseq
    "x86_64": (0, 1, 3, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 28, 39, 44, 45, 48, 60, 96, 98, 131, 186, 202,
               204, 228, 231, 273, 318, 324, 334),
    "aarch64": (63, 64, 57, 80, 73, 62, 222, 226, 215, 214, 134, 135, 139, 124, 216, 233, 172, 206, 207, 210, 93,
                169, 165, 132, 178, 98, 123, 113, 94, 99, 278, 283, 293),
}  # fmt: skip
CLONE = {"x86_64": (56, 435), "aarch64": (220, 435)}  # clone, clone3
THREAD = (0x3D0F00, 0x7D0F00)  # the flags with which glibc and musl start a thread, and never a process


@dataclass
class _Child:
    line: socket.socket  # where the end is told
    until: float  # when it is ended, on the monotonic clock


def main(line: str, about: str) -> None:
    """Loads the decoders, says hello, then forks a child for each file until the line is cut."""
    control = socket.socket(fileno=int(line))
    asked = json.loads(about)
    for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM"):
        os.environ[f"{name}_NUM_THREADS"] = "1"  # before numpy is loaded: a fork keeps one thread
    logging.disable(logging.CRITICAL)  # a damaged file is told to the person, not to a log
    warnings.simplefilter("ignore")
    try:
        tasks, sentences = _loaded(asked["tasks"])
        rules = (
            {threads: _rules(threads=threads) for threads in (False, True)} if sys.platform == "linux" else {}
        )
    except BaseException as error:
        control.sendall(json.dumps({"failed": f"{type(error).__name__}: {error}"}).encode() + b"\n")
        raise
    control.sendall(json.dumps({"sentences": sorted(sentences)}).encode() + b"\n")
    _first_to_go()
    if sys.platform == "linux":
        _LIBC.mallopt(M_ARENA_MAX, 1)  # a thread takes no 64 MB of addresses for itself
    gc.collect()
    gc.freeze()  # what was loaded is not looked at again, and not copied into each child
    _Warm(control, tasks, asked["limits"], rules).serve()


def _loaded(names: Iterable[str]) -> tuple[list[Callable[[bytes], list[Any]]], set[str]]:
    """The functions that read files, everything that they load, and every sentence that they may say."""
    tasks, sentences = [], set()
    for name in names:
        module_name, _, function = name.partition(":")
        module = importlib.import_module(module_name)
        tasks.append(getattr(module, function))
        sentences |= set(getattr(module, "SENTENCES", ()))
        getattr(module, "prepare", lambda: None)()
    return tasks, sentences


def _first_to_go() -> None:
    """When the machine has no memory left, the kernel takes a child of this before a process that holds dossiers."""
    try:
        Path("/proc/self/oom_score_adj").write_text("900", "ascii")
    except OSError:
        return  # not Linux, or not allowed: the limits below hold all the same


def _address_space() -> int:
    """Bytes of addresses that this process has."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return 512 << 20


class _Warm:
    """The loop: files in, children out, each ended at its time and its end told."""

    def __init__(self, control: socket.socket, tasks: list[Any], limits: dict[str, Any], rules: Any) -> None:
        self.control, self.tasks, self.limits, self.rules = control, tasks, limits, rules
        self.children: dict[int, _Child] = {}
        self.me = os.getpid()
        self.woken, wakes = os.pipe()
        os.set_blocking(wakes, False)
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.room = _address_space() + int(limits["memory"])

    def serve(self) -> None:
        """Until the line is cut; then everything ends."""
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        poll.register(self.woken, select.POLLIN)
        while True:
            soonest = min((child.until for child in self.children.values()), default=None)
            wait = None if soonest is None else max(0, soonest - time.monotonic()) * 1000 + 1
            ready = {number for number, _ in poll.poll(wait)}
            if self.woken in ready:
                os.read(self.woken, 4096)
            self._buried()
            for pid, child in self.children.items():
                if time.monotonic() >= child.until:
                    os.kill(pid, signal.SIGKILL)
                    child.until = time.monotonic() + 1
            if self.control.fileno() in ready and not self._fork():
                for pid in self.children:
                    os.kill(pid, signal.SIGKILL)
                os._exit(0)

    def _buried(self) -> None:
        """Tells the end of each child that ended."""
        while self.children:
            pid, status, used = os.wait4(-1, os.WNOHANG)
            if not pid:
                return
            child = self.children.pop(pid)
            end = END.pack(status, used.ru_maxrss, used.ru_utime + used.ru_stime)
            with contextlib.suppress(OSError):  # who asked is gone
                child.line.sendall(end)
            child.line.close()

    def _fork(self) -> bool:
        """One file: a child is forked. False when the line is cut."""
        try:
            task, numbers, _flags, _address = socket.recv_fds(self.control, 1, 2)
        except OSError:
            return False
        if not task or len(numbers) != 2:
            return False
        line, end = (socket.socket(fileno=number) for number in numbers)
        pid = os.fork()
        if not pid:
            self._decode(line, end, task[0])
        line.close()
        self.children[pid] = _Child(end, time.monotonic() + self.limits["wall_s"])
        return True

    def _decode(self, line: socket.socket, end: socket.socket, task: int) -> NoReturn:
        """The child: shuts itself in, reads its file, answers, ends."""
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for other in [self.control, end, *(child.line for child in self.children.values())]:
                other.close()
            os.close(self.woken)
            self._shut_in()
            data = _heard(line)
            self._forbid(threads=data[4:8] == b"ftyp")  # the decoder of HEIC works in a thread of its own
            _answer(line, self.tasks[task], data)
        except BaseException:  # noqa: BLE001  whatever it is, who asked learns that there is no answer
            os._exit(1)
        os._exit(0)

    def _shut_in(self) -> None:
        """What holds on any Unix: memory, time, and nothing new to open."""
        cpu = int(self.limits["cpu_s"])
        for limit, value in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CPU, cpu),
            (resource.RLIMIT_AS, self.room),
            (resource.RLIMIT_NOFILE, 0),  # what is open stays open, nothing else can be opened
        ):
            resource.setrlimit(limit, (value, value))
        if sys.platform == "linux":
            _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != self.me:
                os._exit(1)

    def _forbid(self, *, threads: bool) -> None:
        """Nothing new to start, and nothing to ask of the kernel but what `CALLS` says."""
        if not threads:
            resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))  # it counts threads too
        if sys.platform != "linux":
            return
        program = self.rules[threads]
        if _LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
            os._exit(1)
        if program is not None and _LIBC.prctl(PR_SET_SECCOMP, FILTER, ctypes.byref(program[1]), 0, 0):
            os._exit(1)


_LIBC: Any = ctypes.CDLL(None)
if sys.platform == "linux":
    _LIBC.prctl.argtypes = [ctypes.c_int, *[ctypes.c_void_p] * 4]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _rules(*, threads: bool) -> tuple[Any, Any] | None:
    """The kernel's filter (seccomp) for the children, ready to be set. None where the kernel has none, or for a machine
    whose calls are not listed: the limits of memory, time and files are then all that holds.
    """
    machine = platform.machine()
    if machine not in CALLS or not Path("/proc/sys/kernel/seccomp").exists():
        return None
    load, if_equal, if_above, give = 0x20, 0x15, 0x35, 0x06
    clone, clone3 = CLONE[machine]
    # (code, value, where to when true, where to when false); None: the next one. A name stands before its step.
    steps: list[Any] = [
        (load, 4, None, None),  # the machine for which the call is made
        (if_equal, AUDIT[machine], None, "kill"),
        (load, 0, None, None),  # the number of the call
        (if_above, 0x40000000, "deny", None),  # x32: the same calls by other numbers
        *((if_equal, call, "allow", None) for call in CALLS[machine]),
    ]
    if threads:
        steps += [
            (if_equal, clone3, "unknown", None),  # its flags cannot be seen from here; clone is then used
            (if_equal, clone, None, "deny"),
            (load, 16, None, None),  # its flags
            *((if_equal, flags, "allow", None) for flags in THREAD),
        ]
    steps += [
        "deny",
        (give, 0x00050000 | errno.EPERM, None, None),
        "allow",
        (give, 0x7FFF0000, None, None),
        "unknown",
        (give, 0x00050000 | errno.ENOSYS, None, None),
        "kill",
        (give, 0x80000000, None, None),
    ]
    places, program = {}, []
    for step in steps:
        if isinstance(step, str):
            places[step] = len(program)
        else:
            program.append(step)
    made = b"".join(
        struct.pack("=HBBI", code, *(places[to] - at - 1 if to else 0 for to in (yes, no)), value)
        for at, (code, value, yes, no) in enumerate(program)
    )
    packed = ctypes.create_string_buffer(made)
    return packed, _Program(len(program), ctypes.cast(packed, ctypes.c_void_p))


def _heard(line: socket.socket) -> bytes:
    """The file, as it comes over the line."""
    held = bytearray()
    while more := line.recv(1 << 18):
        held += more
        if len(held) > files.LIMIT:
            os._exit(1)
    return bytes(held)


def _answer(line: socket.socket, task: Callable[[bytes], list[Any]], data: bytes) -> None:
    try:
        pages = task(data)
    except files.Refused as refusal:
        line.sendall(REFUSED + refusal.sentence.encode())
    except MemoryError:
        line.sendall(REFUSED + files.TOO_HEAVY.encode())
    except Exception as error:
        line.sendall(FAULT + type(error).__name__.encode())
        raise
    else:
        line.sendall(TAKEN)
        for page in pages:
            said = json.dumps(page.said).encode()
            line.sendall(HEAD.pack(page.width, page.height, len(page.jpeg), len(page.thumb), len(said)))
            for part in (page.jpeg, page.thumb, said):
                line.sendall(part)
