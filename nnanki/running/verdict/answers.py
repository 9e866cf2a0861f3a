"""Answers that code holds to account: options, of which one is printed, and shapes."""

from __future__ import annotations

from nnanki.model.obligations import Answers, Shape
from nnanki.model.problem import Problem
from nnanki.running.child.messages import Try


def judge_options(obligation: Answers, printed: str) -> list[Problem]:
    """Problems with options, of which one must be what the code prints."""
    text = " ".join(printed.split())
    problems = []
    for golden in (*obligation.right, *obligation.wrong):
        same = " ".join((golden.text or "").split()) == text
        if same != (golden in obligation.right):
            what = f"the code prints `{text}`, not `{golden.text}`"
            if same:
                what = "the code prints this, and the option is not marked as right"
            hint = "the right option is what the code prints, and no other one is"
            problems.append(Problem(golden.place, what, hint))
    return problems or _alike(obligation)


def _alike(obligation: Answers) -> list[Problem]:
    """The problem with two options that read the same."""
    texts: set[str] = set()
    for golden in (*obligation.right, *obligation.wrong):
        text = golden.text or ""
        if text in texts:
            hint = "show enough digits to tell them apart"
            return [Problem(golden.place, f"two options are `{text}`", hint)]
        texts.add(text)
    return []


def judge_shapes(obligation: Shape, tries: list[Try]) -> list[Problem]:
    """The problem with an expression whose shape is another than the answer.

    It is tried for several sizes, so that no number in the answer agrees by chance.
    """
    for attempt in tries:
        if attempt["shape"] is None:
            return [
                Problem(
                    obligation.place,
                    "this expression has no shape",
                    "end in a tensor or array",
                )
            ]
        if attempt["shape"] != attempt["answer"]:
            sizes = ", ".join(
                f"{name} = {size}" for name, size in attempt["sizes"].items()
            )
            what = (
                f"for {sizes} the shape is {attempt['shape']}, not {attempt['answer']}"
            )
            return [
                Problem(
                    obligation.answered, what, "correct the answer or the expression"
                )
            ]
    return []
