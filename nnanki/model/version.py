"""Versions of a deck, which say what an update asks of its learners."""

from __future__ import annotations

import re
from typing import NamedTuple

VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
# What a release means to learners, from least to most, by the number that rises.
NOTHING, PATCH, MINOR, MAJOR = range(4)


class Version(NamedTuple):
    """A version: corrections raise `patch`, new cards `minor`, losses `major`."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    def after(self, impact: int) -> Version:
        """The least version that says so much.

        >>> str(Version(1, 2, 3).after(MINOR))
        '1.3.0'
        """
        major, minor, patch = self
        return {
            NOTHING: self,
            PATCH: Version(major, minor, patch + 1),
            MINOR: Version(major, minor + 1, 0),
            MAJOR: Version(major + 1, 0, 0),
        }[impact]


def version(text: str) -> Version | None:
    """The version that a text is, if it is one.

    >>> version("1.2.3")
    Version(major=1, minor=2, patch=3)
    >>> version("1.2")
    """
    match = VERSION.fullmatch(text)
    return Version(*map(int, match.groups())) if match else None
