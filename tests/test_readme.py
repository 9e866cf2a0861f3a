"""What README and docs/ say is true: cards build, commands print what is shown.

`python -m tests.test_readme` writes what the deck and its forecast print now, and how
the leap years are packed: read the diff.
"""

import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

from nnanki.cards.kinds import BUILT_IN
from nnanki.cards.lint import RULES
from nnanki.cli import main
from nnanki.model.notation import HEADING_KEYS, LEVELS
from nnanki.model.project import KEYS

ROOT = Path(__file__).parents[1]
DOCS = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/*.md"))
PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", *DOCS)
README = (ROOT / "README.md").read_text(encoding="utf-8")
TEXT = "\n".join(
    (ROOT / page).read_text(encoding="utf-8") for page in ("README.md", *DOCS)
)
NAMED = re.compile(r"`([\w./-]+)`:$")
# What the deck is made of, and what is already known of it.
DECK = (
    "pyproject.toml",
    "cards",
    "nnanki",
    "operators",
    "templates",
    "tests/nn",
    "tests/conftest.py",
)
KNOWN = ".nnanki_cache"
SIZE = re.compile(r"\b(\d+) kB")


@dataclass(frozen=True)
class Block:
    """A fenced block, and the file that the paragraph before it names at its end."""

    language: str
    text: str
    file: str = ""


def blocks(page: str) -> Iterator[Block]:
    before = ""
    for token in MarkdownIt().parse(page):
        if token.type == "fence":
            named = NAMED.search(before)
            yield Block(token.info, token.content, named[1] if named else "")
        if token.type in ("inline", "fence"):
            before = token.content


BLOCKS = list(blocks(README))  # what an author walks through, in its order


@dataclass(frozen=True)
class Command:
    """A command that is shown, and what it is said to print."""

    words: str
    shown: str

    @classmethod
    def all(cls, block: Block) -> "Iterator[Command]":
        for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            words, _, shown = part.partition("\n")
            yield cls(words, shown)


COMMANDS = [
    command
    for block in blocks(TEXT)
    if block.language == "console"
    for command in Command.all(block)
]


def nnanki(root: Path, words: str) -> str:
    """What a command prints, run in the terminal's width of the README."""
    tool, *arguments = words.split()
    assert tool == "nnanki"
    result = CliRunner().invoke(main, ["-C", str(root), *arguments], prog_name=tool)
    return result.output


def agrees(shown: str, printed: str) -> bool:
    """Whether what is shown was printed; `…` stands for lines left out."""
    parts = re.split(r"^…\n", unsized(shown), flags=re.MULTILINE)
    pattern = r"(?:.*\n)*?".join(re.escape(part) for part in parts)
    return re.fullmatch(pattern, unsized(printed)) is not None


def unsized(text: str) -> str:
    """Text without what differs between machines: how well theirs can press a file."""
    return SIZE.sub("N kB", text).rstrip("\n") + "\n"


def sizes(text: str) -> list[int]:
    return [int(size) for size in SIZE.findall(text)]


# -- the first screen -----------------------------------------------------------------


def test_the_first_card_is_a_card_of_the_deck():
    card = next(block.text for block in BLOCKS if block.language == "markdown")
    head = card.splitlines()[0]
    files = [path.read_text(encoding="utf-8") for path in ROOT.glob("cards/*.md")]
    (text,) = [text for text in files if f"{head}\n" in text]
    real = text[text.index(head) :].split("\n## ")[0].rstrip("\n") + "\n"
    written = re.sub(r"```output\n.*?```\n\n", "", real, flags=re.DOTALL)
    assert re.sub(r"^<!-- .*\n", "", written, flags=re.MULTILINE) == card


@pytest.fixture(name="copy", scope="module")
def copy_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("copy"))


def copied(root: Path) -> Path:
    """The deck, and what is already known of it."""
    for name in (*DECK, KNOWN):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name)
        elif (ROOT / name).exists():
            shutil.copy2(ROOT / name, root / name)
    return root


def shown_of(words: str) -> str:
    (shown,) = [command.shown for command in COMMANDS if command.words == words]
    return shown


def test_make_deck_prints_what_is_shown(copy: Path):
    """Cards, symbols and the digest of what they say: the same on every machine."""
    first, _, rest = shown_of("make deck").partition("\n")
    makefile = (ROOT / "Makefile").read_text().replace("$(VENV)", ".venv")
    assert f'echo "{first}"' in makefile
    printed = nnanki(copy, "nnanki build")
    assert agrees(rest, printed), printed
    assert close(sizes(rest), sizes(printed))


def close(shown: list[int], printed: list[int]) -> bool:
    """Whether sizes are the same but for the way in which a machine presses them."""
    pairs = zip(shown, printed, strict=True)
    return all(abs(one - other) <= 1 + other // 20 for one, other in pairs)


def test_a_proof_prints_what_is_shown(copy: Path):
    words = "nnanki proof relu-source"
    printed = nnanki(copy, words)
    assert agrees(shown_of(words), printed), printed


def test_the_forecast_prints_what_is_shown():
    assert agrees(shown_of("nnanki forecast"), nnanki(ROOT, "nnanki forecast"))


def test_make_test_ends_as_it_is_shown_to():
    (shown,) = [command.shown for command in COMMANDS if command.words == "make test"]
    assert re.fullmatch(r"…\n=+ \d+ passed.* in .*s.* =+\n", shown)


# -- the walk through another subject -------------------------------------------------


@pytest.fixture(name="leap", scope="module")
def leap_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return leap_years(tmp_path_factory.mktemp("leap"))


def leap_years(root: Path) -> Path:
    for block in BLOCKS:
        if block.file and block.language != "diff":
            (root / block.file).parent.mkdir(exist_ok=True)
            (root / block.file).write_text(block.text, encoding="utf-8")
    return root


def test_the_walk_goes_as_it_is_shown(leap: Path):
    start = next(n for n, block in enumerate(BLOCKS) if block.language == "toml")
    taken = 0
    for block in BLOCKS[start:]:
        if block.language == "diff":
            path = leap / block.file
            path.write_text(mended(path.read_text("utf-8"), block.text), "utf-8")
        if block.language == "console" and "--help" not in block.text:
            for command in Command.all(block):
                printed = nnanki(leap, command.words)
                assert agrees(command.shown, printed), f"{command.words}\n{printed}"
                if command.words == "nnanki build":
                    assert close(sizes(command.shown), sizes(printed))
                taken += 1
    assert taken == 4


def mended(text: str, change: str) -> str:
    """A text after a change that is shown with its lines of before and after."""
    before = "".join(line[1:] for line in change.splitlines(True) if line[0] == "-")
    after = "".join(line[1:] for line in change.splitlines(True) if line[0] == "+")
    assert text.count(before) == 1
    return text.replace(before, after)


# -- nothing is left out, nothing is invented -----------------------------------------


@pytest.mark.parametrize("name", ["", *main.commands])
def test_every_command_is_shown_with_its_help(name: str, tmp_path: Path):
    words = " ".join(["nnanki", *name.split(), "--help"])
    (shown,) = [command.shown for command in COMMANDS if command.words == words]
    assert shown == nnanki(tmp_path, words)


def rows(page: str, head: str) -> list[list[str]]:
    """The cells of the table whose head begins so."""
    lines = (
        page[page.index(f"\n| {head} |") :].strip("\n").split("\n\n")[0].splitlines()
    )
    return [line.strip("| ").split(" | ") for line in lines[2:]]


def test_every_verb_has_its_row():
    told = [re.match(r"`python (\w+)", row[0]) for row in rows(TEXT, "fence")]
    named = {match[1] if match else "choice" for match in told}
    assert named == {*BUILT_IN.verbs, "choice"}


def test_every_word_of_a_comment_has_its_row():
    told = {re.split(r"[^\w=#]+", row[0])[1] for row in rows(TEXT, "comment")}
    assert told == {"=losses", "check", "#", *HEADING_KEYS}


def test_every_setting_has_its_row():
    assert [row[0].strip("`") for row in rows(TEXT, "setting")] == list(KEYS)


def test_all_levels_are_told():
    told = [row[0] for row in rows(TEXT, "level")]
    assert told == [*LEVELS, "cited"]


def headings(path: Path) -> set[str]:
    """What links may name in a page."""
    return {
        re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("#")
    }


@pytest.mark.parametrize("page", PAGES)
def test_links_and_pictures_lead_somewhere(page: str):
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"", text)
    local = {one or other for one, other in targets if "://" not in (one or other)}
    for target in local:
        file, _, anchor = target.partition("#")
        path = (ROOT / page).parent / file if file else ROOT / page
        assert path.exists(), target
        assert not anchor or anchor in headings(path), target


def test_every_rule_has_its_row():
    told = [(cells[0], cells[1], cells[2]) for cells in rows(TEXT, "rule")]
    known = [
        (rule.id, rule.sentence, "error" if rule.error else "warning")
        for rule in sorted(RULES.values(), key=lambda rule: rule.id)
    ]
    assert told == known, (
        "docs/rules.md has other rows than nnanki/cards/lint has rules"
    )


# -- what is shown, written anew ------------------------------------------------------


def rewrite() -> None:
    """Write what the commands print whose output follows from cards and templates."""
    with tempfile.TemporaryDirectory() as folder:
        copy, leap = (Path(folder) / name for name in ("copy", "leap"))
        for root in (copy, leap):
            root.mkdir()
        nnanki(leap_years(leap), "nnanki update")
        first = shown_of("make deck").partition("\n")[0]
        now = {
            "make deck": f"{first}\n{nnanki(copied(copy), 'nnanki build')}\n",
            "nnanki build": nnanki(leap, "nnanki build") + "\n",
            "nnanki forecast": nnanki(ROOT, "nnanki forecast"),
        }
    page = README
    for words, printed in now.items():
        old = shown_of(words)
        page = page.replace(f"$ {words}\n{old}", f"$ {words}\n{printed}")
    (ROOT / "README.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    rewrite()
