"""Markdown to tokens, by our rules and those of markdown-it, and tokens to HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt

from nnanki.cards.markup import (
    blocks,
    cells,
    comments,
    dollars,
    escapes,
    languages,
    stars,
    ticks,
)
from nnanki.cards.markup.comments import OPEN as OPEN
from nnanki.cards.markup.direction import LEFT, directed, isolated

if TYPE_CHECKING:
    from markdown_it.token import Token

SHORT = 16  # letters of code that a phone's line holds: they stay together
MATH = ("math_inline", "math_inline_double")
# How deep lists and quotations may be nested, in levels of Markdown: a list takes two.
# Below its limit Markdown drops what it reads, so that limit lies well beyond.
DEEPEST, LIMIT = 40, 100
GLUE = re.compile(r"(\\\((?:(?!\\\)).)*\\\)[.,;:!?)]+)")
Escape = Callable[[str], str]


def _parser() -> MarkdownIt:
    # HTML is shown as it is typed, so that no card can bring a script. Links keep their
    # labels, so that targets which no link names are noticed.
    parser = MarkdownIt(
        "commonmark", {"html": False, "maxNesting": LIMIT, "store_labels": True}
    )
    # Below a line of text, `---` would make a heading of it; here it ends the question.
    parser.enable("table").disable("lheading")
    parser.core.ruler.at("inline", blocks.inline)
    parser.core.ruler.after("text_join", "live", blocks.live)
    inline, block = parser.inline, parser.block
    # Before escapes, because backslashes in a formula are those of TeX.
    inline.ruler.before("escape", "math_inline", dollars.inline)
    inline.ruler.before("html_inline", "comment", comments.inline)
    inline.ruler.before("html_inline", "break", cells.line_break)
    inline.ruler.at("escape", escapes.inline)
    inline.ruler.at("backticks", ticks.inline)
    inline.ruler.at("emphasis", stars.tokenize)
    inline.ruler2.before("fragments_join", "torn", stars.torn)
    inline.ruler2.before("fragments_join", "visible", stars.visible)
    block.ruler.at("table", cells.table, {"alt": ["paragraph", "reference"]})
    block.ruler.before("fence", "math_block", dollars.block)
    block.ruler.before("html_block", "comment", comments.block)
    return parser


PARSER = _parser()


def tokens(text: str) -> list[Token]:
    """Tokens of a text, each block with the lines it came from."""
    return PARSER.parse(text)


def checked_tokens(text: str) -> tuple[list[Token], list[tuple[int, str, str]]]:
    """Tokens of a text, and the lines (from 0) whose words would be lost, with why."""
    env: dict[str, Any] = {}
    parsed = PARSER.parse(text, env)
    return parsed, sorted([*_deep(parsed), *_unused(parsed, env)])


def _deep(tokens: Sequence[Token]) -> Iterator[tuple[int, str, str]]:
    """The first line of each block that is nested too deep."""
    reported = False
    for token in tokens:
        reported = reported and token.level > 0
        if token.level > DEEPEST and token.map and not reported:
            hint = "a card can do with fewer lists and quotations inside each other"
            yield token.map[0], "this is nested too deep", hint
            reported = True


def _unused(
    tokens: Sequence[Token], env: Mapping[str, Any]
) -> Iterator[tuple[int, str, str]]:
    """Targets of links that no link names: Markdown shows nothing of them."""
    references = env.get("references", {})
    labels = {child.meta.get("label") for _, child in walk(tokens)}
    lines = [one["map"][0] for name, one in references.items() if name not in labels]
    lines += [one["map"][0] for one in env.get("duplicate_refs", ())]
    for line in lines:
        hint = "name it in a link, `[words][name]`, or write `\\[` at its beginning"
        yield line, "no link leads here, so a card would not show this line", hint


Image = Callable[[str, str], str]


def html(
    block: Sequence[Token], escape: Escape, image: Image, around: str = LEFT
) -> str:
    """HTML of some tokens; `escape` writes text, `image` a picture by path and alt.

    What is read in another direction than the HTML around it gets an attribute.
    """
    parts: list[str] = []
    block, tight = directed(block, around), _tight(block)
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
            code = isolated(escape(token.content))
            parts.append(f"<pre{_direction(token)}><code>{code}</code></pre>")
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


def _direction(token: Token) -> str:
    return f' dir="{token.attrs["dir"]}"' if "dir" in token.attrs else ""


def _inline(token: Token, escape: Escape, image: Image) -> str:
    match token.type:
        case "comment":
            return ""
        case "text" | "text_special" | "html_inline":
            return escape(token.content)
        case "code_inline":
            name = ' class="short"' if len(token.content) <= SHORT else ""
            code = isolated(escape(token.content))
            return f"<code{name}{_direction(token)}>{code}</code>"
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
    cards = [
        (tokens[start], tokens[start + 1], list(tokens[start + 3 : stop]))
        for start, stop in zip(heads, [*heads, len(tokens)][1:], strict=True)
    ]
    return tokens[: heads[0] if heads else len(tokens)], cards


def paragraphs(block: Sequence[Token]) -> list[str]:
    """The words of each paragraph, with code and formulas as they are typed."""
    return [
        "".join(_words(child) for child in token.children or [])
        for token in block
        if token.type == "inline"
    ]


def _words(token: Token) -> str:
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
