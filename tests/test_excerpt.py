"""What a card shows of a definition, byte for byte."""

from __future__ import annotations

import ast

import pytest

from nnanki.proof.excerpt import Definition, Unquotable, excerpt, inner_lines, put_back

PLAIN = 'def g(x):\n    """Doc.\n\n    More."""\n    # why\n    return x\n'
METHOD = 'class K:\n    def m(self):\n        s = """a\n  b"""\n        return s\n'
HEAD = "def h(\n    x: dict[str, int] = {1: 2},\n) -> int:\n    # why\n    return x\n"


def cut(source: str, part: str, name: str = "") -> str:
    """The excerpt of the first definition, or of one with a name."""
    nodes = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.stmt)]
    node = next(n for n in nodes if not name or getattr(n, "name", "") == name)
    return excerpt(source.split("\n"), node, part)[1]


@pytest.mark.parametrize(
    ("source", "part", "shown"),
    [
        (PLAIN, "", PLAIN),
        (PLAIN, "code", "def g(x):\n    # why\n    return x\n"),
        (PLAIN, "body", "# why\nreturn x\n"),
        (HEAD, "body", "# why\nreturn x\n"),
        ("def one(x): return x + 1\n", "body", "return x + 1\n"),
        ("def f(x,\n      y): return x\n", "body", "return x\n"),
        ("LIMIT: int = 3\n", "body", "LIMIT: int = 3\n"),
        ("@cache\ndef d():\n    return 1\n", "", "@cache\ndef d():\n    return 1\n"),
    ],
)
def test_a_part_is_cut_out_of_its_lines(source: str, part: str, shown: str) -> None:
    """No docstring in `code`, no head in `body`; comments stay with the body."""
    tree = ast.parse(source).body[0]

    assert excerpt(source.split("\n"), tree, part)[1] == shown


def test_blanks_inside_a_string_are_never_cut() -> None:
    """A method comes to the left margin; the string that it holds stays as it is."""
    assert cut(METHOD, "", "m") == 'def m(self):\n    s = """a\n  b"""\n    return s\n'


@pytest.mark.parametrize("part", ["", "code", "body"])
@pytest.mark.parametrize("source", [PLAIN, METHOD, HEAD, "def one(x): return x + 1\n"])
def test_what_was_cut_out_is_put_back(source: str, part: str) -> None:
    """Margin, head and docstring are there again; another text stands in its place."""
    lines, tree = source.split("\n"), ast.parse(source)
    for node in (n for n in ast.walk(tree) if isinstance(n, Definition)):
        text = excerpt(lines, node, part)[1]
        other = "\n".join(put_back(lines, node, part, text.replace("return", "yield")))

        assert put_back(lines, node, part, text) == lines
        assert other == source.replace("return", "yield")


@pytest.mark.parametrize(
    "source",
    [
        'def two(x): "doc"; return x\n',
        'def two(x):\n    "doc"; y = x\n    return y\n',
        'def two(x):\n    "doc"\n',
    ],
)
def test_code_is_never_left_out_with_a_docstring(source: str) -> None:
    """Where a docstring shares its line, or is all there is, nothing can be cut."""
    with pytest.raises(Unquotable):
        excerpt(source.split("\n"), ast.parse(source).body[0], "body")


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        (PLAIN, [6]),
        (METHOD, [3, 4, 5]),
        ("class D:\n    x: int = 0\n\n    def m(self):\n        return 1\n", [5]),
        ("sq = lambda x: (\n    x * x\n)\n", [1, 2, 3]),
        ("LIMIT = 3\n", None),
    ],
)
def test_what_a_call_runs_is_told_from_what_an_import_runs(
    source: str, lines: list[int] | None
) -> None:
    """A test must run the inside of functions; the rest has run by then."""
    assert inner_lines(ast.parse(source).body[0]) == lines
