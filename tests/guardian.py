"""Runs a command, adopts what it leaves behind, and tells both.

    python tests/guardian.py SECONDS COMMAND …

Prints one JSON object: the exit status (None where the time was up), what the command
said, and the command lines of all processes that were still there afterwards. They
are ended. It works on Linux alone, and needs nothing of the tool.
"""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SUBREAPER = 36  # its name in Linux's <sys/prctl.h>
GRACE = 5  # seconds in which what was told to end must be gone


def children() -> list[tuple[int, str]]:
    """The processes whose parent this is, as number and command line."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            status = (folder / "stat").read_text(errors="replace").rpartition(")")[2]
            if int(status.split()[1]) == os.getpid():
                command = (folder / "cmdline").read_text(errors="replace")
                found.append((int(folder.name), command.replace("\0", " ").strip()))
    return found


def gone() -> None:
    """Collect every child that has ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def settled() -> list[str]:
    """The commands of children that do not end by themselves; they are ended."""
    until = time.monotonic() + GRACE
    while gone() or (children() and time.monotonic() < until):
        time.sleep(0.05)
    stayed = [command for _, command in children()]
    while left := children():  # the children of a child come when it is gone
        for number, _ in left:
            with contextlib.suppress(OSError):
                os.kill(number, signal.SIGKILL)
                os.waitpid(number, 0)
    return stayed


def guarded(seconds: float, command: list[str]) -> dict[str, object]:
    """Run a command to its end, or end it."""
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        status: int | None = None
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        left = settled()
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    return {"status": status, "said": text, "left": left}


if __name__ == "__main__":
    print(json.dumps(guarded(float(sys.argv[1]), sys.argv[2:])))
