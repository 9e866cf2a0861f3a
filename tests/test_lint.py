"""Each rule finds its own fault in a small bad card, and none in the good ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnanki.cards.curriculum import card_texts, in_order
from nnanki.cards.lint import RULES, lint
from nnanki.cards.parse import parse
from nnanki.model.disk.text import Text
from nnanki.model.project import load

HERE = Path(__file__).parent / "lint"
BAD = sorted((HERE / "bad").iterdir())
TERMS = ("momentum", "loss")  # of which a case lists those that it introduces
GOOD = sorted((HERE / "good").iterdir())


def found(text: str) -> tuple[list[str], list[str]]:
    """What the linter says of one file, or of a style: errors and warnings."""
    if not text.startswith("---"):
        errors, warnings = lint([], text)
        return [problem.what for problem in errors], [p.what for p in warnings]
    file, problems = parse(Text("cards/1-case.md", text))
    assert problems == []
    listed = [term for term in TERMS if f"*{term}*" in text]
    errors, warnings = lint([file], terms=listed)
    return [problem.what for problem in errors], [problem.what for problem in warnings]


def rules(said: list[str]) -> set[str]:
    return {what.removeprefix("warning ").partition(":")[0] for what in said}


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_card_breaks_the_rule_in_its_name_and_no_other(path: Path) -> None:
    """As an error or as a warning, as the rule says."""
    name = path.stem.partition("-")[0]
    errors, warnings = found(path.read_text(encoding="utf-8"))

    assert rules(errors if RULES[name].error else warnings) == {name}
    assert (warnings if RULES[name].error else errors) == []


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_card_breaks_no_rule(path: Path) -> None:
    """Near misses, each of another rule."""
    assert found(path.read_text(encoding="utf-8")) == ([], [])


def test_every_rule_has_a_bad_card_and_one_sentence() -> None:
    """A rule that nothing breaks is none."""
    assert {path.stem.partition("-")[0] for path in BAD} == set(RULES)
    for rule in RULES.values():
        assert rule.sentence.endswith(".") and rule.sentence.count(". ") == 0


def test_this_deck_breaks_no_rule() -> None:
    """No rule raises an alarm on any card of this deck."""
    project = load(Path(__file__).parents[1])
    texts, _ = card_texts(project, {})
    cards = [parse(text)[0] for name, text in texts.items() if name.endswith(".md")]
    files, _ = in_order(cards)

    assert lint(files, terms=project.terms) == ([], [])


# -- terms and ways to ask ------------------------------------------------------------

SPIN = """---
title: Spin
---

## first

Which way do spins point?

---

Up, or a spin points down.

## second

What is a {}?

---

A direction.
"""


def warned(text: str, *terms: str) -> list[tuple[str, int]]:
    """The warnings about one file, with their lines."""
    file, problems = parse(Text("cards/1-case.md", text))
    assert problems == []
    errors, warnings = lint([file], terms=terms)
    assert errors == []
    return [(problem.what, problem.place.line) for problem in warnings]


def test_a_listed_term_that_no_card_introduces_is_told_once() -> None:
    """Where it is first used, be it in the plural; unless listed, it is any word."""
    plain, nowhere = SPIN.format("spin"), "warning D04: `spin` is introduced nowhere"

    assert warned(plain, "Spin", "isospin") == [(nowhere, 7)]
    assert warned(plain) == []


def test_a_listed_term_is_introduced_by_emphasis() -> None:
    """Whichever word it is: what stands above comes too early, on every block."""
    late = "warning D04: `spin` is only introduced on card `second`"
    text = SPIN.format("*spin*")

    assert warned(text, "spin") == [(late, 7), (late, 11)]
    assert warned(text) == []
    assert warned(text.replace("spins", "*spins*"), "spin") == []


def test_a_concept_is_told_in_which_ways_it_never_asks() -> None:
    """At its title, in the order of the ways; a waiver stands on its first card."""
    text = (HERE / "good" / "ten-cards-that-ask-in-all-ways.md").read_text("utf-8")
    some = text.replace("asks: define", "asks: why").replace("shape=n", "run")
    what = "warning D06: none of these 10 cards asks `define`, `compute`"
    waived = some.replace("<!-- asks", "<!-- waive: D06 because few suffice, asks", 1)

    assert warned(text) == []
    assert warned(some) == [(what, 2)]
    assert warned(waived) == []


# -- waivers --------------------------------------------------------------------------

JOINED = "Which line moves the parameters, and why does it stand here?"


def card(waiver: str, front: str = JOINED) -> str:
    head = f"<!-- waive: {waiver} -->\n" if waiver else ""
    return f"---\ntitle: Case\n---\n\n## case\n{head}\n{front}\n\n---\n\nThis.\n"


def test_a_rule_is_waived_on_one_card_with_a_reason() -> None:
    """With a reason; without the waiver the rule speaks."""
    assert rules(found(card(""))[1]) == {"F07"}
    assert found(card("F07 because the place is the reason")) == ([], [])


def test_several_rules_are_waived_one_behind_the_other() -> None:
    """Each with its own reason."""
    front = f"{JOINED} Where is it?"
    assert rules(found(card("", front))[0]) == {"F01"}
    both = "F07 because they are one; F01 because the second is a hint"
    assert found(card(both, front)) == ([], [])


@pytest.mark.parametrize(
    ("waiver", "what"),
    [
        ("F99 because of nothing", "no rule `F99` to waive"),
        ("F05 because it is no list", "this waiver of F05 waives nothing"),
        ("F07", "this waiver of F07 gives no reason"),
        ("F07 because", "this waiver of F07 gives no reason"),
    ],
)
def test_a_waiver_that_waives_nothing_is_an_error(waiver: str, what: str) -> None:
    """So is one of no rule, and one without a reason."""
    assert what in found(card(waiver))[0]


# -- the next rule --------------------------------------------------------------------

# The ids of rules that are gone: a waiver that names one must never mean another rule.
GONE = {"C01", "C02", "C03", "C06", "D05", "D07", "F11", "F15", "F16"}


def test_the_next_free_ids_are_told_to_whoever_writes_a_rule() -> None:
    """An id is used once; CONTRIBUTING names the next of each letter."""
    page = Path(__file__).parents[1].joinpath("CONTRIBUTING.md").read_text("utf-8")
    numbers: dict[str, int] = {}
    for name in {*RULES, *GONE}:
        numbers[name[0]] = max(numbers.get(name[0], 0), int(name[1:3]))
    free = [f"{letter}{number + 1:02}" for letter, number in sorted(numbers.items())]

    assert not GONE & set(RULES)
    assert f"The next free ones are {', '.join(free[:-1])} and {free[-1]};" in page
