"""The gallery shows what Anki shows, and why, and needs nothing but itself."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnanki.gallery import chart
from nnanki.gallery.exhibits import Gallery, make_gallery, with_forecast
from nnanki.gallery.forecast import assumptions, forecast
from nnanki.gallery.graph import direct, graph
from nnanki.gallery.page import render_page
from nnanki.model.card import FIELDS
from nnanki.model.project import load
from nnanki.notes.anki_template import fill, mistakes
from nnanki.notes.templates import Templates
from nnanki.stages.deck import Deck
from nnanki.stages.examine import examine, quiet

from .anki_library import Learner, change, done, learner, nnanki, packed

ROOT = Path(__file__).parent.parent
FORMULA = re.compile(
    r'<span class="formula" data-tex="([^"]*)">.*?</math></span>', re.S
)


@pytest.fixture(name="deck", scope="module")
def deck_fixture() -> Deck:
    """This repository's own deck."""
    return examine(load(ROOT), quiet)


@pytest.fixture(name="shown", scope="module")
def shown_fixture(deck: Deck) -> Gallery:
    """Its gallery."""
    assert deck.note_type is not None
    return with_forecast(deck, deck.note_type)


@pytest.fixture(name="text", scope="module")
def text_fixture(shown: Gallery) -> str:
    """Its page."""
    return render_page(Templates(shown.project), shown)


@pytest.fixture(name="beginner", scope="module")
def beginner_fixture(
    deck: Deck, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Learner]:
    """Someone who has just imported the deck."""
    folder = tmp_path_factory.mktemp("beginner")
    (folder / "deck.apkg").write_bytes(packed(deck))
    with learner(folder / "anki") as someone:
        someone.take(folder / "deck.apkg")
        yield someone


def cards(text: str) -> list[dict[str, str]]:
    """The cards as the page's script gets them."""
    (found,) = re.findall(r'id="data">(.*?)</script>', text, re.DOTALL)
    return list(json.loads(found)["cards"])


# -- what is shown --------------------------------------------------------------------


def test_every_card_is_the_html_that_anki_renders(beginner: Learner, text: str) -> None:
    """Both sides, byte for byte, once drawn formulas are formulas again."""
    rendered = {
        name: note.cards()[0].render_output() for name, note in beginner.notes().items()
    }
    found = cards(text)

    assert [card["id"] for card in found] == list(rendered)
    for card in found:
        sides = (rendered[card["id"]].question_text, rendered[card["id"]].answer_text)
        for side, wanted in zip(("front", "back"), sides, strict=True):
            undrawn = FORMULA.sub(lambda tex: html.unescape(tex[1]), card[side])
            assert undrawn == wanted, card["id"]


def test_every_formula_is_drawn(text: str) -> None:
    """None is left between `\\(` and `\\)`, and no command was not understood."""
    found = cards(text)
    drawn = [tex for card in found for tex in FORMULA.findall(card["back"])]

    assert len(drawn) > 50
    for card in found:
        bare = FORMULA.sub("", card["front"] + card["back"])
        assert not re.search(r"\\\(|\\\[", bare), card["id"]
        assert not re.search(r"<mi>\\", card["front"] + card["back"]), card["id"]


def test_each_card_has_its_place_and_its_evidence(text: str, deck: Deck) -> None:
    """Its id, its line in the card file, its symbols with tests, mutants and diffs."""
    found = {card["id"]: card for card in cards(text)}

    assert list(found) == [item.id for item in deck.proofs]
    for item in deck.proofs:
        assert found[item.id]["place"] == f"{item.place.path}:{item.place.line}"
        assert found[item.id]["symbols"] == list(item.evidence.symbols)
        assert found[item.id]["level"] == item.evidence.level
    used = {name for item in deck.proofs for name in item.evidence.symbols}
    for name in used:
        assert f'data-symbol="{name}"' in text
    mutants = sum(len(deck.suite.proofs[name].trials) for name in used)
    assert text.count('<li class="killed">') + text.count('<li class="waived">') == (
        mutants
    )
    assert f"<dd>{mutants}</dd>" in text
    for name, version in deck.suite.versions.items():
        assert f"{name} {html.escape(version)}" in text


