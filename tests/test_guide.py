"""The guide's cards are a deck: each kind and block has one, all are up to date."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

from nnanki.cards.kinds import BUILT_IN
from nnanki.cli import main
from nnanki.model.card import FIELDS
from nnanki.model.project import load
from nnanki.release.update import update
from nnanki.stages.examine import examine, quiet

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "cards" / "GUIDE.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`([\w./-]+)`:$")


def files() -> dict[str, str]:
    """The files of the guide's project, the card file among them."""
    found, cards, before = {}, [], ""
    for token in MarkdownIt().parse(GUIDE):
        if token.type == "fence" and token.info == "yaml":
            cards.insert(0, token.content)
        elif token.type == "fence" and token.info == "markdown":
            cards.append(token.content)
        elif token.type == "fence" and NAMED.search(before):
            found[NAMED.search(before)[1]] = token.content
        if token.type in ("inline", "fence"):
            before = token.content
    return found | {"cards/1-vectors.md": "\n".join(cards)}


@pytest.fixture(name="vectors", scope="module")
def vectors_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("vectors")
    for name, text in files().items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def test_the_guide_is_as_the_machine_writes_it(vectors: Path) -> None:
    """An update writes the lock and the picture, and no line of a card."""
    done = update(load(vectors), quiet, now=1_700_000_000)

    assert done.problems == ()
    assert {new.path for _, new in done.texts} == {
        "cards/nnanki.lock",
        "cards/figures/distance.svg",
        "cards/figures/distance.night.svg",
    }
    assert done.write() == []


def test_the_guide_has_every_kind_and_block(vectors: Path) -> None:
    """The deck that comes of it is built, warnings count, and no kind is missing."""
    update(load(vectors), quiet, now=1_700_000_000).write()
    built = CliRunner().invoke(main, ["-C", str(vectors), "build", "--strict"])
    table = CliRunner().invoke(main, ["-C", str(vectors), "proof"]).output

    assert built.exit_code == 0, built.output
    shown = {line.split()[1] for line in table.splitlines()[1:] if line.strip()}
    assert {kind.name for kind in BUILT_IN.kinds} | {"question"} <= shown
    assert set(BUILT_IN.verbs) == set(re.findall(r"^```python (\w+)", GUIDE, re.M)) | {
        "quote"
    }


def test_every_kind_has_its_chapter() -> None:
    """The chapters are named after kinds and blocks."""
    chapters = re.findall(r"^## (\w+): ", GUIDE, re.MULTILINE)

    assert {kind.name for kind in BUILT_IN.kinds} <= set(chapters)
    assert {"question", "trace", "session", "diff", "figure", "derivation"} <= set(
        chapters
    )


def test_a_picture_is_drawn_alike_again_and_edits_of_it_are_refused(
    vectors: Path,
) -> None:
    """By day and by night, with letters as paths; both are packed, one is seen."""
    update(load(vectors), quiet, now=1_700_000_000).write()
    day, night = (
        vectors / "cards" / "figures" / name
        for name in ("distance.svg", "distance.night.svg")
    )
    drawn = day.read_text("utf-8"), night.read_text("utf-8")
    assert drawn[0] != drawn[1] and not any("<text" in svg for svg in drawn)
    deck = examine(load(vectors), quiet)
    (note,) = [note for note in deck.notes if note.id == "distance-picture"]
    assert sorted(data for _, data in note.media) == sorted(
        svg.encode() for svg in drawn
    )
    back = note.fields[FIELDS.index("Back")]
    assert re.findall(r'<img class="(\S+)"', back) == ["by-day", "by-night"]
    assert back.count('alt="Two straight lines that meet') == 2

    night.write_text(drawn[1].replace("<svg", "<svg data-mine=''"), "utf-8")
    (problem,) = examine(load(vectors), quiet).problems
    assert problem.what == "this is not what is drawn"
    night.unlink()
    (problem,) = examine(load(vectors), quiet).problems
    assert problem.what == "`distance` is not yet drawn"
    assert update(load(vectors), quiet, now=1_700_000_000).write() == []
    assert (day.read_text("utf-8"), night.read_text("utf-8")) == drawn


def test_the_evidence_of_a_bug_names_a_test_that_catches_it(vectors: Path) -> None:
    """The same in the card's details, in its proof, and for machines."""
    update(load(vectors), quiet, now=1_700_000_000).write()
    test = "test_sums_are_those_that_were_done_by_hand"
    deck = examine(load(vectors), quiet)
    (note,) = [note for note in deck.notes if note.id == "dot-overwrites"]
    assert f"<samp>{test}</samp>" in note.fields[FIELDS.index("Details")]
    assert "keeps only the last" in note.fields[FIELDS.index("Back")]
    root = ["-C", str(vectors), "proof", "dot-overwrites"]
    said = CliRunner().invoke(main, root).output
    assert f"its bug is caught by {test}\n" in said
    (card,) = json.loads(CliRunner().invoke(main, [*root, "--json"]).output)["cards"]
    assert card["caught"] == test


def test_what_a_blank_accepts_is_what_its_tests_accept(vectors: Path) -> None:
    """A test that minds the order of factors takes a filler off the list."""
    update(load(vectors), quiet, now=1_700_000_000).write()
    path = vectors / "tests" / "test_vector.py"
    whole = path.read_text("utf-8")
    path.write_text(f"{whole}\n\n{MINDS}", "utf-8")
    (problem,) = examine(load(vectors), quiet).problems
    path.write_text(whole, "utf-8")

    assert problem.what == "this is not the list of what else is right"
    assert problem.lines[0] == "- total += b[i] * a[i]"


MINDS = """class Left(int):
    def __mul__(self, other):
        return int(self) * int(other)

    def __rmul__(self, other):
        raise TypeError


class Right(Left):
    def __mul__(self, other):
        raise TypeError

    def __rmul__(self, other):
        return int(self) * int(other)


def test_the_left_factor_comes_first():
    assert dot([Left(2)], [Right(5)]) == 10
"""
