"""What a reader sees who runs a program: `python -u card.py`, and nothing else.

The program is a file in a folder of its own, the working directory is another folder,
which is empty, and the environment holds what is given here alone, as with `env -i`.
Each program runs three times: with both streams in one pipe, with a pipe for each, and
on a terminal. The terminal is raw, so that a line ends as it was written, and does not
control the session. Standard input is a pipe with the lines that are given, or empty.

The name of the script's folder is taken out of what is written; the tool may take no
other liberty. Nothing of the tool is used here.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import termios
import tty
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

HERE = Path(__file__).parent
SECONDS = 60  # whoever runs longer is ended
GRACE = 2  # for processes that are left behind
ENVIRONMENT: Mapping[str, str] = MappingProxyType(
    {
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "PATH": "/usr/bin:/bin",
        "PYTHON_COLORS": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TERM": "dumb",
        "TZ": "UTC",
    }
)
FACTORS = {
    *("clock", "date", "time-of-day", "time-zone", "weekday", "year"),
    *("environment", "folder", "home", "host", "locale", "network", "outside-file"),
    *("listing", "memory", "processors", "terminal", "user"),
    *("chance", "entropy", "hash-seed"),
    *("leftover-process", "leftover-thread", "stderr", "thread", "unraisable"),
    "warning",
}
REFUSED = re.compile(r"# refused: (\S+)\n")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program wrote, in its order or by stream, and how it ended.

    A status below zero is the signal that ended it.
    """

    merged: str
    out: str
    err: str
    terminal: str
    status: int


def programs() -> list[Path]:
    """The corpus: what each of them does is the same in every run."""
    return sorted((HERE / "programs").glob("*.py"))


def unlike() -> list[Path]:
    """Programs whose results depend on something, so that no card may show them."""
    return sorted((HERE / "unlike").glob("*.py"))


def factor(program: Path) -> str:
    """What the result of such a program depends on, as its first line says."""
    found = REFUSED.match(program.read_text(encoding="utf-8"))
    assert found, f"{program.name} does not say what it depends on"
    return found[1]


def given(program: Path) -> str:
    """The lines that a program can read."""
    path = program.with_suffix(".stdin")
    return path.read_text(encoding="utf-8") if path.exists() else ""


def run(program: Path, environment: Mapping[str, str] = ENVIRONMENT) -> Ran:
    """Run one program of the corpus as a reader would."""
    return ran(program.read_text(encoding="utf-8"), given(program), environment)


def ran(
    code: str, lines: str = "", environment: Mapping[str, str] = ENVIRONMENT
) -> Ran:
    """Run some code as a reader would, three times; it ends alike each time."""
    pipe, other = os.pipe(), os.pipe()
    (merged,), first = once(code, lines, environment, [os.pipe()])
    (out, err), second = once(code, lines, environment, [pipe, other])
    (shown,), third = once(code, lines, environment, [terminal()])
    assert first == second == third, f"ends with {first}, {second}, {third}"
    return Ran(merged, out, err, shown, first)


Channel = tuple[int, int]  # the end that is read, the end that is written


def terminal() -> Channel:
    """A raw terminal of the usual size."""
    master, slave = os.openpty()
    tty.setraw(slave)
    termios.tcsetwinsize(slave, (24, 80))
    return master, slave


def once(
    code: str, lines: str, environment: Mapping[str, str], channels: list[Channel]
) -> tuple[list[str], int]:
    """What comes through each channel, and the status."""
    with tempfile.TemporaryDirectory(prefix="reader-") as folder:
        script, empty = (Path(folder).resolve() / name for name in ("script", "empty"))
        for path in (script, empty):
            path.mkdir()
        (script / "card.py").write_bytes(code.encode())
        reading = standard_input(lines)
        with ThreadPoolExecutor(len(channels)) as pool:
            process = subprocess.Popen(
                [sys.executable, "-u", str(script / "card.py")],
                stdin=reading,
                stdout=channels[0][1],
                stderr=channels[-1][1],
                cwd=empty,
                env=dict(environment),
                start_new_session=True,
            )
            for number in (reading, *(sink for _, sink in channels)):
                os.close(number)
            readers = [pool.submit(drained, source) for source, _ in channels]
            status = ended(process)
            wait(readers, GRACE)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        texts = [
            reader.result().decode("utf-8", "surrogateescape") for reader in readers
        ]
        return [text.replace(f"{script}{os.sep}", "") for text in texts], status


def standard_input(lines: str) -> int:
    """A pipe that holds all the lines and then ends."""
    source, sink = os.pipe()
    data = lines.encode()
    assert len(data) < 4096, "more than a pipe holds for sure"
    os.write(sink, data)
    os.close(sink)
    return source


def ended(process: "subprocess.Popen[bytes]") -> int:
    """Wait for the end, and enforce it."""
    try:
        return process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise


def drained(source: int) -> bytes:
    """Everything that comes, until nobody can write any more."""
    parts = []
    with contextlib.suppress(OSError):  # so ends a terminal
        while part := os.read(source, 65536):
            parts.append(part)
    os.close(source)
    return b"".join(parts)
