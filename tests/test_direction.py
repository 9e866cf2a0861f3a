"""Code is read from the left in every interface of Anki, prose as its language is."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from nnanki.cards.markup import direction
from nnanki.cards.markup.highlight import coded, escape
from nnanki.cards.markup.markdown import html, tokens
from nnanki.gallery.exhibits import Gallery, make_gallery, picture_files
from nnanki.gallery.page import render_page as gallery_page
from nnanki.model.project import load
from nnanki.notes.templates import Templates, note_type
from nnanki.release.update import update
from nnanki.stages.examine import examine, quiet

from .browser import MEASURE, Watched, chromium
from .test_guide import files
from .test_look import REVIEWER, sides

HERE = Path(__file__).parent
LETTERS = (HERE / "direction.js").read_text(encoding="utf-8")
# What Anki writes around a card: until 25.9 the interface's direction alone, since
# 26.9 also that of the first letter on the card; other programs do as they like.
SHELLS = {
    "english": ('dir="ltr"', ""),
    "arabic": ('dir="rtl"', ""),
    "arabic, first letter": ('dir="rtl"', 'dir="auto"'),
    "english, first letter": ('dir="ltr"', 'dir="auto"'),
    "first letter of all": ('dir="auto"', ""),
    "set to the right": ("", 'dir="rtl"'),
}
CODE = "pre code, code, samp, .trace tr, #typeans, mjx-container"
ARABIC = re.compile(r"[\u0590-\u08ff]")


@pytest.fixture(name="browser", scope="module")
def browser_fixture() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(name="root", scope="module")
def root_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guide's project with a file of cards in Arabic, Hebrew, Persian, English."""
    root = tmp_path_factory.mktemp("scripts")
    for name, text in files().items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    shutil.copy(HERE / "direction" / "scripts.md", root / "cards" / "2-scripts.md")
    update(load(root), quiet, now=1_700_000_000).write()
    return root


@pytest.fixture(name="shown", scope="module")
def shown_fixture(root: Path) -> Gallery:
    deck = examine(load(root), quiet)
    assert deck.note_type is not None
    assert [problem.what for problem in deck.problems] == []
    return make_gallery(deck, deck.note_type)


def opened(browser: Browser, css: str, shell: str, width: int = 412) -> Page:
    """A page as Anki shows cards in one interface."""
    html, qa = SHELLS[shell]
    page = browser.new_page(viewport={"width": width, "height": 860})
    page.set_content(
        f"<!doctype html><html {html}><meta charset='utf-8'>"
        f"<style>{REVIEWER}</style><style>{css}</style>"
        f'<body class="card card1"><div id="qa" {qa}></div></body></html>'
    )
    return page


def show(page: Page, body: str) -> None:
    page.evaluate("body => document.getElementById('qa').innerHTML = body", body)


def letters(
    page: Page, shown: Sequence[tuple[str, str]], places: str = CODE
) -> dict[str, Any]:
    """Of each side of a card, where its letters stand, and which are turned around."""
    bodies = [list(side) for side in shown]
    found: dict[str, Any] = page.evaluate(f"({LETTERS})", [places, bodies])
    page.close()
    return found


def turned(found: dict[str, Any]) -> list[str]:
    return [f"{title}: {e}" for title, each in found.items() for e in each["turned"]]


def ends(page: Page, place: str) -> tuple[float, float]:
    """Where the first letter of some text begins, and where the last one does."""
    first, last = page.evaluate(
        """place => {
          const walker = document.createTreeWalker(
            document.querySelector(place), NodeFilter.SHOW_TEXT);
          const all = [];
          while (walker.nextNode()) {
            const node = walker.currentNode;
            for (const each of node.data.matchAll(/\\S/gu)) {
              const range = document.createRange();
              range.setStart(node, each.index);
              range.setEnd(node, each.index + 1);
              all.push(range.getClientRects()[0]?.left);
            }
          }
          return [all[0], all.at(-1)];
        }""",
        place,
    )
    return first, last


# -- cards ----------------------------------------------------------------------------


