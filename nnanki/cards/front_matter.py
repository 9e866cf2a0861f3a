"""The head of a card file: its concept, title, prerequisites and setup."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import yaml

from nnanki.model.card import CardFile, Place
from nnanki.model.disk.text import Text, deepest
from nnanki.model.notation import FRONT_MATTER, ID
from nnanki.model.problem import Problem, neighbour


def concept_of(path: str) -> str:
    """The concept that a file teaches: its name without the number that orders it.

    >>> concept_of("cards/3-matrix-multiplication.md")
    'matrix-multiplication'
    """
    name = path.rsplit("/", 1)[-1].removesuffix(".md")
    return re.sub(r"^\d+-", "", name)


@dataclass
class FrontMatter:
    """Reads the YAML between the first two `---` of a file."""

    text: Text
    problems: list[Problem] = field(default_factory=list)

    def problem(self, place: Place, what: str, hint: str = "") -> None:
        self.problems.append(Problem(place, what, hint))

    def read(self) -> tuple[CardFile, int]:
        """The file without its cards, and the line at which these begin."""
        lines, path = self.text.lines, self.text.path
        concept = concept_of(path)
        empty = CardFile(path, concept, concept, (), "", 1, (), Place(path))
        if not ID.fullmatch(concept):
            hint = "name the file like `3-relu.md`: lower case letters, digits, hyphens"
            self.problem(Place(path), f"`{concept}` cannot name a concept", hint)
        if lines[0].rstrip() != "---":
            hint = "begin the file with `---`, `title: …`, `---`"
            self.problem(self.text.line_place(0), "the file has no front matter", hint)
            return empty, 0
        stop = next(
            (n for n, line in enumerate(lines) if n and line.rstrip() == "---"), None
        )
        if stop is None:
            hint = "close it with a line that reads `---`"
            self.problem(
                self.text.line_place(0), "the front matter is never closed", hint
            )
            return empty, len(lines)
        return self.mapping(empty, stop), stop + 1

    def breaks(self, stop: int) -> bool:
        """Whether a line holds what only YAML takes for its end."""
        for number, line in enumerate(self.text.lines[1:stop], start=1):
            if odd := re.search("[\x85\u2028\u2029]", line):
                what = f"the front matter holds {odd[0]!r}, which ends a line in YAML"
                place = Place(self.text.path, number + 1, odd.start() + 1)
                self.problem(place, what, "take it out, or write a new line")
                return True
        return False

    def mapping(self, empty: CardFile, stop: int) -> CardFile:
        # An empty line in the place of `---`, so that YAML counts as the file does.
        source = "\n".join(["", *self.text.lines[1:stop]])
        if self.breaks(stop):
            return empty
        try:
            # Nodes and not values: they know their places, and no title becomes a date
            # or a boolean.
            node = yaml.compose(source, Loader=yaml.SafeLoader)
        except RecursionError:
            where = self.text.line_place(deepest(self.text.lines[:stop]))
            hint = "front matter is a title, some names and some code"
            self.problem(where, "brackets are nested too deep", hint)
            return empty
        except yaml.YAMLError as error:
            self.problem(*self.not_yaml(error))
            return empty
        if not isinstance(node, yaml.MappingNode):
            self.problem(
                self.text.line_place(0),
                "the front matter has no `title`",
                "add `title: …`",
            )
            return empty
        values: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name, where = key.value, self.mark(key)
            if not isinstance(key, yaml.ScalarNode):
                hint = neighbour("", FRONT_MATTER)
                self.problem(where, "a key that is no word", hint)
                continue
            if name not in FRONT_MATTER:
                hint = neighbour(name, FRONT_MATTER)
                self.problem(where, f"unknown key `{name}`", hint)
            elif name in values:
                self.problem(where, f"a second `{name}`", "take one of them out")
            values[name] = value
        return self.meta(empty, values)

    def not_yaml(self, error: yaml.YAMLError) -> tuple[Place, str, str]:
        """The problem with front matter that YAML cannot read, where it says so."""
        mark = getattr(error, "problem_mark", None)
        where = self.text.line_place(0)
        if mark is not None:
            where = Place(self.text.path, mark.line + 1, mark.column + 1)
        reason = getattr(error, "problem", None) or "a character that it does not allow"
        hint = "put quotes around text that holds a colon, a bracket or a quote"
        return where, f"the front matter is not YAML: {reason}", hint

    def mark(self, node: yaml.Node) -> Place:
        """The place of a key or value of the front matter."""
        start, stop = node.start_mark, node.end_mark
        width = stop.column - start.column if stop.line == start.line else 1
        return Place(self.text.path, start.line + 1, start.column + 1, max(1, width))

    def meta(self, empty: CardFile, values: dict[str, yaml.Node]) -> CardFile:
        title, setup, after = (values.get(name) for name in ("title", "setup", "after"))
        if not isinstance(title, yaml.ScalarNode) or not title.value.strip():
            self.problem(
                self.text.line_place(0),
                "the front matter has no `title`",
                "add `title: …`",
            )
        names: list[tuple[str, Place]] = []
        if isinstance(after, yaml.SequenceNode):
            for item in after.value:
                if isinstance(item, yaml.ScalarNode):
                    names.append((item.value, self.mark(item)))
                else:
                    hint = "write `after: [matmul]`"
                    self.problem(self.mark(item), "`after` lists names", hint)
        elif after is not None:
            hint = "write `after: [matmul]`"
            self.problem(self.mark(after), "`after` is not a list", hint)
        code, line = "", 1
        if isinstance(setup, yaml.ScalarNode):
            code = setup.value
            # A block of text begins below the mark that announces it, a quoted one at
            # its mark.
            line = setup.start_mark.line + (2 if setup.style in ("|", ">") else 1)
        elif setup is not None:
            hint = "write `setup: |` and the code below it, indented"
            self.problem(self.mark(setup), "`setup` is not text", hint)
        return replace(
            empty,
            title=title.value.strip()
            if isinstance(title, yaml.ScalarNode)
            else empty.title,
            after=tuple(names),
            setup=code,
            setup_line=line,
            place=self.mark(title) if title is not None else empty.place,
        )
