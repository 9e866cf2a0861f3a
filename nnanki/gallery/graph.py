"""What must come before what, laid out in rows: a picture of the curriculum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

After = Mapping[str, Sequence[str]]
WIDTH, HEIGHT, ACROSS, DOWN = 184, 62, 200, 94  # a box, and from one to the next


@dataclass(frozen=True, slots=True)
class Box:
    """One concept: where its box begins, in pixels."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Graph:
    """Boxes, and lines from the foot of one to the head of another."""

    boxes: tuple[Box, ...]
    lines: tuple[tuple[float, float, float, float], ...]
    width: float
    height: float


def graph(after: After) -> Graph:
    """Concepts in rows, each below all that it builds on; names come in their order.

    >>> [(box.name, box.y) for box in graph({"a": [], "b": ["a"]}).boxes]
    [('a', 0), ('b', 94)]
    """
    near = direct(after)
    boxes: dict[str, Box] = {}
    for number, row in enumerate(_rows(near)):
        boxes |= {n: Box(n, x, number * DOWN) for n, x in _placed(row, near, boxes)}
    left = min((box.x for box in boxes.values()), default=0)
    boxes = {name: Box(name, box.x - left, box.y) for name, box in boxes.items()}
    return Graph(
        boxes=tuple(boxes[name] for name in after),
        lines=tuple(
            (*_middle(boxes[earlier], HEIGHT), *_middle(boxes[name], 0))
            for name in near
            for earlier in near[name]
        ),
        width=max((box.x + WIDTH for box in boxes.values()), default=0),
        height=max((box.y + HEIGHT for box in boxes.values()), default=0),
    )


def _middle(box: Box, down: float) -> tuple[float, float]:
    return box.x + WIDTH / 2, box.y + down


def direct(after: After) -> dict[str, list[str]]:
    """What each builds on, without what that builds on already.

    >>> direct({"a": [], "b": ["a"], "c": ["a", "b"]})["c"]
    ['b']
    """
    above = {name: _above(name, after) for name in after}
    return {
        name: [
            earlier
            for earlier in dict.fromkeys(after[name])
            if not any(earlier in above[other] for other in after[name])
        ]
        for name in after
    }


def _above(name: str, after: After) -> set[str]:
    """All that comes before a concept, near and far."""
    names: set[str] = set()
    rest = list(after[name])
    while rest:
        earlier = rest.pop()
        if earlier not in names:
            names.add(earlier)
            rest += after.get(earlier, ())
    return names


def _rows(near: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Names by how many must come before, on the longest way."""
    depth: dict[str, int] = {}
    for name in near:  # in an order in which the earlier ones stand first
        depth[name] = 1 + max((depth.get(each, -1) for each in near[name]), default=-1)
    rows: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for name, row in depth.items():
        rows[row].append(name)
    return rows


def _placed(
    row: Sequence[str], near: After, above: Mapping[str, Box]
) -> list[tuple[str, float]]:
    """Where each of a row begins: below what it builds on, and beside the others."""
    ideal = {}
    for name in row:
        earlier = [above[each].x for each in near[name] if each in above]
        ideal[name] = sum(earlier) / len(earlier) if earlier else 0
    placed: list[tuple[str, float]] = []
    # From left to right: each as near to its ideal place as the last one allows.
    for name in sorted(row, key=lambda name: ideal[name]):
        least = placed[-1][1] + ACROSS if placed else ideal[name]
        placed.append((name, max(ideal[name], least)))
    # That pushes only to the right, so the row as a whole goes back by the mean of it.
    shift = sum(x - ideal[name] for name, x in placed) / len(placed)
    return [(name, x - shift) for name, x in placed]