@pytest.mark.parametrize("width", [412, 900])
@pytest.mark.parametrize("shell", SHELLS)
def test_code_of_every_kind_is_read_from_the_left(
    browser: Browser, shown: Gallery, shell: str, width: int
) -> None:
    """Each letter of code stands right of the one before, on every card and side."""
    page = opened(browser, shown.note_type.css, shell, width)
    found = letters(page, sides(shown))

    assert turned(found) == []
    assert sum(side["count"] for side in found.values()) > 100


@pytest.mark.parametrize("shell", list(SHELLS)[1:])
def test_a_card_looks_the_same_in_every_interface(
    browser: Browser, shown: Gallery, shell: str
) -> None:
    """All its text stands where it stands in an English Anki."""
    css = shown.note_type.css
    usual = letters(opened(browser, css, "english"), sides(shown))
    here = letters(opened(browser, css, shell), sides(shown))

    assert [title for title in usual if usual[title]["all"] != here[title]["all"]] == []


@pytest.mark.parametrize("shell", SHELLS)
def test_english_prose_is_read_from_the_left(
    browser: Browser, shown: Gallery, shell: str
) -> None:
    """Its full stops stand at the right end, in an Arabic interface, too."""
    english = [side for side in sides(shown) if not ARABIC.search(side[1])]
    page = opened(browser, shown.note_type.css, shell)

    assert turned(letters(page, english, ".prose p, .prose li, .prose td")) == []
    assert len(english) > 20


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("arabic-predict", [".ask p", ".why p", ".why li"]),
        ("hebrew-names", [".ask p", ".why p", ".why td"]),
        ("persian-choice", [".ask p", ".option .prose", ".why p"]),
        ("arabic-mixed-list", [".ask p", ".ask li", "blockquote p", ".filled p"]),
    ],
)
def test_prose_in_other_scripts_is_read_from_the_right(
    browser: Browser, shown: Gallery, shell: str, name: str, places: list[str]
) -> None:
    """Paragraphs, items, cells, quotations and options, with the stop at the left."""
    page = opened(browser, shown.note_type.css, shell, 900)
    show(page, dict(sides(shown))[f"{name} back"])
    for place in places:
        first, last = ends(page, place)
        assert first > last, place
    page.close()


def test_rows_of_words_begin_at_the_right_and_rows_of_numbers_do_not(
    browser: Browser, shown: Gallery
) -> None:
    """The first column is where the language expects it."""
    page = opened(browser, shown.note_type.css, "english")
    show(page, dict(sides(shown))["hebrew-names back"])
    boxes = page.evaluate(
        "[...document.querySelectorAll('.prose tbody tr:first-child')].map(row =>"
        " [...row.cells].map(cell => cell.getBoundingClientRect().left))"
    )
    page.close()
    (words, numbers) = boxes
    assert words[0] > words[1]
    assert numbers[0] < numbers[1]


@pytest.mark.parametrize("shell", SHELLS)
def test_nothing_is_cut_off_in_any_interface(
    browser: Browser, shown: Gallery, shell: str
) -> None:
    """Nor does anything scroll sideways, or lie outside of the page."""
    page = opened(browser, shown.note_type.css, shell)
    found = page.evaluate(f"({MEASURE})", [list(side) for side in sides(shown)])
    page.close()

    assert found["faults"] == []


def test_the_letters_of_arabic_options_stand_at_their_right(
    browser: Browser, shown: Gallery
) -> None:
    """All on one side, and the verdict on the other."""
    page = opened(browser, shown.note_type.css, "english")
    show(page, dict(sides(shown))["persian-choice back"])
    boxes = page.evaluate(
        "[...document.querySelectorAll('.option')].map(option =>"
        " ['.said', '.prose'].map(part =>"
        "  option.querySelector(part).getBoundingClientRect().left))"
    )
    page.close()

    assert len(boxes) == 3
    assert all(said < prose for said, prose in boxes)


