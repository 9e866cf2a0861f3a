"""The pictures of a card: where they lie, and under which names they are packed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import unquote

from nnanki.card import Card, CardFile, Image, Prose
from nnanki.errors import Problem, neighbour

Pictures = dict[str, tuple[str, bytes]]
SUFFIXES = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")


def pictures(root: Path, file: CardFile, card: Card) -> tuple[Pictures, list[Problem]]:
    """The pictures of a card: packed name and bytes, by the source in the card."""
    found: Pictures = {}
    problems: list[Problem] = []
    for block in card.blocks:
        for image in block.images if isinstance(block, Prose) else ():
            path = picture_path(root, file, image)
            fault = _fault(root, path, image)
            if fault is not None:
                problems.append(Problem(image.place, *fault))
                continue
            data = path.read_bytes()
            name = hashlib.sha256(data).hexdigest()[:20] + path.suffix.lower()
            found[image.source] = (f"nnanki-{name}", data)
    return found, problems


def picture_path(root: Path, file: CardFile, image: Image) -> Path:
    """Where a picture should lie: its source is relative to the card file."""
    return ((root / file.path).parent / unquote(image.source)).resolve()


def _fault(root: Path, path: Path, image: Image) -> tuple[str, str] | None:
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
    if not path.is_file():
        hint = f"it was looked for at {path.relative_to(root).as_posix()}"
        return f"no picture `{unquote(image.source)}`", hint
    return None
