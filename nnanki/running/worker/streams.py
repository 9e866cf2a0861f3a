"""Where a card's output goes: one pipe, or two terminals; the parent reads them."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import struct
import termios
import tty
from typing import Literal

Name = Literal["merged", "out", "err"]
Raw = dict[Name, bytes]

ONE: tuple[Name, ...] = ("merged",)
BOTH: tuple[Name, ...] = ("out", "err")
CHUNK = 65536
COLUMNS, LINES = 97, 31  # unlike the 80 and 24 that are told where there is no terminal


class Streams:
    """The ends that a card's process writes to, and those that its parent reads.

    Without a terminal both streams are one pipe, so that their order is known; with
    one each has its own, so that one is told from the other.
    """

    def __init__(self, terminal: bool) -> None:
        pairs = [terminals(), terminals()] if terminal else [os.pipe()]
        self.sources = [pair[0] for pair in pairs]
        self.sinks = [pair[1] for pair in pairs]
        self.texts = [bytearray() for _ in pairs]
        self.terminal = terminal
        for source in self.sources:
            os.set_blocking(source, False)

    def attach(self) -> None:
        """In the child: become its standard output and error."""
        os.dup2(self.sinks[0], 1)
        os.dup2(self.sinks[-1], 2)
        for number in (*self.sources, *self.sinks):
            os.close(number)

    def detach(self) -> None:
        """In the parent: only the child holds the end of a pipe that is written to."""
        if not self.terminal:
            os.close(self.sinks.pop())

    def drain(self, source: int) -> bool:
        """Read what there is; False at the end of a stream."""
        text = self.texts[self.sources.index(source)]
        while True:
            try:
                data = os.read(source, CHUNK)
            except BlockingIOError:
                return True
            except OSError as error:
                if error.errno == errno.EIO:  # nobody holds the terminal any more
                    return False
                raise
            if not data:
                return False
            text += data

    def drain_all(self) -> None:
        """Read all that was written until now, by a process that writes no more.

        What goes through a terminal is handed on by the kernel some time later: the
        parent writes a line of its own behind it, and reads until that comes.
        """
        for source in self.sources:
            self.drain(source)
        for source, sink in zip(self.sources, self.sinks, strict=False):
            termios.tcflow(sink, termios.TCOON)  # somebody may have told it to wait
            end, text = os.urandom(16), self.texts[self.sources.index(source)]
            while not select.select([], [sink], [], 0.01)[1]:
                self.drain(source)
            os.write(sink, end)
            while not text.endswith(end):
                select.select([source], [], [])
                self.drain(source)
            del text[-len(end) :]

    @property
    def size(self) -> int:
        return sum(map(len, self.texts))

    def take(self) -> list[bytes]:
        """What was written since this was asked last."""
        copies = [bytes(text) for text in self.texts]
        for text in self.texts:
            text.clear()
        return copies

    def close(self) -> None:
        for number in (*self.sources, *self.sinks):
            with contextlib.suppress(OSError):
                os.close(number)
        self.sources, self.sinks = [], []


def terminals() -> tuple[int, int]:
    """Both ends of a terminal that changes no letter."""
    source, sink = os.openpty()
    tty.setraw(sink)
    size = struct.pack("HHHH", LINES, COLUMNS, 0, 0)
    fcntl.ioctl(sink, termios.TIOCSWINSZ, size)
    return source, sink


def by_name(streams: list[bytes]) -> Raw:
    """What was written, by the name of its stream."""
    names = ONE if len(streams) == 1 else BOTH
    return dict(zip(names, streams, strict=True))