@pytest.mark.parametrize(
    "own",
    [
        {"style.css": ".card { text-align: center; font-family: arial }"},
        {"front.html": "{{Front}} {{type:Typed}}", "back.html": "{{Back}} {{Details}}"},
    ],
)
@pytest.mark.parametrize("shell", SHELLS)
def test_no_look_of_a_project_turns_code_around(
    browser: Browser, shown: Gallery, tmp_path: Path, shell: str, own: dict[str, str]
) -> None:
    """Its own style, or its own sides, take nothing away from that."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "cards").mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.nnanki]\nname = "x"\n')
    for name, text in own.items():
        (tmp_path / "templates" / name).write_text(text)
    project = load(tmp_path)
    kind = note_type(project, Templates(project))
    bodies = sides(shown)
    if "front.html" in own:
        bodies = [
            (t, re.sub('<div class="nnanki [^>]*>', "<div>", b)) for t, b in bodies
        ]

    assert turned(letters(opened(browser, kind.css, shell, 900), bodies)) == []


@pytest.mark.parametrize("shell", ["arabic", "english, first letter"])
def test_code_that_is_turned_would_be_found(
    browser: Browser, shown: Gallery, shell: str
) -> None:
    """Without what holds its direction, cards of both kinds of Anki turn around."""
    css = shown.note_type.css.partition("/*\n * How a card looks")[2]
    bodies = [(title, re.sub(' dir="ltr"', "", body)) for title, body in sides(shown)]
    found = turned(letters(opened(browser, css, shell), bodies))

    assert any("arabic-predict back: [ 0" in each for each in found), found


def test_a_typed_answer_and_what_it_is_compared_with_are_code(
    browser: Browser, shown: Gallery
) -> None:
    """Also where they begin with a letter that is read from the right."""
    body = (
        '<div class="nnanki"><input type="text" id="typeans">'
        '<code id="typeans"><span class="typeGood">("\u05d0", 1</span>'
        '<span class="typeMissed">).x</span></code></div>'
    )
    page = opened(browser, shown.note_type.css, "arabic, first letter")
    show(page, body)
    said = "getComputedStyle(document.querySelector('input')).direction"
    assert page.evaluate(said) == "ltr"
    first, last = ends(page, "code")
    page.close()
    assert first < last


# -- the gallery ----------------------------------------------------------------------


@pytest.fixture(name="home", scope="module")
def home_fixture(shown: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gallery")
    text = gallery_page(Templates(shown.project), shown)
    (folder / "index.html").write_text(text, encoding="utf-8")
    for name, data in picture_files(shown).items():
        (folder / name).write_bytes(data)
    return folder / "index.html"


@pytest.mark.parametrize("way", ["rtl", "auto"])
@pytest.mark.parametrize("view", ["#/", "#/proof", "#/card/arabic-predict", "#/study"])
def test_the_gallery_looks_the_same_in_every_direction(
    browser: Browser, home: Path, view: str, way: str
) -> None:
    """Its page is English; cards, code and charts stand as they are."""
    seen = {}
    for attribute in ("ltr", way):
        watched = Watched(browser.new_context(viewport={"width": 1280, "height": 900}))
        page = watched.page
        page.goto(f"file://{home}{view}")
        page.evaluate(f"document.documentElement.dir = '{attribute}'")
        for frame in page.frames:
            frame.evaluate(f"document.documentElement.dir = '{attribute}'")
        page.evaluate("document.fonts.ready")
        inner = [frame.evaluate(f"({LETTERS})", [CODE]) for frame in page.frames]
        assert [each["turned"] for each in inner] == [[]] * len(inner)
        assert watched.errors == []
        seen[attribute] = [each["all"] for each in inner]
        watched.page.context.close()
    assert seen[way] == seen["ltr"]


def test_questions_of_the_gallery_are_read_as_their_language_is(
    browser: Browser, home: Path
) -> None:
    """An Arabic one from the right, an English one about a word from the left."""
    page = browser.new_page()
    page.goto(f"file://{home}")
    arabic = ends(page, "[data-card=arabic-trace] .question")
    english = ends(page, "[data-card=english-with-arabic] .question")
    page.close()
    assert arabic[0] > arabic[1]
    assert english[0] < english[1]


def test_a_picture_is_never_mirrored(browser: Browser, shown: Gallery) -> None:
    """A figure looks the same to the pixel, whatever is around it."""
    body = dict(sides(shown))["distance-picture back"]
    pixels = set()
    for shell in SHELLS:
        page = opened(browser, shown.note_type.css, shell)
        show(page, body)
        pixels.add(page.locator("img").first.screenshot())
        page.close()
    assert len(pixels) == 1


# -- what is written ------------------------------------------------------------------


def written(text: str) -> str:
    return html(tokens(text), escape, lambda source, _: source)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("NumPy هي مكتبة", "rtl"),
        ("استخدم TensorFlow أو PyTorch", "rtl"),
        ("What is سلام?", "ltr"),
        ("«سلام» means peace, and more", "ltr"),
        ("שָׁלוֹם", "rtl"),
        ("ߒߞߏ ܐܒܓ ދިވެހި", "rtl"),
        ("Что это? 什么是?", "ltr"),
        ("42 + 1.5 = ∞", ""),
        ("", ""),
    ],
)
def test_words_decide_how_prose_is_read(text: str, way: str) -> None:
    """Most of them, as code and numbers have no language."""
    assert direction.of(text) == way


def test_a_card_without_such_letters_is_written_as_ever() -> None:
    """No learner gets an update for it."""
    text = "# x\n\n`[1]`, $x$\n\n- a\n  - b\n\n> c\n\n| a | b |\n| - | -: |\n| 1 | 2 |"
    assert "dir=" not in written(text)
    assert "bdi" not in written(text)


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("سلام `x`", '<p dir="rtl">سلام <code class="short" dir="ltr">x</code></p>'),
        ("`x` سلام", '<p dir="rtl"><code class="short" dir="ltr">x</code> سلام</p>'),
        (
            "- سلام\n- peace",
            '<ul dir="rtl">\n<li>سلام</li>\n<li dir="ltr">peace</li>\n</ul>',
        ),
        (
            "- سلام\n\n      x = [1]",
            '<ul dir="rtl">\n<li>\n<p>سلام</p>\n<div class="unrun">not run</div>\n'
            '<pre dir="ltr"><code>x = &#91;1]\n</code></pre></li>\n</ul>',
        ),
        ("> سلام", '<blockquote dir="rtl">\n<p>سلام</p>\n</blockquote>'),
        ("سلام $x$", '<p dir="rtl">سلام \\(x\\)</p>'),
        ("`سلام`", '<p><code class="short"><bdi>سلام</bdi></code></p>'),
    ],
)
def test_only_what_is_read_otherwise_says_so(text: str, markup: str) -> None:
    """The element that differs from what is around it, and code inside of that."""
    assert written(text).replace("\n", "") == markup.replace("\n", "")


@pytest.mark.parametrize(
    ("code", "markup"),
    [
        ("['א', 'ב']", "['<bdi>א</bdi>', '<bdi>ב</bdi>']"),
        ("{א: 1, ב: 2}", "{<bdi>א</bdi>: 1, <bdi>ב</bdi>: 2}"),
        ("א  ב", "<bdi>א</bdi>  <bdi>ב</bdi>"),
        ("שלום, עולם 42", "<bdi>שלום, עולם</bdi> 42"),
        ("שנה 2024 מעוברת", "<bdi>שנה 2024 מעוברת</bdi>"),
        ("سلام،دنيا", "<bdi>سلام،دنيا</bdi>"),
        ("plain [1.0, 2.0]", "plain [1.0, 2.0]"),
    ],
)
def test_words_in_code_turn_alone(code: str, markup: str) -> None:
    """A list of them keeps its order; the words of one sentence stay together."""
    for text, escaped in (("[", "&#91;"), ("{", "&#123;"), ("}", "&#125;")):
        markup = markup.replace(text, escaped)
    assert str(coded(code)).replace("&#x27;", "'") == markup