def test_the_forecast_is_a_table_and_a_picture(shown: Gallery, text: str) -> None:
    """A row and a line for each pace, and what both rest on."""
    section = text[text.index('<section id="pace"') :].partition("</section>")[0]
    head = re.findall(r'<th scope="col">(.*?)</th>', section)
    rows = re.findall(r'<tr><th scope="row">(\d+)</th>(.*?)</tr>', section)
    cells = [(new, *re.findall("<td>(.*?)</td>", rest)) for new, rest in rows]

    assert shown.forecasts == forecast(len(shown.exhibits))
    assert head == list(chart.HEAD)
    assert cells == [chart.row(each) for each in shown.forecasts]
    for line in chart.picture(shown.forecasts).lines:
        assert f'd="{line.path}"' in section
        assert f">{line.new} new a day</text>" in section
    for words in assumptions():
        assert f"<li>{words}</li>" in html.unescape(section)
    assert f"about {round(shown.forecasts[1].minutes)} minutes a day" in text


def test_an_author_waits_for_no_forecast(shown: Gallery) -> None:
    """The page that is made at every save is without it."""
    text = render_page(
        Templates(shown.project), replace(shown, forecasts=(), live=True)
    )

    assert "How much work it is" not in text


# -- what it needs --------------------------------------------------------------------


class Asked(HTMLParser):
    """Whatever a page would fetch."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.urls: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = ("src", "srcset", "poster", "data", "action")
        names += ("href",) if tag == "link" else ()
        self.urls += [value or "" for name, value in attrs if name in names]


def test_nothing_is_fetched(text: str) -> None:
    """The page is whole, except for pictures, which lie beside it."""
    fetched = [url for url in Asked(text).urls if not url.startswith("data:")]
    inside = [url for card in cards(text) for url in Asked(card["front"]).urls]

    assert fetched == []
    assert inside
    assert all(not urlsplit(url).scheme and "/" not in url for url in inside)
    assert not re.search(r"@import|url\(", text)


def test_a_script_cannot_be_smuggled_in(tiny: Path) -> None:
    """What looks like the end of a script in a card or a title stays text."""
    change(tiny / "cards/1-kink.md", "title: ", 'title: "</script><b>" #')
    project = load(tiny)
    deck = examine(project, quiet)
    assert deck.note_type is not None
    text = render_page(Templates(project), make_gallery(deck, deck.note_type))

    assert text.count("</script>") == 2
    assert "</script><b>" not in text.replace("<\\/script>", "")


def test_the_command_writes_the_gallery_and_the_package(tiny: Path) -> None:
    """A second run changes no byte; what no card shows any more is taken away."""
    said = done(tiny, "preview")
    folder = tiny / "dist" / "gallery"
    first = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    stray = folder / "nnanki-old.svg"
    stray.write_text("<svg/>", encoding="utf-8")
    done(tiny, "preview")

    assert said.endswith("dist/gallery: 4 cards\n")
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == first
    assert (folder / "tiny.apkg").read_bytes() == (tiny / "dist/tiny.apkg").read_bytes()
    assert 'href="tiny.apkg" download' in (folder / "index.html").read_text()


def test_a_deck_with_problems_leaves_the_gallery_as_it_was(tiny: Path) -> None:
    """It is a public page: nothing that is not proved reaches it."""
    done(tiny, "preview")
    before = (tiny / "dist/gallery/index.html").read_bytes()
    change(tiny / "cards/1-kink.md", "quote=", "quote=x")
    result = nnanki(tiny, "preview")

    assert result.exit_code == 1
    assert "no symbol" in result.output
    assert (tiny / "dist/gallery/index.html").read_bytes() == before


# -- templates of one's own -----------------------------------------------------------


def test_a_project_has_templates_of_its_own(tiny: Path) -> None:
    """One file takes the place of one of ours, in Anki and in the gallery alike."""
    own = {
        "front.html": '<div class="mine">{{Concept}}: {{Front}} & [[ url ]]</div>',
        "kinds/predict.html": "<p>[[ '<b>' ]]</p>[[ ask[0].html ]]",
        "gallery/proof.html": "<p>We ran it.</p>",
    }
    for name, text in own.items():
        (tiny / "templates" / name).parent.mkdir(parents=True, exist_ok=True)
        (tiny / "templates" / name).write_text(text, encoding="utf-8")
    change(tiny / "cards/1-kink.md", "Which number does the call print?", "Say it.")
    project = load(tiny)
    deck = examine(project, quiet)
    assert deck.note_type is not None
    text = render_page(Templates(project), make_gallery(deck, deck.note_type))
    (front,) = (c["front"] for c in cards(text) if c["id"] == "relu-negative")

    assert deck.problems == ()
    assert front.startswith('<div class="mine">The kink: <div class="side predict')
    assert front.endswith("& https://example.org/tiny</div>")
    assert "<p>&lt;b&gt;</p><p>Say it.</p>" in front
    assert "<p>We ran it.</p>" in text
    assert "What builds on what" in text


# -- Anki's templates -----------------------------------------------------------------

CORNERS = [
    "{{#Front}}a{{/Front}}{{^Front}}b{{/Front}}",
    "{{#Back}}x{{#Id}}y{{/Id}}{{/Back}}{{^Back}}z{{/Back}}",
    "{{Front}} {{text:Back}} {{type:Typed}} {{Tags}} {{Deck}} {{ Id }}",
]


@given(
    st.sampled_from(CORNERS),
    st.sampled_from(["", " ", "<br>", "<div></div>", "<b>x</b>", "a<br>", "&nbsp;"]),
    st.sampled_from(["", "<i>y</i> z", "\n"]),
)
def test_templates_are_filled_as_anki_fills_them(
    beginner: Learner, template: str, front: str, back: str
) -> None:
    """Sections, empty fields and filters mean what they mean to Anki's own library."""
    values = {**dict.fromkeys(FIELDS, ""), "Front": front, "Back": back, "Id": "i"}
    kind = beginner.col.models.get(next(iter(beginner.notes().values())).mid)
    assert kind is not None
    note = beginner.col.new_note(kind)
    note.fields, note.tags = list(values.values()), ["t"]
    custom = {**kind["tmpls"][0], "qfmt": "{{Id}}", "afmt": f"{template}!"}
    card = note.ephemeral_card(custom_template=custom)
    wanted = card.render_output().answer_text

    special = {"Tags": "t", "Deck": "(Deck)", "Type": kind["name"]}
    assert fill(f"{template}!", {**values, **special}) == wanted


