"""The pictures of a card: where they lie, and under which names they are packed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from nnanki.card import Card, CardFile, Image, Prose
from nnanki.errors import Problem, neighbour
from nnanki.figures import night_of
from nnanki.text import Text

Pictures = dict[str, tuple[str, bytes]]
SUFFIXES = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")


def pictures(
    root: Path, file: CardFile, card: Card, texts: Mapping[str, Text]
) -> tuple[Pictures, list[Problem]]:
    """The pictures of a card: packed name and bytes, by the source in the card.

    `texts` stand in for files. A picture that has one for the night beside it comes
    with that.
    """
    found: Pictures = {}
    problems: list[Problem] = []
    for block in card.blocks:
        for image in block.images if isinstance(block, Prose) else ():
            path = picture_path(root, file, image.source)
            fault = _fault(root, path, image, texts)
            if fault is not None:
                problems.append(Problem(image.place, *fault))
                continue
            for source in (image.source, night_of(image.source)):
                data = _data(root, picture_path(root, file, source), texts)
                if data is not None:
                    found[source] = (_name(path, data), data)
    return found, problems


def _data(root: Path, path: Path, texts: Mapping[str, Text]) -> bytes | None:
    name = path.relative_to(root).as_posix()
    if name in texts:
        return texts[name].raw.encode()
    return path.read_bytes() if path.is_file() else None


def _name(path: Path, data: bytes) -> str:
    """The name under which a picture is packed: it follows from its bytes."""
    return f"nnanki-{hashlib.sha256(data).hexdigest()[:20]}{path.suffix.lower()}"


def picture_path(root: Path, file: CardFile, source: str) -> Path:
    """Where a picture should lie: its source is relative to the card file."""
    return ((root / file.path).parent / unquote(source)).resolve()


def _fault(
    root: Path, path: Path, image: Image, texts: Mapping[str, Text]
) -> tuple[str, str] | None:
    """What is wrong with a picture, and what to do."""
    if "://" in image.source or image.source.startswith("//"):
        hint = "keep the picture beside the card file: nothing is fetched"
        return "a picture from elsewhere", hint
    if not image.alternative.strip():
        hint = "say what it shows: `![a line with a kink at 0](relu.svg)`"
        return "a picture without alt text", hint
    if path.suffix.lower() not in SUFFIXES:
        return f"no picture by its name: `{path.name}`", neighbour("", SUFFIXES)
    if not path.is_relative_to(root):
        return "a picture outside the project", "keep it beside the card file"
    if not path.is_file() and path.relative_to(root).as_posix() not in texts:
        hint = f"it was looked for at {path.relative_to(root).as_posix()}"
        return f"no picture `{unquote(image.source)}`", hint
    return None
