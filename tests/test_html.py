"""Every field of every note is well-formed HTML, by two parsers that are not ours.

Expat refuses what is not closed or closed twice; a browser shows by its tree whether it
had to move, close or add anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nnanki.cards.curriculum import card_texts
from nnanki.cards.kinds import BUILT_IN, own
from nnanki.cards.markup.highlight import highlighter
from nnanki.cards.parse import parse
from nnanki.model.card import FIELDS, Evidence, Note
from nnanki.model.disk.text import Text
from nnanki.model.project import load
from nnanki.notes.render import Renderer
from nnanki.notes.templates import Templates

from .browser import chromium
from .test_guide import files as guide

ROOT = Path(__file__).parents[1]
VOID = re.compile(r"<(br|hr|img|wbr|input|col)\b([^>]*)>")
WHY = Evidence("L3", ("relu",), ("trace",), "It is `x < y` & more.", "test_x")
# What an author may write that no card of the two decks holds.
ODD = """---
title: A & B <i>
---

## odd-prose

What is *it*, **`a < b`** or ***both***? <!-- # remark -->

> - quoted
>
>   1. in a list
>   2. ![a "picture"](x.svg)
>
> | a | b |
> |:-:|--:|
> | $\\|x\\|$ | one<br>two |

---

Yes\\
or [no & more](https://example.org/?a=b&c=d "so & so").

$$a < b$$

- $x$, so

  loose
- &amp; &copy; <b>

## odd-choice

Which?

- [x] one <!-- check: 1 -->
- [ ] two, `a`

  and more <!-- check: 0 -->
- [ ] three
  - inner
  - list <!-- check: 0 -->

---

The first.
"""


def rendered(root: Path, texts: list[Text]) -> Iterator[Note]:
    """The notes of some card files, without running them."""
    project = load(root)
    renderer = Renderer(project, Templates(project), BUILT_IN)
    for text in texts:
        file, problems = parse(text, own.load(project))
        assert problems == []
        for card in file.cards:
            yield renderer.note(file, card, WHY, {}, highlighter())


def whole_deck() -> list[Text]:
    texts, _ = card_texts(load(ROOT), {})
    return [t for path, t in texts.items() if re.fullmatch(r"cards/\d.*\.md", path)]


DECKS = {
    "deck": whole_deck(),
    "guide": [Text("cards/1-vectors.md", guide()["cards/1-vectors.md"])],
    "odd": [Text("cards/1-odd.md", ODD)],
}
FIELDS_OF = {
    f"{name}: {note.id}, {field}": markup
    for name, texts in DECKS.items()
    for note in rendered(ROOT, texts)
    for field, markup in zip(FIELDS, note.fields, strict=True)
}


def tree(markup: str) -> list[str]:
    """The elements of some HTML, each with its depth, as expat reads them."""
    closed = VOID.sub(r"<\1\2/>", markup)
    whole = ElementTree.fromstring(f"<body>{closed}</body>")
    found: list[str] = []

    def walk(element: ElementTree.Element, depth: int) -> None:
        for child in element:
            found.append(f"{depth} {child.tag}")
            walk(child, depth + 1)

    walk(whole, 0)
    return found


def test_the_parser_is_strict() -> None:
    """It refuses what the last option of every choice once had."""
    for wrong in ("a</ul>", "<p>a", "<b><i>a</b></i>", "a & b", "<p class=a>b</p>"):
        with pytest.raises(ElementTree.ParseError):
            tree(wrong)


def test_every_field_of_every_note_is_well_formed() -> None:
    """Whatever is opened is closed, in order and once."""
    broken = []
    for name, markup in FIELDS_OF.items():
        try:
            tree(markup)
        except ElementTree.ParseError as error:
            broken.append(f"{name}: {error}")
    assert broken == []
    assert len(FIELDS_OF) > 200 * len(FIELDS)


TREES = """fields => fields.map(markup => {
  const page = document.createElement('template'), found = [];
  page.innerHTML = markup;
  const walk = (node, depth) => {
    for (const child of node.children) {
      found.push(`${depth} ${child.localName}`);
      walk(child, depth + 1);
    }
  };
  walk(page.content, 0);
  return found;
})"""


def test_a_browser_reads_every_field_as_it_is_written() -> None:
    """It has nothing to close, to move or to add."""
    with chromium() as browser:
        seen = browser.new_page().evaluate(TREES, list(FIELDS_OF.values()))
    other = [
        name
        for (name, markup), found in zip(FIELDS_OF.items(), seen, strict=True)
        if found != tree(markup)
    ]
    assert other == []
