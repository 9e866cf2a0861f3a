"""`mutate`: each operator makes these changes, and nothing else in the text moves.

`cases/mutants.txt` has for each operator a definition and all that it makes of it.
"""

import ast
import re
from pathlib import Path

import pytest

from nnanki.proof.mutate import OPERATORS, code_digest, mutants

HERE = Path(__file__).parent
NN = HERE.parent / "nnanki" / "nn"
CASE = re.compile(r"^## (\S+)\n\n(.*?)\n\n(.*?)\n\n", re.MULTILINE | re.DOTALL)
TEXT = (HERE / "cases" / "mutants.txt").read_text(encoding="utf-8")
IMPORTS = "import numpy as np\nimport torch\n"  # below, where they move no line
CASES = {name: (source, made) for name, source, made in CASE.findall(TEXT + "\n")}


def definitions() -> list[tuple[str, str]]:
    """All functions of the package that the deck quotes."""
    return [
        (path.read_text(encoding="utf-8"), node.name)
        for path in sorted(NN.glob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    ]


@pytest.mark.parametrize("name", OPERATORS)
def test_an_operator_makes_these_changes(name: str) -> None:
    """Place, what stood there, and what stands there now, as people review it."""
    source, expected = CASES[name]
    made = [
        f"{m.line}:{m.column} {m.before} → {m.after}".replace("\n", "⏎")
        for m in mutants(f"{source}\n{IMPORTS}", "f")
        if m.operator == name
    ]

    assert made == expected.splitlines()


def test_every_case_is_of_an_operator() -> None:
    """No case is left over from an operator that is gone."""
    assert set(CASES) == set(OPERATORS)


def test_misconceptions_are_sentences() -> None:
    """What people get wrong is said in a sentence that fits a card."""
    said = [o.misconception for o in OPERATORS.values() if o.misconception]

    assert len(said) >= 20
    assert all(len(text) < 90 and text.endswith(".") for text in said)


@pytest.mark.parametrize("text, name", definitions())
def test_only_the_place_of_a_change_differs(text: str, name: str) -> None:
    """Put back what stood there, and the text is the old one, letter by letter."""
    lines = text.splitlines(keepends=True)
    for mutant in mutants(text, name):
        start = sum(map(len, lines[: mutant.line - 1])) + mutant.column - 1
        assert mutant.text.startswith(text[:start])
        rest = text[start:]
        kept = next(n for n in range(len(rest) + 1) if mutant.text.endswith(rest[n:]))
        gone = "".join(rest[:kept].split())
        assert gone in "".join(mutant.before.split())


@pytest.mark.parametrize("text, name", definitions())
def test_no_two_mutants_mean_the_same(text: str, name: str) -> None:
    """Each differs from the original and from every other one."""
    made = mutants(text, name)
    digests = [mutant.digest for mutant in made]

    assert len(made) >= 5
    assert len(set(digests)) == len(digests)
    assert code_digest(text, name) not in {digest[:12] for digest in digests}
    assert made == mutants(text, name)


def test_the_deck_has_enough_of_them() -> None:
    """More than two hundred distinct mutants of the code that the deck shows."""
    assert sum(len(mutants(text, name)) for text, name in definitions()) >= 200


def test_words_for_people_are_left_alone() -> None:
    """Docstrings, annotations, messages and the insides of f-strings stay."""
    text = (
        'def f(x: "int" = None) -> "str":\n'
        '    """Return 1."""\n'
        '    if x:\n        raise ValueError("1 is odd")\n'
        '    return f"{x + 1} of 2"\n'
    )
    changed = {(m.operator, m.before) for m in mutants(text, "f")}

    assert changed == {
        ("negate-condition", "x"),
        ("drop-statement", 'raise ValueError("1 is odd")'),
        ("raise-another", 'ValueError("1 is odd")'),
        ("return-none", 'return f"{x + 1} of 2"'),
    }


def test_letters_of_more_than_one_byte() -> None:
    """Columns count letters, and what is not ASCII is never torn."""
    text = 'def f(φ, β):\n    return "µ", φ - β\n'
    made = {m.operator: m for m in mutants(text, "f")}

    assert made["swap-operands"].column == 17
    assert made["swap-operands"].text == 'def f(φ, β):\n    return "µ", β - φ\n'


@pytest.mark.parametrize(
    "text, name, expected",
    [
        ("class A:\n    def g(self, x):\n        return x\n", "A.g", "return-none"),
        ("class A:\n    size = 3\n", "A", "change-number"),
        ("LIMIT = 3\n", "LIMIT", "change-number"),
        ("if True:\n    def f(x): return x\n", "f", "return-none"),
        ("def f(x): y = 1; return x - y\n", "f", "swap-arithmetic"),
        ("def f(x):\n    g = lambda y: -y\n    return g", "f", "drop-minus"),
        ("f = lambda x: -x\n", "f", "drop-minus"),
        ("async def f(x):\n    return await x + 1\n", "f", "drop-term"),
        ("def f(x):\n    match x:\n        case 1 if x > 0:\n            return 2\n",
         "f", "shift-threshold"),
    ],
)  # fmt: skip
def test_wherever_a_definition_stands(text: str, name: str, expected: str) -> None:
    """Methods, classes, constants, lambdas, one-liners and what stands under `if`."""
    assert expected in {mutant.operator for mutant in mutants(text, name)}


def test_no_such_definition() -> None:
    """A name that nothing defines is a KeyError."""
    with pytest.raises(KeyError):
        mutants("x = 1\n", "f")


def test_code_that_does_the_same_has_one_digest() -> None:
    """Comments, layout and docstrings do not count; a number does."""
    one = code_digest("def f(x):\n    return x + 1\n", "f")

    assert one == code_digest(
        'def f(x):\n    "Adds."\n    return (x  + 1)  # one\n', "f"
    )
    assert one != code_digest("def f(x):\n    return x + 2\n", "f")


def test_what_compiles_to_the_same_is_no_mutant() -> None:
    """A change that Python optimises away would survive for ever."""
    text = "def f(x):\n    return x\n    x = 1\n"

    assert [m.operator for m in mutants(text, "f")] == ["return-none"]
