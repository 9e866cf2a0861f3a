"""The gallery's page as people use it: by keyboard, on a phone, with other senses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from nnanki.gallery.exhibits import with_forecast
from nnanki.gallery.page import PAGE, files, write_folder
from nnanki.gallery.server import Site, open_host
from nnanki.model.project import load
from nnanki.notes.templates import Templates
from nnanki.stages.examine import examine, quiet

from .browser import MEASURE, UNFOLD, Watched, chromium, violations

ROOT = Path(__file__).parent.parent
VIEWS = ("#/", "#/card/relu-values", "#/study", "#/proof")
# Hundreds of rows are alike, and axe takes its time for each.
FEWER = """for (const list of document.querySelectorAll('#view-proof, tbody, ol, ul'))
  [...list.children].slice(16).forEach(row => row.remove())"""


@pytest.fixture(name="browser", scope="module")
def browser_fixture() -> Iterator[Browser]:
    """One browser for all that is done here."""
    with chromium() as browser:
        yield browser


@pytest.fixture(name="home", scope="module")
def home_fixture(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of this deck's gallery: files in a folder, and no server."""
    deck = examine(load(ROOT), quiet)
    assert deck.note_type is not None
    folder = tmp_path_factory.mktemp("gallery")
    write_folder(
        files(Templates(deck.project), with_forecast(deck, deck.note_type)), folder
    )
    return (folder / PAGE).as_uri()


@pytest.fixture(name="served", scope="module")
def served_fixture(home: str) -> Iterator[str]:
    """The address of the same gallery on a server."""
    folder = Path(home.removeprefix("file://")).parent
    stage = Site({path.name: path.read_bytes() for path in folder.iterdir()})
    with open_host("127.0.0.1", 0, stage) as host:
        yield host.url


@pytest.fixture(name="watched")
def watched_fixture(browser: Browser, home: str) -> Iterator[Watched]:
    """Its first view on a laptop; in the end nothing was asked for from outside."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    watched = Watched(context)
    watched.page.goto(home)
    yield watched
    assert watched.errors == []
    assert watched.outside(home.rsplit("/", 1)[0]) == []
    context.close()


@pytest.fixture(name="page")
def page_fixture(watched: Watched) -> Page:
    return watched.page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focused(page: Page) -> str:
    """The text of what has the focus."""
    return str(page.evaluate("document.activeElement.textContent")).strip()


def side(page: Page) -> FrameLocator:
    """What the first frame of the card's view shows."""
    return page.frame_locator("#frames iframe").first


# -- by keyboard alone ----------------------------------------------------------------


def test_a_card_is_found_read_and_turned(page: Page) -> None:
    """`/` and words, an arrow, enter, space; escape leads back to its row."""
    press(page, "/")
    page.keyboard.type("relu elementwise printed")
    many = page.locator("[data-card]").count()
    expect(page.locator("#found")).to_have_text(f"1 of {many} cards")
    press(page, "ArrowDown", "Enter")
    expect(page.locator("h1:visible")).to_have_text("ReLU: relu-values")
    assert side(page).locator(".slot").is_visible()

    press(page, "Space")
    assert "0.0, 0.5, 2.0" in side(page).locator("#answer").inner_text()
    press(page, "Escape")
    assert "ReLU takes the larger" in focused(page)


def test_arrows_turn_to_other_cards_of_the_search(page: Page) -> None:
    """Right and left stay among the cards that were found, and end where they end."""
    press(page, "/")
    page.keyboard.type("cards/5-relu.md")
    press(page, "ArrowDown", "Enter")
    expect(page.locator("#view-card")).to_be_visible()
    many = int(page.locator("#count").inner_text().split()[-1])
    names = [page.locator("#card-title").inner_text()]
    for _ in range(many + 2):
        press(page, "ArrowRight")
        names.append(page.locator("#card-title").inner_text())
    press(page, "ArrowLeft")

    assert 5 < many == len(set(names)) < 20
    assert all(name.startswith("ReLU: ") for name in names)
    assert page.locator("#count").inner_text() == f"{many - 1} of {many}"


def test_keys_still_work_when_a_card_was_clicked(page: Page) -> None:
    """A frame that has the focus hands on what is pressed in it."""
    page.goto(page.url + "#/card/relu-values")
    number, of, many = page.locator("#count").inner_text().split()
    side(page).locator("h1, p").first.click()
    press(page, "Space")
    side(page).locator("#answer").wait_for()
    side(page).locator("#answer").click()
    press(page, "ArrowRight")

    expect(page.locator("#count")).to_have_text(f"{int(number) + 1} {of} {many}")


def test_a_session_of_study(page: Page) -> None:
    """What was not known comes again; what was known is remembered."""
    press(page, "s")
    expect(page.locator("#view-study")).to_be_visible()
    page.select_option("#study-concept", "start-here")
    desk = page.frame_locator("#desk iframe")
    questions = []
    for turn in range(6):
        questions.append(desk.locator(".ask").inner_text())
        press(page, "Space")
        desk.locator(".back").wait_for()
        press(page, "1" if turn == 0 else "Space")
    assert questions[0] == questions[5]
    assert len(set(questions)) == 5
    assert page.locator("#study-done").is_visible()

    page.reload()
    page.select_option("#study-concept", "start-here")
    assert page.locator("#study-count").inner_text() == "5 of 5 known"
    press(page, "Tab")
    page.locator("#restart").press("Enter")
    assert page.locator("#study-count").inner_text() == "0 of 5 known"


