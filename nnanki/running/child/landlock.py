"""Puts all files but some out of a process's reach, where Linux can (Landlock).

Of the standard library alone: the scripts that run cards and tests load it by path.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

CREATE, ADD, RESTRICT = 444, 445, 446  # system calls, of the same number on MACHINES
MACHINES = ("aarch64", "i686", "ppc64le", "riscv64", "s390x", "x86_64")
NO_NEW_PRIVILEGES = 38  # of `prctl`: without it, only root may restrict itself
NEWEST = 7  # of the kernel's versions of Landlock, those that are known here

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
REMOVE_AND_MAKE = 0b1_1111_1111_0000  # files, folders, links, sockets, pipes, devices
REFER = 1 << 13  # rename and link between folders, since version 2
TRUNCATE = 1 << 14  # since 3
IOCTL_DEVICE = 1 << 15  # since 5
SCOPED = 0b11  # since 6: no abstract socket and no signal goes to others
QUIET = 1  # since 7: what is refused is not written to the system's log

READ = EXECUTE | READ_FILE | READ_DIR
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEVICE
ON_DEVICES = WRITE_FILE | READ_FILE | READ_DIR | TRUNCATE | IOCTL_DEVICE

# What programs of all kinds write to: nothing that is there lasts.
DEVICES = ("null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts")
GRAPHICS = ("nvidia*", "dri", "kfd", "dxg")  # computing on them opens them for writing
SHARED_MEMORY = "/dev/shm"  # what `multiprocessing` makes its locks of


def confine(writable: Sequence[str], readable: Sequence[str] | None = None) -> int:
    """Let this thread, and all that it starts, write only to some files and folders.

    With `readable`, it reads and executes only those and what it may write to. What it
    has open stays open; it can signal only processes that it started (version 6).
    Returns the version of Landlock that is in force, 0 where nothing is.
    """
    rules = rules_for(writable, readable)
    try:
        return enforce(rules)
    finally:
        if rules is not None:
            os.close(rules)


def rules_for(
    writable: Sequence[str], readable: Sequence[str] | None = None
) -> int | None:
    """A descriptor of rules for `enforce`, as often as one likes; None where none are.

    In version 1 no file moves from one folder to another, whatever is allowed: it is
    not used.
    """
    version = available()
    if version < 2:
        return None
    handled = _handled(version, readable is not None)
    scoped = SCOPED if version >= 6 else 0
    attributes = struct.pack("=QQQ", handled, 0, scoped)
    rules = _system_call(CREATE, attributes, len(attributes), 0)
    if rules < 0:
        return None
    for path, rights in _rules(writable, readable or ()):
        _allow(rules, path, rights & handled)
    return rules


def enforce(rules: int | None) -> int:
    """Let rules hold from now on; otherwise as `confine`."""
    if rules is None:
        return 0
    version = available()
    _libc().prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    quiet = QUIET if version >= 7 else 0
    return version if _system_call(RESTRICT, rules, quiet) == 0 else 0


@lru_cache(maxsize=1)
def available() -> int:
    """The version of Landlock that the kernel offers and this file knows, or 0."""
    if sys.platform != "linux" or platform.machine() not in MACHINES:
        return 0
    return max(0, min(_system_call(CREATE, None, 0, 1), NEWEST))


def _handled(version: int, reading: bool) -> int:
    """What is refused wherever no rule allows it."""
    handled = WRITE_FILE | REMOVE_AND_MAKE | REFER
    handled |= TRUNCATE if version >= 3 else 0
    handled |= IOCTL_DEVICE if version >= 5 else 0
    return handled | READ if reading else handled


def _rules(
    writable: Sequence[str], readable: Sequence[str]
) -> Iterator[tuple[str, int]]:
    """Paths, and what is allowed there."""
    yield from ((path, READ) for path in readable)
    for path in (*writable, SHARED_MEMORY):
        yield path, READ | WRITE_FILE | REMOVE_AND_MAKE | REFER | ON_FILES
    for pattern in (*DEVICES, *GRAPHICS):
        yield from ((str(path), ON_DEVICES) for path in Path("/dev").glob(pattern))


def _allow(rules: int, path: str, rights: int) -> None:
    """Add a rule; what does not exist needs none."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not Path(path).is_dir():
            rights &= ON_FILES
        _system_call(ADD, rules, 1, struct.pack("=Qi", rights, place), 0)
    finally:
        os.close(place)


def _system_call(number: int, *arguments: int | bytes | None) -> int:
    """The result of a system call; negative where it failed."""
    call = _libc().syscall
    call.restype = ctypes.c_long
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return int(call(ctypes.c_long(number), *words))


@lru_cache(maxsize=1)
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