@pytest.mark.parametrize(
    ("template", "what"),
    [
        ("{{Fronnt}}", "no field `Fronnt`"),
        ("{{#Front}}x", "never closed"),
        ("x{{/Front}}", "closes what is not open"),
        ("{{#Front}}{{^Back}}{{/Front}}{{/Back}}", "closes what is not open"),
        ("{{shout:Front}}", "no filter `shout`"),
    ],
)
def test_what_anki_would_not_understand_is_told(template: str, what: str) -> None:
    """A field that does not exist, a section left open, a filter nobody knows."""
    assert any(what in said for _, said, _ in mistakes(template))


# -- the graph ------------------------------------------------------------------------


@st.composite
def curricula(draw: st.DrawFn) -> dict[str, list[str]]:
    """Some concepts, each after some of those before it."""
    names = [f"c{n}" for n in range(draw(st.integers(0, 9)))]
    return {
        name: draw(st.lists(st.sampled_from(names[:n]), unique=True)) if n else []
        for n, name in enumerate(names)
    }


@given(curricula())
def test_the_graph_keeps_the_order_and_no_boxes_meet(
    after: dict[str, list[str]],
) -> None:
    """Each concept lies below all that it builds on, and beside all others."""
    boxes = {box.name: box for box in graph(after).boxes}

    assert list(boxes) == list(after)
    for name, before in after.items():
        assert all(boxes[earlier].y < boxes[name].y for earlier in before)
    places = [(box.y, box.x) for box in boxes.values()]
    for y, x in places:
        assert sum(y == v and abs(x - u) < 190 for v, u in places) == 1


@given(curricula())
def test_the_lines_say_all_that_the_order_says(after: dict[str, list[str]]) -> None:
    """What is left out follows from the rest, and nothing that is left does."""
    near = direct(after)

    def above(name: str, edges: dict[str, list[str]]) -> set[str]:
        found = set(edges[name])
        return found.union(*(above(each, edges) for each in edges[name]))

    for name in after:
        assert above(name, near) == above(name, after)
        for earlier in near[name]:
            others = [each for each in near[name] if each != earlier]
            assert all(earlier not in above(other, near) for other in others)
