"""Markdown to tokens and tokens to HTML; the only room that knows markdown-it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.dollarmath import dollarmath_plugin

from nnanki import languages

if TYPE_CHECKING:
    from markdown_it.token import Token

OPEN, CLOSE = "<!--", "-->"
SHORT = 16  # letters of code that a phone's line holds: they stay together
MATH = ("math_inline", "math_inline_double")
GLUE = re.compile(r"(\\\((?:(?!\\\)).)*\\\)[.,;:!?)]+)")
Escape = Callable[[str], str]


def _comment_inline(state: StateInline, silent: bool) -> bool:
    """A comment in running text becomes a token that knows its position."""
    if not state.src.startswith(OPEN, state.pos):
        return False
    stop = state.src.find(CLOSE, state.pos + len(OPEN))
    closed = stop >= 0
    stop = stop if closed else state.posMax
    if not silent:
        token = state.push("comment", "", 0)
        token.content = state.src[state.pos + len(OPEN) : stop]
        token.meta = {"pos": state.pos, "closed": closed}
    state.pos = stop + len(CLOSE) if closed else state.posMax
    return True


def _comment_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A comment on lines of its own; text behind it makes it part of a paragraph."""
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(OPEN, begin) or state.is_code_block(start):
        return False
    stop = state.src.find(CLOSE, begin)
    last = next((n for n in range(start, end) if state.eMarks[n] > stop >= 0), None)
    if stop < 0 or last is None:
        return False
    if state.src[stop + len(CLOSE) : state.eMarks[last]].strip():
        return False
    if not silent:
        token = state.push("comment", "", 0)
        token.content = state.src[begin + len(OPEN) : stop]
        token.map = [start, last + 1]
        token.meta = {"pos": 0, "closed": True}
        state.line = last + 1
    return True


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False})
    reader.enable("table").disable("lheading")
    dollarmath_plugin(
        reader,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        double_inline=True,
    )
    reader.inline.ruler.before("html_inline", "comment", _comment_inline)
    reader.block.ruler.before("html_block", "comment", _comment_block)
    return reader


READER = _reader()


def tokens(text: str) -> list[Token]:
    """Tokens of a text, each block with the lines it came from."""
    return READER.parse(text)


Image = Callable[[str, str], str]


def html(block: Sequence[Token], escape: Escape, image: Image) -> str:
    """HTML of some tokens; `escape` writes text, `image` a picture by path and alt."""
    parts: list[str] = []
    tight = _tight(block)
    for position, token in enumerate(block):
        if token.type == "inline" and (formula := _alone(block, position, tight)):
            parts.append(f"\\[{escape(formula)}\\]")
        elif token.type == "inline":
            parts.append(
                _glued([_inline(c, escape, image) for c in token.children or []])
            )
        elif token.type == "math_block":
            parts.append(f'<p class="math">\\[{escape(token.content.strip())}\\]</p>')
        elif token.type in ("fence", "code_block"):
            label = ", ".join(filter(None, (languages.name(token.info), "not run")))
            parts.append(f'<div class="unrun">{escape(label)}</div>')
            parts.append(f"<pre><code>{escape(token.content)}</code></pre>")
        elif token.type != "comment" and position not in tight:
            parts.append(_tag(token, escape))
    return "".join(parts)


def _alone(block: Sequence[Token], position: int, tight: set[int]) -> str:
    """The formula that a paragraph consists of: it is set as one on a line of its own.

    A fraction in a line of text is small; where there is no text, it need not be.
    """
    before = block[position - 1] if position else None
    if before is None or before.type != "paragraph_open" or position - 1 in tight:
        return ""
    children = [
        child for child in block[position].children or [] if child.type != "comment"
    ]
    alone = [child.type for child in children] == ["math_inline"]
    return children[0].content if alone else ""


def _glued(pieces: list[str]) -> str:
    """Keep the punctuation behind a formula on its line."""
    return GLUE.sub(r'<span class="glue">\1</span>', "".join(pieces))


def _tight(block: Sequence[Token]) -> set[int]:
    return {n for n, token in enumerate(block) if token.hidden}


def _tag(token: Token, escape: Escape) -> str:
    if token.nesting < 0:
        return f"</{token.tag}>"
    attributes = "".join(
        f' class="{str(value).removeprefix("text-align:")}"'
        if name == "style"
        else f' {name}="{escape(str(value))}"'
        for name, value in token.attrs.items()
    )
    return f"<{token.tag}{attributes}>"


def _inline(token: Token, escape: Escape, image: Image) -> str:
    match token.type:
        case "comment":
            return ""
        case "text" | "text_special" | "html_inline":
            return escape(token.content)
        case "code_inline":
            name = ' class="short"' if len(token.content) <= SHORT else ""
            return f"<code{name}>{escape(token.content)}</code>"
        case "math_inline":
            return f"\\({escape(token.content)}\\)"
        case "math_inline_double":
            return f"\\[{escape(token.content)}\\]"
        case "softbreak":
            return "\n"
        case "hardbreak":
            return "<br>"
        case "image":
            return image(str(token.attrs["src"]), alternative(token))
        case _:
            return _tag(token, escape)


def sections(
    tokens: Sequence[Token],
) -> tuple[Sequence[Token], list[tuple[Token, Token, list[Token]]]]:
    """What stands before the first second-level heading; then each: head, title, body.

    A heading inside a list or a quote is none.
    """
    heads = [
        n
        for n, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == "h2" and token.level == 0
    ]
    found = [
        (tokens[start], tokens[start + 1], list(tokens[start + 3 : stop]))
        for start, stop in zip(heads, [*heads, len(tokens)][1:], strict=True)
    ]
    return tokens[: heads[0] if heads else len(tokens)], found


def said(block: Sequence[Token]) -> list[str]:
    """The words of each paragraph, with code and formulas as they are typed."""
    return [
        "".join(_said(child) for child in token.children or [])
        for token in block
        if token.type == "inline"
    ]


def _said(token: Token) -> str:
    match token.type:
        case "text" | "text_special" | "html_inline":
            return token.content
        case "code_inline":
            return f"`{token.content}`"
        case "math_inline" | "math_inline_double":
            return f"${token.content}$"
        case "softbreak" | "hardbreak":
            return " "
        case "image":
            return alternative(token)
        case _:
            return ""


def surplus(table: Sequence[Token], lines: Sequence[str]) -> list[int]:
    """The rows (lines from 0) with more cells than the header: Markdown drops those."""
    starts = [token.map[0] for token in table if token.type == "tr_open" and token.map]
    width = sum(token.type == "th_open" for token in table)
    return [line for line in starts if _cells(lines[line]) > width]


def _cells(line: str) -> int:
    cells = escapedSplit(line.strip())
    return len(cells) - (not cells[0].strip()) - (not cells[-1].strip())


def alternative(image: Token) -> str:
    """The text that stands for a picture."""
    return "".join(child.content for child in image.children or [])


def walk(block: Sequence[Token]) -> list[tuple[Token, Token]]:
    """Every inline child with the inline token that holds it."""
    return [
        (token, child)
        for token in block
        if token.type == "inline"
        for child in token.children or []
    ]
