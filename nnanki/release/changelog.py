"""What a release says to learners: by concept, with the words that changed."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from nnanki.anki.word_diff import to_markdown
from nnanki.model.disk.text import Text
from nnanki.model.plural import count
from nnanki.model.schema import RETIRED_TAG
from nnanki.release.changes import CardChange, Effect, ReleaseChanges
from nnanki.stages.deck import Deck

HEAD = """\
# What changed in this deck

Written by `nnanki release`, for whoever studies it. The first number of a version \
rises when a card left the deck, the second with new cards, the third with corrections.
"""
CODE_SPAN = re.compile(r"(`[^`]+`)")
MARKS = re.compile(r"([\\*_\[\]<>&~|#])")
SAME = ": the same words, but another title, picture, kind or proof"
TITLES: dict[Effect, str] = {
    "added": "New",
    "changed": "Changed",
    "moved": "Moved",
    "retired": "Left the deck",
}


def section(deck: Deck, changes: ReleaseChanges) -> str:
    """The section of a release, without its heading."""
    if not changes.since:
        return _first(deck)
    parts = [_introduction(deck, changes)]
    for effect, title in TITLES.items():
        if some := changes.of(effect):
            parts.append(f"### {title}\n\n{_list(some)}")
    return "\n\n".join(parts) + "\n"


def in_numbers(changes: ReleaseChanges) -> str:
    """The changes in numbers, in a line."""
    counts = [(len(changes.of(effect)), title) for effect, title in TITLES.items()]
    parts = [f"{number} {title.lower()}" for number, title in counts if number]
    parts += ["another look"] if changes.look else []
    parts += [f"{changes.places} in another place"] if changes.places else []
    return ", ".join(parts) if changes.since else "the first"


def heading(deck: Deck) -> str:
    """The heading of a deck's release: `## 1.2.0, 3 May 2026`."""
    release = deck.lock.release
    assert release is not None
    return f"## {release.number}, {release.day}"


def with_section(old: Text, head: str, text: str) -> str:
    """The changelog with one more section above those that it has.

    A section of the same release stays behind where a run was killed: it goes.
    """
    number = head.split(",")[0].removeprefix("## ")
    # The changelog is written before the lock, so a run that is killed between the two
    # leaves a section without a release.
    others = [part for part in _sections(old) if not part.startswith(f"{number},")]
    parts = [f"{HEAD}\n{head}\n\n{text}", *(f"## {part}" for part in others)]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def section_of(old: Text, number: str) -> str:
    """The section of a release in the changelog, or "" where it has none."""
    texts = (text for text in _sections(old) if text.startswith(f"{number},"))
    return next(texts, "").partition("\n")[2].strip() + "\n"


def _sections(old: Text) -> list[str]:
    return "\n".join(old.lines).split("\n## ")[1:]


def _first(deck: Deck) -> str:
    concepts = [
        f"- {_spoken(f.title)}: {count(len(f.cards), 'card')}" for f in deck.files
    ]
    return (
        f"The first release: {count(deck.cards, 'card')}.\n\n"
        + "\n".join(concepts)
        + "\n"
    )


def _introduction(deck: Deck, changes: ReleaseChanges) -> str:
    words = (
        f"{count(deck.cards, 'card')}. Import the package over the one that you have:"
    )
    words += " all reviews stay."
    if left := changes.of("retired"):
        those = "one card has" if len(left) == 1 else f"{len(left)} cards have"
        words += f" To do: {those} left the deck; suspend or delete what you find"
        words += f" with `tag:{RETIRED_TAG}`."
    if changes.look:
        words += " All cards look a little different."
    if changes.places:
        words += f" Newcomers meet {count(changes.places, 'card')} in another place."
    return words


def _list(changes: Sequence[CardChange]) -> str:
    return "\n".join(
        f"- **{_spoken(concept) or 'Elsewhere'}**\n" + "\n".join(map(_item, group))
        for concept, group in _by_concept(changes)
    )


def _by_concept(
    changes: Sequence[CardChange],
) -> Iterator[tuple[str, list[CardChange]]]:
    """Changes by concept, each concept once, in the order in which they come."""
    order = list(dict.fromkeys(change.concept for change in changes))
    by_concept = sorted(changes, key=lambda change: order.index(change.concept))
    for concept, group in groupby(by_concept, key=lambda change: change.concept):
        yield concept, list(group)


def _item(change: CardChange) -> str:
    return textwrap.indent("\n\n".join(_paragraphs(change)), "    ").replace(
        "    ", "  - ", 1
    )


def _paragraphs(change: CardChange) -> Iterator[str]:
    name = f"`{change.id}`"
    match change.effect:
        case "added":
            yield f"{name}: {_spoken(change.words)}" if change.words else name
        case "changed":
            until = f", until now `{change.before}`" if change.before else ""
            same = "" if until or change.rows else SAME
            yield f"{name}{until}{same}"
            if change.rows:
                yield to_markdown(change.rows)
        case "moved":
            yield f"{name}, from *{_spoken(change.before)}*"
        case "retired":
            instead = ", ".join(f"`{other}`" for other in change.instead)
            yield f"{name}: {_spoken(change.words)}" + (
                f" Instead: {instead}." if instead else ""
            )


def _spoken(text: str) -> str:
    """Words of a card in running Markdown: code stays code, nothing else is marked."""
    parts = CODE_SPAN.split(text)
    return "".join(
        part if n % 2 else MARKS.sub(r"\\\1", part) for n, part in enumerate(parts)
    )
