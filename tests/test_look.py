"""Every card in a real browser: wide and narrow, by day and by night, both sides."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from pygments.token import STANDARD_TYPES

from nnanki.gallery.exhibits import Gallery, make_gallery, picture_files
from nnanki.model.project import load
from nnanki.release.update import update
from nnanki.stages.examine import examine, quiet

from .browser import MEASURE, Watched, chromium
from .test_guide import files

ROOT = Path(__file__).parent.parent
# What Anki's reviewer says before the card's own style does.
REVIEWER = (
    "body{margin:20px;overflow-wrap:break-word}img{max-width:100%;max-height:95vh}"
)
TYPED = '<center><input type="text" id="typeans"></center>'
COMPARED = (
    '<code id="typeans"><span class="typeGood">No</span><span class="typeBad">m</span>'
    '<span class="typeMissed">ne</span></code>'
)
WIDTHS = (360, 412, 900)


@pytest.fixture(name="browser", scope="module")
def browser_fixture() -> Iterator[Browser]:
    """One browser for all measurements."""
    with chromium() as browser:
        yield browser


@pytest.fixture(name="shown", scope="module", params=["deck", "guide"])
def shown_fixture(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Gallery:
    """This repository's deck; then the guide's, which has every kind and block."""
    root = ROOT
    if request.param == "guide":
        root = tmp_path_factory.mktemp("vectors")
        for name, text in files().items():
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        update(load(root), quiet, now=1_700_000_000).write()
    deck = examine(load(root), quiet)
    assert deck.note_type is not None
    assert not deck.problems
    return make_gallery(deck, deck.note_type)


def sides(shown: Gallery) -> list[tuple[str, str]]:
    """Both sides of every card; what is typed and pictures are filled in."""
    urls = {
        name: f"data:image/svg+xml;base64,{base64.b64encode(data).decode()}"
        for name, data in picture_files(shown).items()
    }
    found = []
    for card in shown.exhibits.values():
        for side, typed in (("front", TYPED), ("back", COMPARED)):
            html = re.sub(r"\[\[type:\w+\]\]", typed, getattr(card.html, side))
            for name, data in urls.items():
                html = html.replace(f'src="{name}"', f'src="{data}"')
            found.append((f"{card.id} {side}", html))
    return found


def specimens() -> list[tuple[str, str]]:
    """Every class that Pygments gives to Python, on every ground that code has."""
    names = sorted({name for name in STANDARD_TYPES.values() if name and name != "w"})
    tokens = " ".join(f'<span class="{name}">{name}</span>' for name in names)
    line = f'<span class="line">{tokens}\n</span>'
    code = f"<pre><code>{line}</code></pre>"
    rows = "".join(
        f'<{tag} class="edit"><span class="sign">{sign} </span>{inner}</{tag}>'
        for tag, sign in (("del", "-"), ("ins", "+"))
        for inner in (line, f'<span class="line"><mark>{tokens}</mark>\n</span>')
    )
    changed = f'<figure class="block diff"><pre><code>{rows}</code></pre></figure>'
    blocks = [
        *(f'<figure class="block {n}">{code}</figure>' for n in ("code", "output")),
        f'<figure class="block error">{code}</figure>',
        f'<div class="filled"><figure class="block code">{code}</figure></div>',
        changed,
        f'<div class="filled">{changed}</div>',
    ]
    body = "".join(blocks)
    side = f'<div class="side predict cols-40">{body}</div>'
    return [
        (
            "every token",
            f'<div class="nnanki back"><div class="page">{side}</div></div>',
        )
    ]


def measured(
    browser: Browser, shown: Gallery, look: tuple[int, str, str], extra: str = ""
) -> dict[str, Any]:
    """What is wrong with all cards at one width, in one theme, on one device."""
    width, night, device = look
    context = browser.new_context(viewport={"width": width, "height": 860})
    watched = Watched(context)
    watched.page.set_content(
        f'<!doctype html><html lang="en" class="{device}"><meta charset="utf-8">'
        f"<style>{REVIEWER}</style><style>{shown.note_type.css}{extra}</style>"
        f'<body class="card card1 {night}"><div id="qa"></div></body></html>'
    )
    found: dict[str, Any] = watched.page.evaluate(
        f"({MEASURE})", [*sides(shown), *specimens()]
    )
    assert watched.errors == []
    assert watched.outside("about:") == []
    context.close()
    return found


@pytest.mark.parametrize("night", ["", "nightMode", "night_mode"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_card_can_be_read(
    browser: Browser, shown: Gallery, width: int, night: str
) -> None:
    """Nothing scrolls sideways, is cut off, pale or too small to press."""
    device = "mobile" if width < 600 else ""
    found = measured(browser, shown, (width, night, device))

    assert found["faults"] == []
    assert found["palest"] >= 4.5


@pytest.mark.parametrize("size", [26, 32])
def test_larger_letters_need_no_wider_page(
    browser: Browser, shown: Gallery, size: int
) -> None:
    """With letters half as large again, all of it still fits a phone."""
    larger = f".card {{ --size: {size}px !important; }}"
    found = measured(browser, shown, (412, "", "mobile"), larger)

    assert found["faults"] == []


def test_a_fault_would_be_found(browser: Browser, shown: Gallery) -> None:
    """Each kind of fault, brought in on purpose, is told; some cards show them all."""
    some = dict(list(shown.exhibits.items())[:: max(1, len(shown.exhibits) // 40)])
    shown = replace(shown, exhibits=some)
    faulty = {
        "contrast": ".prose { color: #999 !important; }",
        "scrolls sideways": ".prose { width: 999px; }",
        "cut off": ".prose p { overflow: hidden; height: 9px; }",
        "to press": ".nnanki summary { padding: 0; min-height: 0; line-height: 9px; }",
        "contrast 1": ".block .nf { color: #fff !important; }",
        "every token: contrast 1": "ins.edit { background: #7a2a92 !important; }"
        " ins .kn { color: #7a2a92 !important; }",
        "outside the page": ".kind { position: fixed; left: 400px; }",
        "img is": ".prose img { max-width: none; min-width: 999px; }",
    }
    for what, style in faulty.items():
        found = measured(browser, shown, (412, "", "mobile"), style)
        assert any(what in fault for fault in found["faults"]), what
