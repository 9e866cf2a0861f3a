"""What a release says to learners: by concept, with the words that changed."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from nnanki.anki.word_diff import markdown
from nnanki.build.deck import Deck
from nnanki.model.disk.text import Text
from nnanki.model.plural import count
from nnanki.model.schema import RETIRED_TAG
from nnanki.release.changes import Change, Changes, Kind

HEAD = """\
# What changed in this deck

Written by `nnanki release`, for whoever studies it. The first number of a version \
rises when a card left the deck, the second with new cards, the third with corrections.
"""
CODE_SPAN = re.compile(r"(`[^`]+`)")
MARKS = re.compile(r"([\\*_\[\]<>&~|#])")
SAME = ": the same words, but another title, picture, kind or proof"
TITLES: dict[Kind, str] = {
    "added": "New",
    "changed": "Changed",
    "moved": "Moved",
    "retired": "Left the deck",
}


def section(deck: Deck, made: Changes) -> str:
    """The section of a release, without its heading."""
    if not made.since:
        return _first(deck)
    parts = [_summary(deck, made)]
    for kind, title in TITLES.items():
        if found := made.of(kind):
            parts.append(f"### {title}\n\n{_listed(found)}")
    return "\n\n".join(parts) + "\n"


def summed(made: Changes) -> str:
    """The changes in numbers, in a line."""
    counts = [(len(made.of(kind)), title) for kind, title in TITLES.items()]
    parts = [f"{number} {title.lower()}" for number, title in counts if number]
    parts += ["another look"] if made.look else []
    parts += [f"{made.places} in another place"] if made.places else []
    return ", ".join(parts) if made.since else "the first"


def heading(deck: Deck) -> str:
    """The heading of a deck's release: `## 1.2.0, 3 May 2026`."""
    release = deck.lock.release
    assert release is not None
    return f"## {release.number}, {release.day}"


def prepended(old: Text, head: str, text: str) -> str:
    """The changelog with one more section above those that it has.

    A section of the same release stays behind where a run was killed: it goes.
    """
    number = head.split(",")[0].removeprefix("## ")
    others = [part for part in _sections(old) if not part.startswith(f"{number},")]
    parts = [f"{HEAD}\n{head}\n\n{text}", *(f"## {part}" for part in others)]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def newest(old: Text, number: str) -> str:
    """The section of a release in the changelog, or "" where it has none."""
    found = (text for text in _sections(old) if text.startswith(f"{number},"))
    return next(found, "").partition("\n")[2].strip() + "\n"


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


def _summary(deck: Deck, made: Changes) -> str:
    said = (
        f"{count(deck.cards, 'card')}. Import the package over the one that you have:"
    )
    said += " all reviews stay."
    if left := made.of("retired"):
        those = "one card has" if len(left) == 1 else f"{len(left)} cards have"
        said += f" To do: {those} left the deck; suspend or delete what you find"
        said += f" with `tag:{RETIRED_TAG}`."
    if made.look:
        said += " All cards look a little different."
    if made.places:
        said += f" Newcomers meet {count(made.places, 'card')} in another place."
    return said


def _listed(found: Sequence[Change]) -> str:
    return "\n".join(
        f"- **{_spoken(concept) or 'Elsewhere'}**\n" + "\n".join(map(_item, changes))
        for concept, changes in _grouped(found)
    )


def _grouped(
    found: Sequence[Change],
) -> Iterator[tuple[str, list[Change]]]:
    """Changes by concept, each concept once, in the order in which they come."""
    order = list(dict.fromkeys(change.concept for change in found))
    by_concept = sorted(found, key=lambda change: order.index(change.concept))
    for concept, group in groupby(by_concept, key=lambda change: change.concept):
        yield concept, list(group)


def _item(change: Change) -> str:
    return textwrap.indent("\n\n".join(_paragraphs(change)), "    ").replace(
        "    ", "  - ", 1
    )


def _paragraphs(change: Change) -> Iterator[str]:
    name = f"`{change.id}`"
    match change.kind:
        case "added":
            yield f"{name}: {_spoken(change.words)}" if change.words else name
        case "changed":
            until = f", until now `{change.before}`" if change.before else ""
            same = "" if until or change.rows else SAME
            yield f"{name}{until}{same}"
            if change.rows:
                yield markdown(change.rows)
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
