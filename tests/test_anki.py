"""What learners see: packages imported by Anki's own library and rendered by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nnanki.cards.kinds import BUILT_IN
from nnanki.cards.markup.highlight import escape
from nnanki.model.card import FIELDS
from nnanki.model.project import load
from nnanki.stages.deck import Deck
from nnanki.stages.examine import examine, quiet

from .anki_library import Learner, Seen, change, done, learner, packed, released, sides

ROOT = Path(__file__).parent.parent
CURRICULUM = ["relu-negative", "relu-source", "slope-at-the-kink", "relu-of-text"]


# -- a fresh collection ---------------------------------------------------------------


@pytest.fixture(scope="module", name="deck")
def deck_fixture() -> Deck:
    """This repository's own deck, examined but not written."""
    return examine(load(ROOT), quiet)


@pytest.fixture(scope="module", name="package")
def package_fixture(deck: Deck, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository's deck as a package."""
    path = tmp_path_factory.mktemp("package") / "nnanki.apkg"
    path.write_bytes(packed(deck))
    return path


@pytest.fixture(scope="module", name="beginner")
def beginner_fixture(
    deck: Deck, package: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Learner]:
    """Someone who has just imported this repository's deck."""
    with learner(tmp_path_factory.mktemp("beginner") / "anki") as someone:
        names = [note.id for note in deck.notes]
        assert someone.take(package) == (names, [], [], [])
        yield someone


def test_every_card_of_this_deck_arrives_once(deck: Deck, beginner: Learner) -> None:
    """One deck of the configured name and one note type with the fields of `render`."""
    notes = beginner.notes()

    assert list(notes) == [note.id for note in deck.notes]
    assert len(notes) == deck.cards > 70
    (kind,) = {note.mid for note in notes.values()}
    fields = beginner.col.models.get(kind)["flds"]
    assert [field["name"] for field in fields] == list(FIELDS)
    homes = {beginner.col.decks.name(note.cards()[0].did) for note in notes.values()}
    assert homes == {"Neural networks from the ground up"}
    decks = {item.name for item in beginner.col.decks.all_names_and_ids()}
    assert decks == homes | {"Default"}


def test_every_kind_and_block_has_at_least_four_cards(beginner: Learner) -> None:
    """Told by their tags, as a learner would look for them."""
    kinds = [kind.name for kind in BUILT_IN.kinds] + ["question"]
    blocks = ["trace", "figure", "diff", "derivation"]
    tags = [f"kind::{name}" for name in kinds] + [f"shows::{name}" for name in blocks]
    found = {tag: len(beginner.col.find_notes(f"tag:nnanki::{tag}")) for tag in tags}

    assert min(found.values()) >= 4, found


def test_every_card_of_this_deck_shows_itself(beginner: Learner) -> None:
    """Anki renders each side with text, without a problem, a sound or a LaTeX image."""
    for name, card in beginner.shown().items():
        assert well(card.front) and well(card.back), name
        assert card.sounds == 0, name
        assert len(Seen(card.back).text) > len(Seen(card.front).text), name


def well(side: str) -> bool:
    """Whether Anki was content with a side."""
    markup = side.replace("".join(re.findall("<style>.*?</style>", side, re.S)), "")
    seen = Seen(markup)
    pictures = [attributes for tag, attributes in seen.tags if tag == "img"]
    return (
        bool(seen.text.strip())
        and not re.search("template has a problem|this card is blank", seen.text)
        and "{{" not in seen.text
        and all("latex" not in str(picture.get("class")) for picture in pictures)
        and all(tag != "script" for tag, _ in seen.tags)
    )


def test_nothing_is_missing_in_this_deck(beginner: Learner) -> None:
    """Anki's own checks of media and of fields find nothing."""
    media = beginner.col.media.check()

    assert (list(media.missing), list(media.unused)) == ([], [])
    assert beginner.odd_fields() == []


def test_this_deck_comes_in_the_order_of_the_curriculum(
    deck: Deck, beginner: Learner
) -> None:
    """Anki queues new cards as the files teach them."""
    queue = beginner.unseen("Neural networks from the ground up")

    assert queue == [note.id for note in deck.notes]


def test_a_second_import_changes_nothing(
    deck: Deck, package: Path, beginner: Learner
) -> None:
    """Whoever imports the same package again keeps everything as it is."""
    before = beginner.schedule()

    assert beginner.take(package) == ([], [], [note.id for note in deck.notes], [])
    assert beginner.schedule() == before


def test_two_decks_live_in_one_collection(
    tiny: Path, package: Path, deck: Deck, tmp_path: Path
) -> None:
    """Decks of two projects keep apart, though their notes have the same note ids."""
    names = [note.id for note in deck.notes]
    mine = released(tiny)

    with learner(tmp_path / "anki") as someone:
        assert someone.take(mine) == (CURRICULUM, [], [], [])
        assert someone.take(package) == (names, [], [], [])
        assert someone.take(mine) == ([], [], CURRICULUM, [])
        assert someone.take(package) == ([], [], names, [])
        assert someone.unseen("Tiny deck") == CURRICULUM
        assert someone.unseen(deck.project.deck) == names
        assert someone.col.note_count() == len(names) + len(CURRICULUM)


def test_the_tiny_deck_arrives_in_order(tiny: Path, tmp_path: Path) -> None:
    """Four cards: new, in one deck, in order, each rendered, nothing amiss."""
    with learner(tmp_path / "anki") as someone:
        assert someone.take(released(tiny)) == (CURRICULUM, [], [], [])
        assert someone.unseen("Tiny deck") == CURRICULUM
        cards = someone.shown()
        assert all(well(card.front) and well(card.back) for card in cards.values())
        assert not any(card.sounds for card in cards.values())
        media = someone.col.media.check()
        assert (list(media.missing), list(media.unused)) == ([], [])
        assert someone.odd_fields() == []
        details = {name for name, note in someone.notes().items() if note["Details"]}
        folded = {name for name, card in cards.items() if 'class="more"' in card.back}
        assert folded == details == {"slope-at-the-kink"}


def test_each_card_leads_to_its_source_and_to_a_report(
    tiny: Path, tmp_path: Path
) -> None:
    """Where the project has a `url`, the back links to the card file and the issues."""
    with learner(tmp_path / "anki") as someone:
        someone.take(released(tiny))
        back = someone.shown()["relu-of-text"].back
        links = [found.get("href") for tag, found in Seen(back).tags if tag == "a"]

    home = "https://example.org/tiny"
    assert links == [
        f"{home}/blob/HEAD/cards/2-errors.md#relu-of-text",
        f"{home}/issues/new?title=relu-of-text",
    ]


def test_this_harness_sees_what_anki_makes_of_live_text(
    tiny: Path, tmp_path: Path
) -> None:
    """Unescaped, live words become a sound and an image: the tests can fail."""
    with learner(tmp_path / "anki") as someone:
        someone.take(released(tiny))
        note = someone.notes()["relu-negative"]
        note["Front"] = "[latex]x[/latex] [sound:a.mp3]"
        someone.col.update_note(note)

        card = sides(note.cards()[0])
        assert card.sounds > 0
        assert "latex" in card.front
        assert not well(card.front)

        kind = someone.col.models.by_name("nnanki tiny")
        kind["tmpls"][0]["qfmt"] = "{{Nothing}}"
        someone.col.models.update_dict(kind, skip_checks=True)
        assert not well(someone.shown()["relu-source"].front)


# -- hostile text ---------------------------------------------------------------------

HOSTILE = [
    "}}",
    "{{",
    "{{c1::x}}",
    "{{Front}}",
    "{{#Back}}x{{/Back}}",
    "::",
    "x[::2]",
    "\\(",
    "\\)",
    "\\( x \\)",
    "\\[ x \\]",
    "\\frac{1}{\\frac{2}{3}}",
    "[sound:a.mp3]",
    "[anki:tts lang=en_US]x[/anki:tts]",
    "[latex]x[/latex]",
    "[$]x[/$]",
    "[$$]x[/$$]",
    "a\tb",
    "\ta",
    "<",
    "a<b and c>d",
    "&lt;",
    "&amp;",
    "&amp;lt;",
    "&",
    "'\"",
    "<script>alert(1)</script>",
    "</code></pre></figure>",
    "<img src='https://example.org/x.png'>",
    "<!-- =1 -->",
    "-->",
    "<!-- check: False -->",
    " x ",
    "   x",
    "x   ",
    "\nx",
    "\n\n  x\n\n",
    "x\n\ny\n",
    "cafe\u0301",
    "e\u0301\u0323",
    "\u212b",
    "\u1112\u1161\u11ab",
    "a\u2028b",
    "a\u2029b",
    "a\u00a0b",
    "a\u200bb\u200d",
    "👩🏽‍🔬",
    "`",
    "``a`",
    "```",
    "````x",
    "~~~",
    "---",
    "## x",
    "- [x] y",
    "$x$",
    "a|b",
    "*a* _b_",
    "[a](b) c",  # code alone would be refused, as it reads as Python
    "\\",
    "\\\\",
    "[[ x ]]",
    "<% if x %>",
    "<# x #>",
    "%s %(a)s",
    "\ufeffx",
]


def fenced(text: str) -> str:
    """A `text` fence that holds a text, as an author would write it."""
    mark = "`" * max(3, 1 + longest(text))
    return f"{mark}text\n{text.removesuffix(chr(10))}\n{mark}"


def span(text: str) -> str:
    """A code span that holds a text, as an author would write it."""
    mark = "`" * (1 + longest(text))
    pad = " " if text[0] in " `" or text[-1] in " `" else ""
    return f"{mark}{pad}{text}{pad}{mark}"


def longest(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def literal(text: str) -> str:
    """A string literal that spells out nothing but what it must."""
    for character, written in {"\\": "\\\\", '"': '\\"', "\n": "\\n"}.items():
        text = text.replace(character, written)
    return f'"{text}"'


def source(number: int, text: str) -> str:
    return f"def text_{number}():\n    return {literal(text)}\n"


CARD = """
## hostile-{n}

Shown{span}here.

{fence}

```python run
print(hostile.text_{n}())
```

---

Quoted:

```python quote=hostile.text_{n}
```

As {value}: a value.
"""


PROSE = r"""
## hostile-prose
<!-- waive: H01 because this is the test of it -->

[sound:a.mp3] [latex]x[/latex] {{Front}} [\$]y[/\$]

---

$\frac{1}{\frac{2}{3}}$ `x[::2]`<!-- =hostile.text_6() -->
"""


def hostile_card(number: int, text: str) -> str:
    shown = f" {span(text)} " if "\n" not in text else " "
    value = "`1`"
    if text.isprintable():
        value = f"`?`<!-- =hostile.text_{number}() -->"
    return CARD.format(n=number, span=shown, fence=fenced(text), value=value)


@pytest.fixture(scope="module", name="shown")
def shown_fixture(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, tuple[Seen, Seen]]:
    """Cards that show, quote and print each hostile text, as Anki renders them."""
    folder = tmp_path_factory.mktemp("hostile")
    root = folder / "project"
    for name in ("cards", "toy", "proofs"):
        (root / name).mkdir(parents=True)
    (root / "pyproject.toml").write_text(
        '[tool.nnanki]\nname = "hostile"\npackage = "toy"\ntests = ["proofs"]\n'
    )
    (root / "toy" / "__init__.py").touch()
    numbered = list(enumerate(HOSTILE))
    (root / "toy" / "hostile.py").write_text(
        "\n\n".join(source(*item) for item in numbered), encoding="utf-8"
    )
    (root / "proofs" / "test_hostile.py").write_text(
        "from toy import hostile\n\n\ndef test_texts():\n"
        f"    texts = {HOSTILE!a}\n"
        "    for number, text in enumerate(texts):\n"
        '        assert getattr(hostile, f"text_{number}")() == text\n'
    )
    (root / "cards" / "1-hostile.md").write_text(
        "---\ntitle: '{{Front}} [sound:a.mp3] [latex]x[/latex] <b>'\n"
        "setup: from toy import hostile\n---\n"
        + "".join(hostile_card(*item) for item in numbered)
        + PROSE,
        encoding="utf-8",
    )
    path = released(root)
    with learner(folder / "anki") as someone:
        arrived = someone.take(path)
        assert (len(arrived.new), arrived[1:]) == (len(HOSTILE) + 1, ([], [], []))
        cards = someone.shown()
        assert not any(card.sounds for card in cards.values())
        assert not any("latex" in str(a) for c in cards.values() for _, a in tags(c))
        return {
            name: (Seen(body(card.front)), Seen(body(card.back)))
            for name, card in cards.items()
        }


def tags(card: tuple[str, str, int]) -> list[tuple[str, dict[str, str | None]]]:
    return Seen(body(card[0])).tags + Seen(body(card[1])).tags


def body(side: str) -> str:
    """A side without the style that Anki puts before it."""
    return re.sub(r"\A<style>.*?</style>", "", side, flags=re.S)


@pytest.mark.parametrize("number", range(len(HOSTILE)), ids=map(ascii, HOSTILE))
def test_hostile_text_is_shown_byte_for_byte(
    shown: dict[str, tuple[Seen, Seen]], number: int
) -> None:
    """In prose, in a fence, printed, as a value and in source, after a real import."""
    text = HOSTILE[number]
    front, back = shown[f"hostile-{number}"]
    whole = text if text.endswith("\n") else text + "\n"
    inline = [text] if "\n" not in text else []
    asked = [*inline, whole, f"print(hostile.text_{number}())\n"]
    printed = text + "\n"
    value = text if text.isprintable() else "1"

    assert front.codes == asked
    symbols = back.codes[-2:]
    assert back.codes[:-2] == [*asked, printed, source(number, text), value]
    assert symbols == [f"hostile.text_{number}", f"hostile-{number}"]
    assert {tag for tag, _ in front.tags + back.tags}.isdisjoint({"script", "img"})


def test_hostile_prose_and_titles_are_only_text(
    shown: dict[str, tuple[Seen, Seen]],
) -> None:
    """Outside code the same words are inert too, and formulas still reach MathJax."""
    front, back = shown["hostile-prose"]

    prose = "[sound:a.mp3] [latex]x[/latex] {{Front}} [$]y[/$]"
    assert prose in front.text
    assert "{{Front}} [sound:a.mp3] [latex]x[/latex] <b>" in front.text
    assert "\\(\\frac{1}{\\frac{2}{3}}\\)" in back.text


@pytest.fixture(scope="module", name="slate")
def slate_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Learner]:
    """A collection with one note to write on."""
    with learner(tmp_path_factory.mktemp("slate") / "anki") as someone:
        note = someone.col.new_note(someone.col.models.by_name("Basic"))
        note["Front"] = note["Back"] = "x"
        someone.col.add_note(note, someone.col.decks.id_for_name("Default"))
        yield someone


LIVELY = st.sampled_from([text for text in HOSTILE if "\n" not in text])
# Of all characters only these cannot stand in a card: controls, halves of pairs.
ANY = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
TEXTS = st.lists(LIVELY | ANY, max_size=5).map("".join)


@settings(max_examples=max(300, settings.default.max_examples))
@given(TEXTS)
def test_anki_shows_every_escaped_text(slate: Learner, text: str) -> None:
    """Whatever the text, what `escape` writes comes out of Anki as that text."""
    assert through(slate, text) == text


@example("e\u0301\u0085")
@example("\u0085")
@given(st.text(st.characters(categories=("Cc",), min_codepoint=0x80), max_size=3))
def test_anki_shows_escaped_controls(slate: Learner, text: str) -> None:
    """C1 controls beside combining characters are not taken for Windows-1252."""
    assert through(slate, text) == text
    assert through(slate, "e\u0301" + text) == "e\u0301" + text


@pytest.mark.parametrize(
    "text", ["\u0338", "\u0338=", "e\u0301\ufdd0", "e\u0301\U0001ffff"]
)
def test_anki_shows_escaped_marks_behind_a_tag(slate: Learner, text: str) -> None:
    """A combining stroke does not melt into the tag before it; no letter is lost."""
    assert through(slate, text) == text


def through(someone: Learner, text: str) -> str:
    """A text as code, out of Anki's renderer."""
    (note_id,) = someone.col.find_notes("")
    note = someone.col.get_note(note_id)
    note["Front"] = f"<code>{escape(text)}</code>"
    someone.col.update_note(note)
    card = sides(someone.col.get_note(note_id).cards()[0])
    assert card.sounds == 0
    (code,) = Seen(body(card.front)).codes
    return code


def test_a_picture_arrives(tiny: Path, tmp_path: Path) -> None:
    """A picture beside its card is in the learner's media folder, its words escaped."""
    (tiny / "cards" / "kink.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"/>'
    )
    words = "Negatives become zero."
    picture = '![a line {{Front}} \\"with\\" a kink](kink.svg)'
    change(tiny / "cards" / "1-kink.md", words, f"{words}\n\n{picture}")

    with learner(tmp_path / "anki") as someone:
        someone.take(released(tiny))
        media = someone.col.media.check()
        assert (list(media.missing), list(media.unused)) == ([], [])
        back = Seen(body(someone.shown()["relu-negative"].back))
        ((_, image),) = [tag for tag in back.tags if tag[0] == "img"]
        assert image["alt"] == 'a line {{Front}} "with" a kink'
        file = Path(someone.col.media.dir()) / str(image["src"])
        assert file.read_bytes() == (tiny / "cards" / "kink.svg").read_bytes()
    done(tiny, "check")
