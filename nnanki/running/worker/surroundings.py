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

from .clock import travel
from .dates import OTHER_TIMES, another_time
from .processors import here  # type: ignore[import-untyped]
from .unseen import change_result, unseen

CLONE_NEWUTS, CLONE_NEWNET = 0x04000000, 0x40000000
ELSEWHERE = "another-host"
OTHER = 23456  # added to the numbers of users and groups
COUNTED = ("SC_NPROCESSORS_ONLN", "SC_NPROCESSORS_CONF", 83, 84)
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def vary_clock() -> None:
    """Library: time-machine; a process that is started anew has the system's clock."""
    travel(another_time(datetime.now(UTC)))


def vary_time_zone() -> None:
    """System: the variable TZ; children see it."""
    os.environ["TZ"] = "XKT-05:45XKS,M3.2.0,M11.1.0"
    time.tzset()


def vary_locale() -> None:
    """System: the variables LC_*; children see them, and letters stay UTF-8."""
    for name in ("LC_TIME", "LC_NUMERIC", "LC_MONETARY", "LC_COLLATE", "LC_MESSAGES"):
        os.environ[name] = "C"
    os.environ |= {"LANG": "C.utf8", "LANGUAGE": "xx"}


def vary_processors() -> None:
    """System: one processor to run on; `os.cpu_count` in Python alone."""
    count = 1 if (os.cpu_count() or 1) > 1 else 3
    here()
    for name in ("cpu_count", "process_cpu_count"):
        if hasattr(os, name):
            setattr(os, name, partial(int, count))
    real = os.sysconf

    def sysconf(name: Any) -> int:
        return count if name in COUNTED else real(name)

    os.sysconf = unseen(sysconf, real)


def vary_host() -> None:
    """System: a name of its own where that is allowed; else in Python alone."""
    real, name = os.uname(), ELSEWHERE
    with contextlib.suppress(OSError):
        system("unshare", CLONE_NEWUTS)
        socket.sethostname(name)
    release, version = "0.0.1", "#0"
    uname = os.uname_result((real.sysname, name, release, version, real.machine))
    os.uname = partial(os.uname_result, uname)
    socket.gethostname = partial(str, name)
    platform = sys.modules.get("platform")
    if platform is not None:
        platform._uname_cache = None  # type: ignore[attr-defined]


def vary_network() -> None:
    """System: a network of its own, in which only this machine is reached."""
    with contextlib.suppress(OSError):
        system("unshare", CLONE_NEWNET)
        loopback()


def vary_user() -> None:
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
            rename_entries(import_module(module), name)


def rename_entries(module: Any, name: str) -> None:
    """Let the entry of each number have another name."""
    real = getattr(module, name)

    def entry(number: int) -> Any:
        row = real(number)
        return type(row)(("somebody", *row[1:]))

    setattr(module, name, unseen(entry, real))


def vary_environment() -> None:
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


def vary_listing() -> None:
    """Python alone: a folder is listed the other way round."""
    change_result("listdir", backwards)
    change_result("scandir", Entries)


def backwards(names: list[Any]) -> list[Any]:
    return names[::-1]


class Entries:
    """What `os.scandir` found, the other way round."""

    def __init__(self, entries: Any) -> None:
        with entries:
            self.rest = list(entries)

    def __iter__(self) -> Entries:
        return self

    def __next__(self) -> Any:
        if not self.rest:
            raise StopIteration
        return self.rest.pop()

    def __enter__(self) -> Entries:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.rest.clear()


def vary_memory() -> None:
    """Python and the C library: some room is taken, so that objects lie elsewhere."""
    chance = random.Random(hash("nnanki"))
    sizes = [size for size in range(1, 2048, 16) for _ in range(chance.randrange(3))]
    chance.shuffle(sizes)
    ROOM.extend(bytes(size) for size in sizes)
    del ROOM[:: chance.randrange(2, 5)]


ROOM: list[bytes] = []


def vary_nothing() -> None:
    """Varied where the process is started, by its parent."""


# In the order in which they are tried, one by one, when two runs differ.
FACTORS: dict[str, Callable[[], None]] = {
    "imports": vary_nothing,
    "clock": vary_clock,
    "time zone": vary_time_zone,
    "locale": vary_locale,
    "processors": vary_processors,
    "host": vary_host,
    "user": vary_user,
    "environment": vary_environment,
    "folder": vary_nothing,
    "terminal": vary_nothing,
    "stack": vary_nothing,
    "listing": vary_listing,
    "memory": vary_memory,
    "network": vary_network,
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
        request = struct.pack("16sh", b"lo", 0)
        (flags,) = struct.unpack(
            "16xh", fcntl.ioctl(control, SIOCGIFFLAGS, request)[:18]
        )
        request = struct.pack("16sh", b"lo", flags | IFF_UP)
        fcntl.ioctl(control, SIOCSIFFLAGS, request)
