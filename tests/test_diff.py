"""What `nnanki diff` foretells is what Anki's own importer does."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnanki import apkg
from nnanki.apkg import Package
from nnanki.diff import Diff, diff
from nnanki.diff.importing import Import, differ, imported

from .anki_library import Imported, Learner, learner
from .packages import CLOZES, FORMS, Note, Type, exported, note, note_type, packed

# -- any two packages -----------------------------------------------------------------

TYPES = {
    "as it was": note_type(1),
    "newer": note_type(1, css="b {}", mod=2),
    "not newer": note_type(1, css="i {}"),
    "a field more": note_type(1, ("Front", "Back", "More"), mod=2),
    "another name": note_type(1, ("Front", "Rear"), mod=2),
    "another order": note_type(1, ("Back", "Front"), mod=2),
    "with ids": note_type(1, ids=(1, 2, 3)),
    "another name, same id": note_type(1, ("Front", "Rear"), ids=(1, 2, 3), mod=2),
    "same name, other id": note_type(1, ids=(1, 4, 3), mod=2),
    "a template more": note_type(
        1,
        templates=[
            ("Card", "{{Front}}", "{{Back}}"),
            ("Back", "{{#Back}}{{Back}}{{/Back}}", ""),
        ],
        mod=2,
    ),
    "another one": note_type(3),
}
CLOZE = note_type(2, templates=CLOZES, model_type=1)
GAPS = ["{{c1::a}}", "{{c1::a}} {{c2::b}}", "{{c2::b}}", "no gap"]


class Drawn(NamedTuple):
    """A note before it has a note type; the first field begins with its number."""

    guid: str
    gaps: str
    back: str
    tags: tuple[str, ...]
    mod: int


DRAWN = st.builds(
    Drawn,
    guid=st.sampled_from(["g0", "g1", "g2", "g3"]),
    gaps=st.sampled_from(["", "", *GAPS]),
    back=st.sampled_from(["", "x", "y"]),
    tags=st.sampled_from([(), ("t",), ("leech",)]),
    mod=st.integers(1, 3),
)


def notes(kind: Type, drawn: Sequence[Drawn], mark: str) -> list[Note]:
    """Notes whose first fields tell them apart in Anki's log."""
    made = []
    for number, (guid, gaps, back, tags, mod) in enumerate(drawn):
        fields = [f"{mark}{number} {guid} {gaps}".strip(), back]
        used = CLOZE if gaps else kind
        fields += [""] * (len(used.fields) - 2)
        made.append(note(used, guid, *fields, tags=list(tags), mod=mod))
    return made


@pytest.fixture(scope="module", name="folder")
def folder_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("diff")


@given(
    drawn=st.tuples(*[st.lists(DRAWN, min_size=1, max_size=5)] * 2),
    types=st.tuples(*[st.sampled_from(sorted(TYPES))] * 2),
    forms=st.tuples(*[st.sampled_from(FORMS)] * 2),
)
@settings(max_examples=40)
def test_any_two_packages_are_imported_as_foretold(
    folder: Path,
    drawn: tuple[list[Drawn], list[Drawn]],
    types: tuple[str, str],
    forms: tuple[str, str],
) -> None:
    """New, updated, skipped, refused, note types, and all that would be lost."""
    packages = [
        exported(folder, packed(folder, notes(TYPES[kind], these, mark)), form)
        for kind, these, mark, form in zip(types, drawn, "on", forms, strict=True)
    ]
    old, new = (apkg.load(path) for path in packages)
    foretold, found = imported(old, new), diff(old, new)

    with learner(Path(tempfile.mkdtemp(dir=folder)) / "anki") as someone:
        stock = len(someone.col.models.all_names_and_ids())
        someone.take(packages[0])
        empty = empty_cards(someone)
        assert someone.take(packages[1]) == said(foretold)
        assert len(someone.col.models.all_names_and_ids()) - stock == foretold.types
        assert_only_claimed_losses(someone, old, new, found)
        blank = any("empty card" in loss.what for loss in found.losses)
        assert blank == bool(empty_cards(someone) - empty)


def empty_cards(someone: Learner) -> set[int]:
    """The cards that Anki's own check finds to show nothing."""
    notes = someone.col.get_empty_cards().notes
    return {card for each in notes for card in each.card_ids}


def said(foretold: Import) -> Imported:
    """What Anki's log will say."""
    groups = (foretold.new, foretold.updated, foretold.duplicate, foretold.conflicting)
    return Imported(*([note.fields[0] for note in group] for group in groups))


def assert_only_claimed_losses(
    someone: Learner, old: Package, new: Package, found: Diff
) -> None:
    """What the learner lacks is what the diff says will not arrive."""
    kept = {
        (note.guid, tuple(note.fields), tuple(note.tags))
        for note in map(someone.col.get_note, someone.col.find_notes(""))
    }
    held = {note.guid: note for note in old.notes}
    lacking = {
        note.fields[0]
        for note in new.notes
        if (note.guid, note.fields, tuple(set(note.tags) - {"leech"})) not in kept
    }
    claimed = {name for loss in found.losses for name in loss.names}
    assert lacking <= claimed
    stuck = [loss for loss in found.losses if "changed note" in loss.what]
    assert {name for loss in stuck for name in loss.names} <= lacking
    assert all(differ(held[n.guid], n) for n in new.notes if n.fields[0] in lacking)
