"""The words that some HTML shows: a line for each paragraph, code indented by four."""

from __future__ import annotations

import re

from nnanki.model.html import Attributes, HtmlReader

CODE = "    "
# What stands on lines of its own; anything else is part of a sentence.
NAMES = (
    "address article aside blockquote br caption dd details div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre "
    "section summary table tbody tfoot thead tr ul"
)
BLOCKS = set(NAMES.split())
CELLS = {"td", "th"}
SILENT = {"script", "style"}
FILES = {"audio", "embed", "img", "object", "source", "video"}
# What would do something to a terminal or turn the reading direction of a page.
LIVE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def plaintext(markup: str) -> str:
    """The text of some HTML.

    >>> plaintext("What is <b>x</b>?<pre><code>x = 1\\n</code></pre>")
    'What is x?\\n    x = 1'
    """
    reader = _Lines.of(markup)
    reader.finish()
    return "\n".join(reader.lines)


def tame(text: str) -> str:
    """Text that does nothing to a terminal: other controls as `�`.

    >>> tame("a\\x1b[31mb")
    'a�[31mb'
    """
    return LIVE.sub("\ufffd", text)


class _Lines(HtmlReader):
    """Collects lines: those that are done, and the one that is being written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.line = ""
        self.code = 0
        self.silent = 0

    def finish(self) -> None:
        """The line is done; code keeps its blanks, prose does not."""
        if self.code:
            text = tame(re.sub(r"\r\n?", "\n", self.line)).removesuffix("\n")
            self.lines += [f"{CODE}{line}" for line in text.split("\n")]
        elif words := " ".join(tame(self.line).split()):
            self.lines.append(words)
        self.line = ""

    def begin(self, tag: str, attributes: Attributes) -> None:
        if tag in SILENT:
            self.silent += 1
        elif tag in BLOCKS and not (self.code and tag == "br"):
            self._block()
        elif tag == "br":
            self.line += "\n"
        elif tag in CELLS and self.line.strip():
            self.line += " | "
        elif tag in FILES:
            self._file(dict(attributes))
        self.code += tag == "pre"

    def end(self, tag: str) -> None:
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in BLOCKS:
            self._block()
        if tag == "pre":
            self.code = max(0, self.code - 1)

    def text(self, text: str) -> None:
        if not self.silent:
            self.line += text

    def _block(self) -> None:
        if self.line or not self.code:
            self.finish()

    def _file(self, attributes: dict[str, str | None]) -> None:
        name = attributes.get("src") or attributes.get("data")
        self.line += f"[{name}]" if name else ""
