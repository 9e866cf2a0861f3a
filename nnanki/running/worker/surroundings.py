"""What a card's process finds around it, and how the second run finds it otherwise.

Each factor is varied as far down as the kernel lets us: by the system where its row
says so, which children of the run see too, else by a library or in Python alone.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import random
import socket
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from .clock import another_time, travel
from .dates import OTHER_TIMES
from .processors import here  # type: ignore[import-untyped]
from .unseen import change_result, unseen

CLONE_NEWUTS, CLONE_NEWNET = 0x04000000, 0x40000000
ELSEWHERE = "another-host"
OTHER = 23456  # added to the numbers of users and groups
COUNTED = ("SC_NPROCESSORS_ONLN", "SC_NPROCESSORS_CONF", 83, 84)
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def clock() -> None:
    """Library: time-machine; a process that is started anew has the system's clock."""
    travel(another_time(datetime.now(UTC)))


def time_zone() -> None:
    """System: the variable TZ; children see it."""
    os.environ["TZ"] = "XKT-05:45XKS,M3.2.0,M11.1.0"
    time.tzset()


def locale() -> None:
    """System: the variables LC_*; children see them, and letters stay UTF-8."""
    for name in ("LC_TIME", "LC_NUMERIC", "LC_MONETARY", "LC_COLLATE", "LC_MESSAGES"):
        os.environ[name] = "C"
    os.environ |= {"LANG": "C.utf8", "LANGUAGE": "xx"}


def processors() -> None:
    """System: one processor to run on; `os.cpu_count` in Python alone."""
    count = 1 if (os.cpu_count() or 1) > 1 else 3
    here()
    for name in ("cpu_count", "process_cpu_count"):
        if hasattr(os, name):
            setattr(os, name, partial(int, count))
    known = os.sysconf

    def sysconf(name: Any) -> int:
        return count if name in COUNTED else known(name)

    os.sysconf = unseen(sysconf, known)


def host() -> None:
    """System: a name of its own where that is allowed; else in Python alone."""
    known, name = os.uname(), ELSEWHERE
    with contextlib.suppress(OSError):
        system("unshare", CLONE_NEWUTS)
        socket.sethostname(name)
    release, version = "0.0.1", "#0"
    uname = os.uname_result((known.sysname, name, release, version, known.machine))
    os.uname = partial(os.uname_result, uname)
    socket.gethostname = partial(str, name)
    platform = sys.modules.get("platform")
    if platform is not None:
        platform._uname_cache = None  # type: ignore[attr-defined]


def network() -> None:
    """System: a network of its own, in which only this machine is reached."""
    with contextlib.suppress(OSError):
        system("unshare", CLONE_NEWNET)
        loopback()


def user() -> None:
    """System: the variables USER and LOGNAME; the rest in Python alone."""
    os.environ |= {"USER": "somebody", "LOGNAME": "somebody"}
    for name in ("getuid", "geteuid", "getgid", "getegid"):
        setattr(os, name, partial(int, getattr(os, name)() + OTHER))
    for name in ("getresuid", "getresgid"):
        if hasattr(os, name):
            numbers = [n + OTHER for n in getattr(os, name)()]
            setattr(os, name, partial(tuple, numbers))
    os.getgroups = partial(list, [n + OTHER for n in os.getgroups()] or [OTHER])
    os.getlogin = partial(str, "somebody")
    for module, name in (("pwd", "getpwuid"), ("grp", "getgrgid")):
        with contextlib.suppress(ImportError):
            renamed(import_module(module), name)


def renamed(module: Any, name: str) -> None:
    """Let the entry of each number have another name."""
    known = getattr(module, name)

    def entry(number: int) -> Any:
        found = known(number)
        return type(found)(("somebody", *found[1:]))

    setattr(module, name, unseen(entry, known))


def environment() -> None:
    """System: variables that others may have, another umask; children see them."""
    os.umask(0o027)
    os.environ |= {
        "CI": "true",
        "EDITOR": "ed",
        "PAGER": "more",
        "PWD": str(Path.cwd()),
        "SHELL": "/bin/sh",
        "SHLVL": "3",
        "TERM": "unknown",
        "XDG_CACHE_HOME": os.environ["HOME"],
    }


def listing() -> None:
    """Python alone: a folder is listed the other way round."""
    change_result("listdir", backwards)
    change_result("scandir", Entries)


def backwards(found: list[Any]) -> list[Any]:
    return found[::-1]


class Entries:
    """What `os.scandir` found, the other way round."""

    def __init__(self, found: Any) -> None:
        with found:
            self.left = list(found)

    def __iter__(self) -> Entries:
        return self

    def __next__(self) -> Any:
        if not self.left:
            raise StopIteration
        return self.left.pop()

    def __enter__(self) -> Entries:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.left.clear()


def memory() -> None:
    """Python and the C library: some room is taken, so that objects lie elsewhere."""
    chance = random.Random(hash("nnanki"))
    sizes = [size for size in range(1, 2048, 16) for _ in range(chance.randrange(3))]
    chance.shuffle(sizes)
    TAKEN.extend(bytes(size) for size in sizes)
    del TAKEN[:: chance.randrange(2, 5)]


TAKEN: list[bytes] = []


def nothing() -> None:
    """Varied where the process is started, by its parent."""


# In the order in which they are tried, one by one, when two runs differ.
FACTORS: dict[str, Callable[[], None]] = {
    "imports": nothing,
    "clock": clock,
    "time zone": time_zone,
    "locale": locale,
    "processors": processors,
    "host": host,
    "user": user,
    "environment": environment,
    "folder": nothing,
    "terminal": nothing,
    "stack": nothing,
    "listing": listing,
    "memory": memory,
    "network": network,
    **{
        f"clock {n}": partial(travel, datetime.fromisoformat(text).replace(tzinfo=UTC))
        for n, text in enumerate(OTHER_TIMES.split(), start=2)
    },
}


# What may as well be varied once for all cards of a worker.
SHARED = (
    *("clock", "time zone", "locale", "host", "user", "network"),
    *("listing", "memory"),
)


def vary(factors: Iterable[str]) -> None:
    """Let a process find other surroundings."""
    for name in factors:
        FACTORS[name]()


def system(name: str, *arguments: int) -> None:
    """A call of the C library; raises OSError where it is refused, or unknown."""
    try:
        function = getattr(ctypes.CDLL(None, use_errno=True), name)
    except (AttributeError, OSError):
        raise OSError(f"no {name} here") from None
    if function(*arguments) != 0:
        raise OSError(ctypes.get_errno(), name)


def loopback() -> None:
    """Let programs of a new network talk to each other."""
    import fcntl
    import struct

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        asked = struct.pack("16sh", b"lo", 0)
        (flags,) = struct.unpack("16xh", fcntl.ioctl(control, SIOCGIFFLAGS, asked)[:18])
        asked = struct.pack("16sh", b"lo", flags | IFF_UP)
        fcntl.ioctl(control, SIOCSIFFLAGS, asked)
