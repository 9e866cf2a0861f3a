"""The guide's cards are a deck: each kind and block has one, all are up to date."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

from nnanki.build import quiet
from nnanki.cli import main
from nnanki.kinds import BUILT_IN
from nnanki.project import load
from nnanki.update import update

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
    assert {"question", "trace", "diff", "figure", "derivation"} <= set(chapters)
