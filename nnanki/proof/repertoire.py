"""The operators and rewrites that apply to a project: nnanki's and its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nnanki.model import plugins
from nnanki.model.card import Place
from nnanki.model.plugins import Plugin, Plugins, first_line, guarded
from nnanki.model.problem import Problem, Refused
from nnanki.model.project import Project
from nnanki.proof.mutate import OPERATORS, Change
from nnanki.proof.mutate.registry import AnyGenerator, Operator, Rewrite
from nnanki.proof.rewrite import REWRITES


@dataclass(frozen=True)
class Repertoire:
    """All operators and rewrites by name, in their order.

    A proof depends on `stamps`, the digests of the project's operators, and on
    `imports`, the files that they import. What became of a variant of a card's code is
    kept under its whole text, so that it does not depend on the rewrite that made it.
    """

    operators: Mapping[str, Operator] = field(default_factory=lambda: OPERATORS)
    rewrites: Mapping[str, Rewrite] = field(default_factory=lambda: REWRITES)
    stamps: Mapping[str, str] = field(default_factory=dict)
    imports: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """All that the mutants of a symbol depend on, beside the symbol."""
        return self.imports.union(self.stamps)


def load(project: Project) -> Repertoire:
    """nnanki's and the project's; raise Refused where a file of it is no plug-in."""
    operators = plugins.load(project, "operators")
    rewrites = plugins.load(project, "rewrites")
    return Repertoire(
        _joined(OPERATORS, operators, Operator),
        _joined(REWRITES, rewrites, Rewrite),
        operators.stamps,
        operators.imports,
    )


def _joined(
    built_in: Mapping[str, AnyGenerator], own: Plugins, kind: type[AnyGenerator]
) -> dict[str, AnyGenerator]:
    """nnanki's and the project's.

    The project's come first: of two names for one change the first stays, and who
    teaches the subject has the better one. One that replaces nnanki's stands in its
    place, so that nothing else changes.
    """
    joined = dict(built_in)
    owners = dict.fromkeys(built_in, "nnanki")
    added: dict[str, AnyGenerator] = {}
    for plugin in own.files:
        for mine in _defined(plugin, built_in, kind):
            _check(mine, plugin, owners)
            owners[mine.name] = plugin.path
            table = joined if mine.replaces else added
            make = guarded(plugin.path, mine.make, Change)
            table[mine.name] = replace(mine, make=make)
    return {**added, **joined}


def _defined(
    plugin: Plugin, built_in: Mapping[str, AnyGenerator], kind: type[AnyGenerator]
) -> list[AnyGenerator]:
    """What a file defines; nnanki's own that it imports are not its own."""
    mine = [g for g in plugin.values(kind) if built_in.get(g.name) is not g]
    if not mine:
        word = kind.__name__.lower()
        hint = f"write `@{word}(…)` above a generator of changes, see docs/plugins.md"
        what = f"this file defines no {word}"
        raise Refused(Problem(Place(plugin.path), what, hint))
    return mine


def _check(mine: AnyGenerator, plugin: Plugin, owners: Mapping[str, str]) -> None:
    owner, word = owners.get(mine.name), type(mine).__name__.lower()
    place = Place(plugin.path, first_line(mine.make))
    if mine.replaces and owner != "nnanki":
        what = f"nnanki has no {word} `{mine.name}` to replace"
        hint = "take `replaces=True` out" if owner is None else f"{owner} replaces it"
        raise Refused(Problem(place, what, hint))
    if owner is not None and not mine.replaces:
        article = "an" if word == "operator" else "a"
        what = f"{owner} has {article} {word} `{mine.name}`"
        hint = "give yours another name"
        hint += ", or add `replaces=True`" if owner == "nnanki" else ""
        raise Refused(Problem(place, what, hint))
