"""Draws the figure of a card with matplotlib, once for each theme."""

from __future__ import annotations

import importlib
import io
import os
import re
import tempfile
from typing import TYPE_CHECKING, Any

from .letters import Undrawn as Undrawn
from .letters import faithful

if TYPE_CHECKING:
    from ..child.messages import CardStep, Theme

Names = dict[str, Any]  # of a program

MOST_BYTES = 200_000


def draw(step: CardStep, names: Names, code: Any) -> list[str]:
    """The figure as SVG, by day and by night; `names` stay as they are."""
    os.environ.setdefault("MPLCONFIGDIR", tempfile.gettempdir())
    matplotlib = importlib.import_module("matplotlib")
    matplotlib.use("svg")
    plt = importlib.import_module("matplotlib.pyplot")
    themes = step["themes"]
    return [_picture(matplotlib, plt, theme, dict(names), code) for theme in themes]


def _picture(matplotlib: Any, plt: Any, theme: Theme, names: Names, code: Any) -> str:
    cycle = matplotlib.rcsetup.cycler(color=theme["lines"])
    with matplotlib.rc_context({**theme["rc"], "axes.prop_cycle": cycle}):
        plt.close("all")
        try:
            exec(code, names)
            if not plt.get_fignums():
                raise Undrawn("draws nothing")
            text = _saved(matplotlib, plt.gcf())
        finally:
            plt.close("all")
    if len(text) > MOST_BYTES:
        raise Undrawn(f"draws more than {MOST_BYTES:,} letters of SVG")
    ids = {name: f"n{n}" for n, name in enumerate(dict.fromkeys(NAME.findall(text)))}
    text = NAME.sub(lambda name: ids[name[0]], text)
    text = PLACES.sub(lambda place: NUMBER.sub(_rounded, place[0]), text)
    return re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)


def _saved(matplotlib: Any, figure: Any) -> str:
    """A figure as SVG, its letters as paths: a phone has other fonts."""
    sink, outlines = io.StringIO(), {"svg.fonttype": "path"}
    with matplotlib.rc_context(outlines), faithful(matplotlib, figure):
        figure.savefig(sink, format="svg", metadata=NOTHING)
    return sink.getvalue()


def _rounded(number: re.Match[str]) -> str:
    """A hundredth of a point is seen by nobody, and another CPU computes it alike.

    Round numbers often lie halfway between two hundredths, so all are moved a little.
    """
    text = f"{float(number[0]) + 0.0003:.2f}"
    return "0.00" if text == "-0.00" else text


# Where things are: along paths, at markers, at letters; sizes of letters are exact.
PLACES = re.compile(r'\b(?:d|x|y)="[^"]*"|translate\([^)]*\)')
NAME = re.compile(r"\b[a-z][0-9a-f]{10}\b")  # hashed from places that are not rounded
NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")


NOTHING = dict.fromkeys(("Date", "Creator", "Format", "Type"))
