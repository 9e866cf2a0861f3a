"""The pictures of a card: where they lie, and under which names they are packed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from nnanki.model.card import Card, CardFile, Image, Prose
from nnanki.model.disk.reader import Reader
from nnanki.model.disk.text import Text
from nnanki.model.problem import Problem, neighbour
from nnanki.running.figures import night_of

Pictures = dict[str, tuple[str, bytes]]
SUFFIXES = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")


def pictures(
    reader: Reader, file: CardFile, card: Card, texts: Mapping[str, Text]
) -> tuple[Pictures, list[Problem]]:
    """The pictures of a card: packed name and bytes, by the source in the card.

    `texts` stand in for files. A picture that has one for the night beside it comes
    with that.
    """
    media: Pictures = {}
    problems: list[Problem] = []
    for block in card.blocks:
        for image in block.images if isinstance(block, Prose) else ():
            path = _path(reader, file, image.source)
            fault = _fault(reader, path, image, texts)
            if fault is not None:
                problems.append(Problem(image.place, *fault))
                continue
            for source in (image.source, night_of(image.source)):
                data = _data(reader, _path(reader, file, source), texts)
                if data is not None:
                    media[source] = (_name(path, data), data)
    return media, problems


def _data(reader: Reader, path: Path, texts: Mapping[str, Text]) -> bytes | None:
    name = _inside(reader, path)
    if name in texts:
        return texts[name].raw.encode()
    return reader.read(path) if name and reader.is_file(path) else None


def _name(path: Path, data: bytes) -> str:
    """The name under which a picture is packed: it follows from its bytes."""
    # Anki keeps what a learner has under a name: other bytes must come under another.
    suffix = path.resolve().suffix.lower()
    return f"nnanki-{hashlib.sha256(data).hexdigest()[:20]}{suffix}"


def _path(reader: Reader, file: CardFile, source: str) -> Path:
    """Where a picture should lie: its source is relative to the card file.

    It may be a link, which is read as such: it may lead elsewhere one day.
    """
    return Path(os.path.normpath((reader.root / file.path).parent / unquote(source)))


def _inside(reader: Reader, path: Path) -> str:
    """Where in the project a path leads to; empty where it leads out of it."""
    real = path.resolve()
    inside = real.is_relative_to(reader.root)
    return real.relative_to(reader.root).as_posix() if inside else ""


def _fault(
    reader: Reader, path: Path, image: Image, texts: Mapping[str, Text]
) -> tuple[str, str] | None:
    """What is wrong with a picture, and what to do."""
    if "://" in image.source or image.source.startswith("//"):
        hint = "keep the picture beside the card file: nothing is fetched"
        return "a picture from elsewhere", hint
    if not image.alternative.strip():
        hint = "say what it shows: `![a line with a kink at 0](relu.svg)`"
        return "a picture without alt text", hint
    if path.resolve().suffix.lower() not in SUFFIXES:
        return f"no picture by its name: `{path.name}`", neighbour("", SUFFIXES)
    name = _inside(reader, path)
    if not name:
        return "a picture outside the project", "keep it beside the card file"
    if not reader.is_file(path) and name not in texts:
        return f"no picture `{unquote(image.source)}`", f"it was looked for at {name}"
    return None
