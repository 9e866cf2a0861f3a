"""Whether two runs of a program did the same, and where they did not.

One run tells nothing of what a card depends on: the date, the host, the order of a set
all look like results. So each program runs twice in unlike surroundings, and only what
both runs show may stand on a card.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from typing import Literal, TypeVar

from nnanki.running.child.messages import Failure, Noticed, Output, Result
from nnanki.running.runner import Outcome

AnyOutput = TypeVar("AnyOutput", Result, Failure, Output)
STREAMS: tuple[Literal["merged", "out", "err"], ...] = ("merged", "out", "err")
MOST_CELLS = 4_000_000  # of the table in which two streams are woven into one


def join(one: Outcome, other: Outcome) -> Outcome | None:
    """What both runs show together; None where they differ.

    The first has both streams in one pipe and so knows their order, the second has two
    terminals and so knows which is which.
    """
    if not same(one, other):
        return None
    results = [
        with_streams(mine, theirs)
        for mine, theirs in zip(one.results, other.results, strict=True)
    ]
    failure = one.failure
    if failure is not None and other.failure is not None:
        failure = with_streams(failure, other.failure)
    rest = with_streams(one.rest, other.rest)
    noticed = merge_noticed(one.noticed, other.noticed)
    return Outcome(tuple(results), failure, one.status, rest, noticed)


def merge_noticed(one: Noticed, other: Noticed) -> Noticed:
    """What was noticed in the first run, and all that either of them depends on.

    The second imports the project's modules for itself, and so knows what they read.
    """
    if not one and not other:
        return one
    return {
        **one,
        "read": {**other.get("read", {}), **one.get("read", {})},
        "listed": sorted({*one.get("listed", ()), *other.get("listed", ())}),
        "questions": {**other.get("questions", {}), **one.get("questions", {})},
        "kinds": sorted({*one.get("kinds", ()), *other.get("kinds", ())}),
    }


def of_terminals(outcome: Outcome) -> Outcome:
    """A run on terminals, which knows its streams by itself."""
    results = []
    for result in outcome.results:
        whole: Result = {**result, "merged": ""}
        whole = with_streams(whole, result)
        whole["merged"] = result.get("out", "")
        results.append(whole)
    rest = with_streams(Output(merged=""), outcome.rest)
    rest["merged"] = outcome.rest.get("out", "")
    return replace(outcome, results=tuple(results), rest=rest)


def of_itself(outcome: Outcome) -> Outcome:
    """A run that is judged by itself, with its streams by their names."""
    results = tuple(map(_by_itself, outcome.results))
    failure = outcome.failure and _by_itself(outcome.failure)
    return replace(outcome, results=results, failure=failure)


def _by_itself(result: AnyOutput) -> AnyOutput:
    whole = with_streams(result, result)
    whole.setdefault("merged", result.get("out", ""))
    return whole


def with_streams(result: AnyOutput, other: AnyOutput) -> AnyOutput:
    """A result with its streams by their names, which another run tells apart."""
    whole = result.copy()
    whole["printed"] = other.get("out", result.get("merged", ""))
    whole["stderr"] = other.get("err", "")
    return whole


def same(one: Outcome, other: Outcome) -> bool:
    """Whether two outcomes are one."""
    if one.failure is None or other.failure is None:
        if one.failure is not other.failure:
            return False
    elif any(one.failure.get(f) != other.failure.get(f) for f in CAUSE):
        return False
    pairs = list(zip_longest(_parts(one), _parts(other)))
    return (
        one.status == other.status
        and one.noticed.get("draws") == other.noticed.get("draws")
        and len(one.results) == len(other.results)
        and all(alike(*pair) for pair in pairs)
    )


# Of a failure; what was written before it is compared with the rest of the output.
CAUSE = ("kind", "type", "message", "step", "line")


def _parts(outcome: Outcome) -> Iterator[Output]:
    yield from outcome.results
    yield written_by(outcome.failure or Output())
    yield outcome.rest


def written_by(result: Output) -> Output:
    """Of a result, what was written."""
    output = Output()
    for name in STREAMS:
        if name in result:
            output[name] = result[name]
    return output


def alike(one: Output, other: Output) -> bool:
    """Whether two results agree: all that they hold, and what was written."""
    # `sound` is what there is without a bug: it is compared within one run
    apart = (*STREAMS, "sound")
    bare = [{k: v for k, v in r.items() if k not in apart} for r in (one, other)]
    return bare[0] == bare[1] and written_alike(one, other)


def written_alike(one: Output, other: Output) -> bool:
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
            for before in reachable
            for n in (before, before + 1)
            if (
                n == before
                and count - before < len(err)
                and err[count - before] == letter
            )
            or (n > before and before < len(out) and out[before] == letter)
        }
    return bool(reachable)


# -- where they differ ----------------------------------------------------------------


def first_difference(one: Outcome, other: Outcome) -> tuple[int, list[str]]:
    """The first step at which two outcomes differ, and the first line of either."""
    pairs = zip(one.results, other.results, strict=False)
    step = next((n for n, (a, b) in enumerate(pairs) if not alike(a, b)), None)
    if step is None:
        step = min(len(one.results), len(other.results))
    lines = zip_longest(*(lines_of(outcome, step) for outcome in (one, other)))
    texts = next((pair for pair in lines if pair[0] != pair[1]), ())
    return step, [text or "" for text in texts]


def lines_of(outcome: Outcome, step: int) -> list[str]:
    """What a step gave, as text."""
    result = outcome.results[step] if step < len(outcome.results) else None
    raised = outcome.failure if result is None else result.get("raised")
    if raised is not None:
        name = raised.get("type", raised["kind"])
        return [f"{name}: {raised.get('message', raised.get('detail', ''))}"]
    if result and result.get("text"):
        return result["text"].splitlines()
    output: Output = result or outcome.rest
    text = output.get("merged", output.get("out", "") + output.get("err", ""))
    if not text and result and "tries" in result:
        return json.dumps(result["tries"]).splitlines()
    return text.splitlines()
