"""Pictures that a card's own code draws, by day and by night."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from nnanki.cards.golden import UPDATE
from nnanki.model.card import CardFile, Edit
from nnanki.model.disk.text import Text
from nnanki.model.obligations import Figure, Obligation, Theme
from nnanki.model.problem import Problem
from nnanki.running.palette import INKS, LINES, palette

FOLDER, NIGHT = "figures", ".night"


def night_of(path: str) -> str:
    """The picture for the night beside one for the day.

    >>> night_of("figures/relu.svg")
    'figures/relu.night.svg'
    """
    pure = PurePosixPath(path)
    return str(pure.with_name(f"{pure.stem}{NIGHT}{pure.suffix}"))


def resolved(
    file: CardFile,
    obligations: Sequence[Obligation],
    texts: Mapping[str, Text],
    themes: Sequence[Theme],
) -> tuple[Obligation, ...]:
    """The same obligations; each figure with its files as they are, and its themes."""
    return tuple(
        replace(obligation, files=_files(file, obligation, texts), themes=tuple(themes))
        if isinstance(obligation, Figure)
        else obligation
        for obligation in obligations
    )


def _files(
    file: CardFile, obligation: Figure, texts: Mapping[str, Text]
) -> tuple[tuple[str, str | None], ...]:
    day = str(PurePosixPath(file.path).with_name(FOLDER) / f"{obligation.name}.svg")
    return tuple(
        (path, texts[path].raw if path in texts else None)
        for path in (day, night_of(day))
    )


def picture_mismatches(obligation: Figure, pictures: Sequence[str]) -> list[Problem]:
    """The problem with files that are not what the code draws, and what mends them."""
    edits = tuple(
        Edit(path, 0, len(old or ""), new)
        for (path, old), new in zip(obligation.files, pictures, strict=True)
        if old != new
    )
    if not edits:
        return []
    missing = any(old is None for _, old in obligation.files)
    what = (
        f"`{obligation.name}` is not yet drawn"
        if missing
        else "this is not what is drawn"
    )
    return [Problem(obligation.place, what, UPDATE, edits)]


# -- themes ---------------------------------------------------------------------------


def themes(css: str) -> tuple[Theme, ...]:
    """The settings of matplotlib for day and night: the colours of a whole style."""
    day, night = palette(css)
    return _theme(day), _theme(night)


def _theme(colours: Mapping[str, str]) -> Theme:
    ink, soft, rule = (colours[name] for name in INKS)
    return {
        "lines": [colours[name] for name in LINES],
        "rc": {
            "axes.edgecolor": soft,
            "axes.facecolor": "none",
            "axes.grid": False,
            "axes.labelcolor": ink,
            "axes.spines.right": False,
            "axes.spines.top": False,
            "figure.facecolor": "none",
            "figure.figsize": [5.0, 3.1],
            "figure.constrained_layout.use": True,
            "font.family": "DejaVu Sans",
            "font.size": 12.0,
            "grid.color": rule,
            "legend.frameon": False,
            "lines.linewidth": 2.2,
            "lines.markersize": 6.0,
            "path.simplify": False,
            "savefig.facecolor": "none",
            "svg.fonttype": "path",
            "svg.hashsalt": "nnanki",
            "text.color": ink,
            "xtick.color": soft,
            "ytick.color": soft,
        },
    }
