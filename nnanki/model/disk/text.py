"""The text of a file and its lines, so that every place and edit is exact."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nnanki.model.card import Edit, Place
from nnanki.model.disk.reader import Reader
from nnanki.model.problem import Problem, Refused

# Only these end a line, as in Markdown and Python: not all that `splitlines` takes for
# an end, such as a form feed in code.
NEWLINE = re.compile(r"\r\n?|\n")
BOM = "\ufeff"


@dataclass(frozen=True)
class Text:
    """A file's text as it stands: byte order mark and line endings included."""

    path: str
    # Markdown, YAML and Python each change a text before they read it. Offsets in this
    # one are what places and edits of all of them agree on.
    raw: str

    @cached_property
    def starts(self) -> list[int]:
        """The offset at which each line begins; a byte order mark is before line 1."""
        first = len(BOM) if self.raw.startswith(BOM) else 0
        return [first] + [match.end() for match in NEWLINE.finditer(self.raw)]

    @cached_property
    def lines(self) -> list[str]:
        return NEWLINE.split(self.raw.removeprefix(BOM))

    @property
    def newline(self) -> str:
        match = NEWLINE.search(self.raw)
        return match.group() if match else "\n"

    def offset(self, line: int, column: int = 0) -> int:
        """The offset of a column (from 0) of a line (from 0)."""
        if line >= len(self.starts):
            return len(self.raw)
        return self.starts[line] + column

    def line_place(self, line: int, needle: str = "") -> Place:
        """The place of a needle in a line (from 0), or of the whole line."""
        source = self.lines[line] if line < len(self.lines) else ""
        column = source.find(needle) if needle else -1
        if column < 0:
            column = len(source) - len(source.lstrip())
            needle = source.strip()
        return Place(self.path, line + 1, column + 1, max(1, len(needle)))

    def place(self, offset: int, width: int = 1) -> Place:
        line = max(0, bisect_right(self.starts, offset) - 1)
        column = max(0, offset - self.starts[line])
        return Place(self.path, line + 1, column + 1, width)


def deepest(lines: Sequence[str]) -> int:
    """The line (from 0) at which most brackets are open.

    >>> deepest(["a = [", "[[1]]]", "b"])
    1
    """
    open_now = most = row = 0
    for number, line in enumerate(lines):
        for letter in line:
            open_now += (letter in "([{") - (letter in ")]}")
            if open_now > most:
                most, row = open_now, number
    return row


def read(root: Path | Reader, path: str) -> Text:
    """Read a file of the project; raise Refused where that cannot be done.

    A run that keeps what it finds reads through what it has seen.
    """
    reader = root if isinstance(root, Reader) else Reader(root)
    try:
        data = reader.read(path)
    except OSError as error:
        hint = "look at the file and its rights"
        what = f"cannot be read: {error.strerror}"
        raise Refused(Problem(Place(path), what, hint)) from None
    try:
        return Text(path, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        what = f"not UTF-8: byte 0x{data[error.start]:02x}"
        hint = "save the file as UTF-8"
        raise Refused(Problem(Place(path, line, column), what, hint)) from None


def edited(text: Text, edits: Iterable[Edit]) -> Text:
    """The text after some edits; everything else stays byte for byte."""
    raw = text.raw
    # From the end, so that the offsets of edits that are still to come stay true.
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.stop), reverse=True):
        inserted = edit.text.replace("\n", text.newline)
        raw = raw[: edit.start] + inserted + raw[edit.stop :]
    return Text(text.path, raw)
