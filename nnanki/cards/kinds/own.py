"""A project's own kinds of cards: each file in its folder `kinds` holds one."""

from __future__ import annotations

from nnanki.cards.kinds.base import Kind
from nnanki.cards.kinds.table import BUILT_IN, Kinds
from nnanki.model import plugins
from nnanki.model.card import Place
from nnanki.model.notation import ASKS, ID
from nnanki.model.plugins import Plugin
from nnanki.model.problem import Problem, Refused, neighbour
from nnanki.model.project import Project

FOLDER = "kinds"


def load(project: Project) -> Kinds:
    """nnanki's kinds and the project's; raise Refused where a file holds none."""
    owners = {name: "nnanki" for kind in BUILT_IN.kinds for name in _names(kind)}
    kinds = []
    for plugin in plugins.load(project, FOLDER).files:
        kind = _kind(plugin)
        rivals = [owners[name] for name in _names(kind) if name in owners]
        if rivals:
            what = f"{rivals[0]} has a kind `{kind.name}` with the verb `{kind.verb}`"
            raise Refused(Problem(Place(plugin.path), what, "give yours other names"))
        # Two files of one verb would otherwise decide by the order of their names.
        owners |= dict.fromkeys(_names(kind), plugin.path)
        kinds.append(kind)
    return Kinds((*BUILT_IN.kinds, *kinds))


def _names(kind: Kind) -> set[str]:
    """The names by which a card, a template or a tag may mean this kind."""
    return {kind.name, kind.verb} - {""}


def _kind(plugin: Plugin) -> Kind:
    place = Place(plugin.path)
    kind = getattr(plugin.module, "KIND", None)
    if not isinstance(kind, Kind):
        hint = "end it with `KIND = Kind(…)`, from nnanki.cards.kinds"
        raise Refused(Problem(place, "this file defines no kind", hint))
    if not ID.fullmatch(kind.name):
        hint = "lower case letters, digits, single hyphens: Anki makes a tag of it"
        raise Refused(Problem(place, f"`{kind.name}` cannot name a kind", hint))
    if kind.asks and kind.asks not in ASKS:
        hint = neighbour(kind.asks, ASKS)
        raise Refused(Problem(place, f"no card asks `{kind.asks}`", hint))
    return kind
