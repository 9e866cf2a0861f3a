"""Whether two runs of a program did the same, and where they did not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from nnanki.running.runner import Outcome

Result = dict[str, Any]
STREAMS = ("merged", "out", "err")
MOST_CELLS = 4_000_000  # of the table in which two streams are woven into one


def joined(one: Outcome, other: Outcome) -> Outcome | None:
    """What both runs show together; None where they differ.

    The first has both streams in one pipe and so knows their order, the second has two
    terminals and so knows which is which.
    """
    if not same(one, other):
        return None
    results = []
    for mine, theirs in zip(one.results, other.results, strict=True):
        results.append({**mine, **told(theirs, mine)})
    failure = one.failure
    if failure is not None and other.failure is not None:
        failure = {**failure, **told(other.failure, failure)}
    rest = {**one.rest, **told(other.rest, one.rest)}
    noticed = asked(one.noticed, other.noticed)
    return Outcome(tuple(results), failure, one.status, rest, noticed)


def asked(one: Result, other: Result) -> Result:
    """What was noticed in the first run, and all that either of them depends on.

    The second imports the project's modules for itself, and so knows what they read.
    """
    read = {**other.get("read", {}), **one.get("read", {})}
    listed = sorted({*one.get("listed", ()), *other.get("listed", ())})
    questions = {**other.get("asked", {}), **one.get("asked", {})}
    kinds = sorted({*one.get("kinds", ()), *other.get("kinds", ())})
    found = {"read": read, "listed": listed, "asked": questions, "kinds": kinds}
    return {**one, **found} if one or other else one


def apart(outcome: Outcome) -> Outcome:
    """A run on terminals, which knows its streams by itself."""
    results = [
        {**r, **told(r, {}), "merged": r.get("out", "")} for r in outcome.results
    ]
    rest = {**told(outcome.rest, {}), "merged": outcome.rest.get("out", "")}
    return replace(outcome, results=tuple(results), rest=rest)


def named(outcome: Outcome) -> Outcome:
    """A run that is judged by itself, with its streams by their names."""
    results = tuple(_named(result) for result in outcome.results)
    failure = outcome.failure and _named(outcome.failure)
    return replace(outcome, results=results, failure=failure)


def _named(result: Result) -> Result:
    return {"merged": result.get("out", ""), **result, **told(result, result)}


def told(result: Result, first: Result) -> Result:
    """The streams of a result, by their names."""
    out = result.get("out", first.get("merged", ""))
    return {"printed": out, "stderr": result.get("err", "")}


def same(one: Outcome, other: Outcome) -> bool:
    """Whether two outcomes are one."""
    if one.failure is None or other.failure is None:
        if one.failure is not other.failure:
            return False
    elif any(one.failure.get(f) != other.failure.get(f) for f in FACTS):
        return False
    pairs = list(zip_longest(_told(one), _told(other)))
    return (
        one.status == other.status
        and one.noticed.get("drawn") == other.noticed.get("drawn")
        and len(one.results) == len(other.results)
        and all(alike(*pair) for pair in pairs)
    )


FACTS = ("kind", "type", "message", "step", "line")


def _told(outcome: Outcome) -> Iterator[Result]:
    yield from outcome.results
    failure = outcome.failure or {}
    yield {name: failure[name] for name in STREAMS if name in failure}
    yield outcome.rest


def alike(one: Result, other: Result) -> bool:
    """Whether two results agree: all that they hold, and what was written."""
    apart = (*STREAMS, "sound")  # what there is without a bug is compared in one run
    bare = [{k: v for k, v in r.items() if k not in apart} for r in (one, other)]
    return bare[0] == bare[1] and written_alike(one, other)


def written_alike(one: Result, other: Result) -> bool:
    if "merged" in one and ("out" in other or "err" in other):
        return woven(one["merged"], other.get("out", ""), other.get("err", ""))
    if "merged" in other and ("out" in one or "err" in one):
        return written_alike(other, one)
    return all(one.get(name, "") == other.get(name, "") for name in STREAMS)


def woven(merged: str, out: str, err: str) -> bool:
    """Whether a text is two others, woven into one without changing their order."""
    if len(merged) != len(out) + len(err):
        return False
    if not out or not err:
        return merged == out + err
    if len(out) * len(err) > MOST_CELLS:
        return sorted(merged) == sorted(out + err)
    reachable = {0}  # how many letters of `out` may have come so far
    for count, letter in enumerate(merged):
        reachable = {
            n
            for taken in reachable
            for n in (taken, taken + 1)
            if (
                n == taken and count - taken < len(err) and err[count - taken] == letter
            )
            or (n > taken and taken < len(out) and out[taken] == letter)
        }
    return bool(reachable)


# -- where they differ ----------------------------------------------------------------


def differing(one: Outcome, other: Outcome) -> Result:
    """The first step and line at which two outcomes differ."""
    pairs = zip(one.results, other.results, strict=False)
    step = next((n for n, (a, b) in enumerate(pairs) if not alike(a, b)), None)
    if step is None:
        step = min(len(one.results), len(other.results))
    lines = zip_longest(*(lines_of(outcome, step) for outcome in (one, other)))
    texts = next((pair for pair in lines if pair[0] != pair[1]), ())
    return {"step": step, "texts": [text or "" for text in texts]}


def lines_of(outcome: Outcome, step: int) -> list[str]:
    """What a step gave, as text."""
    result = outcome.results[step] if step < len(outcome.results) else None
    raised = outcome.failure if result is None else result.get("raised")
    if raised is not None:
        name = raised.get("type", raised.get("kind"))
        return [f"{name}: {raised.get('message', raised.get('detail', ''))}"]
    result = result or outcome.rest
    if result.get("text"):
        return str(result["text"]).splitlines()
    written = result.get("merged", result.get("out", "") + result.get("err", ""))
    if not written and "tries" in result:
        return json.dumps(result["tries"]).splitlines()
    return str(written).splitlines()
