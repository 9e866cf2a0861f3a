"""Fenced blocks: language, verb, argument and options, and where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nnanki.cards.kinds import Kinds
from nnanki.cards.markup import languages
from nnanki.cards.markup.languages import WRITE, is_session
from nnanki.model import sessions
from nnanki.model.card import Fence, Golden, Part, Place
from nnanki.model.disk.text import Text
from nnanki.model.problem import Problem, neighbour

if TYPE_CHECKING:
    from markdown_it.token import Token


@dataclass
class Fences:
    """Reads the fenced blocks of a file; `problems` are those of the whole file."""

    text: Text
    kinds: Kinds
    problems: list[Problem]

    def problem(self, place: Place, what: str, hint: str = "") -> None:
        self.problems.append(Problem(place, what, hint))

    def read(self, part: Part, token: Token) -> Fence | None:
        """The block, or None where it is never closed."""
        assert token.map is not None
        first = token.map[0]
        if not self.closed(token):
            return None
        language, verb, argument, words = self.info(token.info, first)
        if not verb and is_session(token.info, token.content, self.kinds.golden):
            verb = sessions.VERB
        golden = self.golden(token)
        return Fence(
            place=self.text.line_place(first, token.info.strip()),
            part=part,
            language=language,
            verb=verb,
            argument=argument,
            options=tuple(pair for pair in words if pair[1]),
            code=token.content,
            golden=golden,
            end=golden.stop,
            flags=tuple(name for name, value in words if not value),
        )

    def closed(self, token: Token) -> bool:
        """Whether the block has an end; where it has none, that is a problem.

        Markdown lets such a fence run to the end of the file: all cards below it would
        be code, without a word.
        """
        assert token.map is not None
        first, stop = token.map
        closing = re.compile(rf" {{0,3}}{token.markup[0]}{{{len(token.markup)},}}\s*")
        if stop - 1 > first and closing.fullmatch(self.text.lines[stop - 1]):
            return True
        hint = f"close it with a line that reads {token.markup}"
        self.problem(self.text.line_place(first), "this fence is never closed", hint)
        return False

    def golden(self, token: Token) -> Golden:
        """The block as text that the machine may write anew."""
        assert token.map is not None
        lines = self.text.lines
        first, last = token.map[0], token.map[1] - 1
        return Golden(
            self.text.line_place(first),
            self.text.offset(first),
            self.text.offset(last) + len(lines[last]),
            token.content,
            "fence",
            lines[first],
            lines[last],
        )

    def inner(self, token: Token) -> None:
        """Look at code inside some text: nothing runs it, so Python is refused."""
        if token.type not in ("fence", "code_block") or token.map is None:
            return
        where, golden = self.text.line_place(token.map[0]), self.kinds.golden
        # Golden text is written from the left margin, where it would end a list or a
        # quotation.
        out = "move it to the left margin, out of the list or quotation"
        if token.type == "code_block":
            hint = f"put it into a fence, and {WRITE}; name any other language"
            self.problem(where, "code that is only indented", hint)
        elif token.info.split()[1:2] or token.info.strip() in golden:
            self.problem(where, "a fence with a verb inside a block", out)
        elif is_session(token.info, token.content, golden):
            self.problem(where, "a session with Python inside a block", out)
        elif fault := languages.fault(token.info, token.content, golden):
            self.problem(where, fault.what, f"{out}; {fault.hint}")

    def quoted(self, token: Token) -> None:
        """A prompt outside a fence: Markdown takes it for three quotations."""
        if token.type != "blockquote_open" or token.map is None:
            return
        line = token.map[0]
        if re.search(r"(?<!>)>>>(?!>)", self.text.lines[line]):
            where = self.text.line_place(line, ">>>")
            hint = "put it into a fence, ` ```pycon `; write a quotation as `> > >`"
            self.problem(where, "a session outside a fence", hint)

    def info(
        self, info: str, line: int
    ) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
        """Language, verb, argument and options of a fence's first line."""
        words = info.split()
        language = words[0] if words else ""
        if len(words) < 2:
            is_verb = language.partition("=")[0] in self.kinds.verbs
            if is_verb and language not in self.kinds.golden:
                what, hint = "a verb without its language", f"write `python {language}`"
                self.problem(self.text.line_place(line, language), what, hint)
            return language, "", "", ()
        verb, _, argument = words[1].partition("=")
        options = tuple(
            (key, value) for key, _, value in (w.partition("=") for w in words[2:])
        )
        where = self.text.line_place(line, words[1])
        if verb not in self.kinds.verbs:
            hint = neighbour(verb, self.kinds.verbs)
            self.problem(where, f"unknown verb `{verb}`", hint)
            return language, verb, argument, options
        if language != "python":
            what = f"`{verb}` is for Python, and this fence says `{language}`"
            hint = f"write `python {words[1]}`"
            self.problem(self.text.line_place(line, language), what, hint)
        self.argument(where, verb, argument)
        self.options(where, verb, dict(options))
        return language, verb, argument, options

    def argument(self, where: Place, verb: str, argument: str) -> None:
        need = self.kinds.verbs[verb].argument
        if need and not argument:
            hint = f"write `{verb}={need}`"
            self.problem(where, f"`{verb}` needs its {need}", hint)
        if argument and not need:
            self.problem(where, f"`{verb}` takes nothing", f"write `{verb}`")

    def options(self, where: Place, verb: str, options: dict[str, str]) -> None:
        """Options that a verb does not take, that are empty, that are missing."""
        takes, line = self.kinds.verbs[verb], where.line - 1
        keys = takes.options
        for key, value in options.items():
            if key in takes.flags and not value:
                continue
            if key not in keys:
                hint = neighbour(key, (*keys, *takes.flags)) or "take it out"
                what = f"`{verb}` does not take `{key}`"
                self.problem(self.text.line_place(line, key), what, hint)
            elif not value:
                hint = f"write `{key}=NAME`"
                self.problem(
                    self.text.line_place(line, key), f"`{key}` needs a name", hint
                )
        for key in keys:
            if key not in options:
                hint = f"write `{key}=NAME` behind it"
                self.problem(where, f"`{verb}` needs `{key}=`", hint)
