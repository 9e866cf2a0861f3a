"""HTML that others wrote, read piece by piece: what is of interest, a subclass says."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Self

# Elements that hold nothing and have no end.
EMPTY = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"),
    *("source", "track", "wbr"),
}
Attributes = Sequence[tuple[str, str | None]]


class HtmlReader(HTMLParser):
    """Walks through some HTML; `path` are the elements that are open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.path: list[str] = []

    @classmethod
    def of(cls, markup: str) -> Self:
        """What has read some HTML to its end."""
        reader = cls()
        reader.feed(markup)
        reader.close()  # only now the last text comes, where no tag follows it
        return reader

    def begin(self, tag: str, attributes: Attributes) -> None:
        """An element begins; it is on the path."""

    def end(self, tag: str) -> None:
        """An element ends; it is still on the path, if it ever began."""

    def text(self, text: str) -> None:
        """Text, its entities read."""

    # -- what the library calls -------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in EMPTY:
            self.path.append(tag)
        self.begin(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.end(tag)
        # As in browsers, an element ends all that is open in it, a stray end nothing.
        if tag in self.path:
            while self.path.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.text(data)