def test_a_typed_answer_is_compared(page: Page) -> None:
    """Enter shows the answer beside what was typed, in words as in colour."""
    press(page, "s")
    card = "mae-missing"
    page.evaluate(
        "known => localStorage.setItem('nnanki nnanki known', JSON.stringify(known))",
        [
            name
            for name in page.locator("[data-card]").evaluate_all(
                "rows => rows.map(row => row.dataset.card)"
            )
            if name != card
        ],
    )
    page.reload()
    desk = page.frame_locator("#desk iframe")
    desk.locator("input").fill("sbs")
    desk.locator("input").press("Enter")

    assert desk.locator("code#typeans").inner_text().split() == ["sbs", "↓", "abs"]


def test_tab_reaches_everything_and_shows_where_it_is(page: Page) -> None:
    """Every link, button and field of the first view, each with a mark around it."""
    wanted = page.locator("#view-home a[href], .top a, .top button, .search input")
    many = wanted.count() + page.locator(".search select").count()
    seen = set()
    for _ in range(many + 60):
        press(page, "Tab")
        seen.add(
            page.evaluate(
                """() => {
                  const here = document.activeElement;
                  const line = getComputedStyle(here).outlineStyle;
                  const marked = line !== 'none' || here.closest('svg, iframe, body');
                  const all = document.querySelectorAll('a, button, input, select');
                  return marked ? [...all].indexOf(here) : -9;
                }"""
            )
        )
    assert -9 not in seen
    assert len(seen) >= many


def test_help_names_the_keys(page: Page) -> None:
    """`?` opens it, escape closes it, and no key does anything while it is open."""
    press(page, "?")
    assert page.locator("#keys").is_visible()
    press(page, "s")
    assert page.locator("#view-home").is_visible()
    press(page, "Escape")
    assert not page.locator("#keys").is_visible()


# -- for every eye --------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 412, 900, 1366])
def test_the_page_can_be_read(
    browser: Browser, home: str, width: int, scheme: str
) -> None:
    """No view scrolls sideways, is cut off, pale, or too small to press."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    page = context.new_page()
    for view in VIEWS:
        page.goto(home + view)
        page.evaluate(UNFOLD)
        found = page.evaluate(f"({MEASURE})")
        assert found["faults"] == [], view
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1366, "light")])
def test_axe_finds_no_violation(
    browser: Browser, served: str, width: int, scheme: str
) -> None:
    """In any view, with eight frames of a card, all of which it looks into.

    Places are judged by the width and colors by the scheme: each is met once.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    page = context.new_page()
    for view in VIEWS:
        page.goto(served + view)
        if "/card/" in view and width > 1000:
            for name in ("side", "width", "shade"):
                page.locator(f"[name={name}][value=both]").check(force=True)
        page.evaluate(FEWER)
        assert violations(page) == [], view
    context.close()


def test_what_is_drawn_is_seen(page: Page) -> None:
    """The picture for the night by night, the other by day, and neither is missing."""
    page.goto(page.url + "#/card/two-loss-curves")
    page.locator("[name=shade][value=both]").check(force=True)
    page.wait_for_load_state("networkidle")
    frames = [frame for frame in page.frames if frame.title() == "two-loss-curves"]

    assert len(frames) == 4
    for frame in frames:
        shown = frame.evaluate(
            """[...document.images].filter(i => getComputedStyle(i).display !== 'none')
                 .map(i => [i.className, i.complete && i.naturalWidth > 0])"""
        )
        night = "nightMode" in (frame.locator("body").get_attribute("class") or "")
        assert shown == [["by-night" if night else "by-day", True]]


def test_without_scripts_questions_and_proofs_are_there(
    browser: Browser, home: str
) -> None:
    """The page says so, and lists what it can."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(home)

    assert page.get_by_text("Cards are turned by a script").is_visible()
    assert page.get_by_text("What does the graph of ReLU look like").is_visible()
    assert page.get_by_text("How it is proved").last.is_visible()
    context.close()


def test_the_theme_is_kept(page: Page) -> None:
    """Light, dark, or as the system says: for the page and for its cards."""
    page.emulate_media(color_scheme="light")
    press(page, "t", "t")
    page.reload()

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    body = page.frame_locator("#sample iframe").first.locator("body")
    assert "night_mode" in (body.get_attribute("class") or "")


def test_the_title_says_where_one_is(page: Page) -> None:
    """A card's name comes first, and goes with the card."""
    deck = page.title()
    page.goto(page.url + "#/card/relu-values")
    assert page.title() == f"relu-values · {deck}"
    press(page, "Escape")
    assert page.title() == deck


def test_a_concept_of_the_map_leads_to_its_cards(page: Page) -> None:
    """From any view, and an address that nobody knows is the first view."""
    page.goto(page.url + "#/card/relu-values")
    page.goto(page.url.partition("#")[0] + "#concept-loss")
    expect(page.locator("#view-home")).to_be_visible()
    assert focused(page).startswith("Loss")
    page.goto(page.url.partition("#")[0] + "#/%")
    expect(page.locator("#view-home")).to_be_visible()


def test_it_works_where_nothing_may_be_remembered(browser: Browser, home: str) -> None:
    """With storage refused, cards are shown, turned and studied all the same."""
    context = browser.new_context()
    context.add_init_script(
        """for (const name of ['localStorage', 'sessionStorage'])
             Object.defineProperty(window, name, {get() { throw new Error(name); }});"""
    )
    watched = Watched(context)
    watched.page.goto(home + "#/card/relu-values")
    press(watched.page, "Space")
    expect(side(watched.page).locator("#answer")).to_be_visible()
    press(watched.page, "s", "Space", "Space")
    expect(watched.page.locator("#study-count")).to_contain_text("1 of")
    assert watched.errors == []
    context.close()
