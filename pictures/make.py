"""Takes the pictures of the README anew, with the system's Chromium.

    .venv/bin/python pictures/make.py [NAME…]

Cards and gallery are those of `nnanki preview`; the terminal shows what `nnanki check`
prints, in colour, of a mistake that the README's own example makes. Letters are those
of this machine: Noto Serif, Noto Sans and STIX Two Math are a good choice.
"""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import click
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
GALLERY = ROOT / "dist" / "gallery" / "index.html"
CARD = "relu-values"
NAMED = re.compile(r"`([\w./-]+)`:$")
BREAK = ("return year % 400 == 0", "return year % 400 == 1")
COLUMNS = 88
LETTERS = '"DejaVu Sans Mono", "Noto Sans Mono", monospace'
# Ground and ink, then the eight colours, in the card's own palette.
TERMINALS = {
    "light": TerminalTheme(
        (255, 255, 255),
        (28, 30, 34),
        [
            (28, 30, 34),
            (171, 31, 38),
            (13, 107, 60),
            (138, 100, 0),
            (11, 88, 168),
            (106, 53, 168),
            (11, 99, 112),
            (87, 92, 101),
        ],
    ),
    "dark": TerminalTheme(
        (29, 30, 33),
        (233, 232, 228),
        [
            (233, 232, 228),
            (255, 163, 156),
            (134, 217, 163),
            (227, 184, 76),
            (141, 197, 251),
            (205, 181, 255),
            (127, 211, 214),
            (179, 182, 188),
        ],
    ),
}


# -- cards and gallery ----------------------------------------------------------------


def card(browser: Browser, theme: str) -> None:
    """Front and back of a card as a phone shows them."""
    page = opened(browser, theme, (880, 900), scale=2)
    page.goto(f"{GALLERY.as_uri()}#/card/{CARD}")
    for name, value in (("width", "phone"), ("side", "both"), ("shade", theme)):
        page.locator(f"[name={name}][value={value}]").check(force=True)
    page.add_style_tag(
        content="#frames { width: 852px; } .frame { min-height: 472px; }"
    )
    page.wait_for_timeout(500)
    page.locator("#frames").screenshot(path=HERE / f"card-{theme}.png")


def gallery(browser: Browser, theme: str) -> None:
    """The first view of the gallery."""
    page = opened(browser, theme, (1320, 900), scale=1.25)
    page.goto(GALLERY.as_uri())
    page.wait_for_timeout(500)
    page.screenshot(path=HERE / f"gallery-{theme}.png")


def opened(browser: Browser, theme: str, size: tuple[int, int], scale: float) -> Page:
    width, height = size
    return browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        device_scale_factor=scale,
    )


# -- the terminal ---------------------------------------------------------------------


def terminal(browser: Browser, theme: str) -> None:
    """What a mistake in the README's example looks like."""
    console = Console(file=StringIO(), record=True, width=COLUMNS)
    with tempfile.TemporaryDirectory() as folder:
        said = Text.from_ansi("$ nnanki check\n" + mistaken(Path(folder)))
    console.print(said, end="")
    html = console.export_html(
        theme=TERMINALS[theme],
        inline_styles=True,
        code_format=(
            '<body style="margin:0;padding:22px 28px;width:max-content;'
            "color:{foreground};background:{background};"
            f'font:15px/1.5 {LETTERS.replace(chr(34), chr(39))}">'
            '<pre style="margin:0;font:inherit">{code}</pre>'
        ),
    )
    page = opened(browser, theme, (900, 400), scale=1.6)
    page.set_content(html)
    page.locator("body").screenshot(path=HERE / f"terminal-{theme}.png")


def mistaken(root: Path) -> str:
    """What `nnanki check` prints to a terminal of a deck whose code was mistyped."""
    for name, text in example():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    run = [sys.executable, "-m", "nnanki", "-C", str(root)]
    subprocess.run([*run, "update"], check=True, capture_output=True)
    code = root / "gregorian.py"
    text = code.read_text(encoding="utf-8")
    assert BREAK[0] in text
    code.write_text(text.replace(*BREAK), encoding="utf-8")
    return "".join(coloured([*run, "check"]))


def example() -> Iterator[tuple[str, str]]:
    """The files of the README's example: each follows a paragraph that names it."""
    before = ""
    for token in MarkdownIt().parse((ROOT / "README.md").read_text(encoding="utf-8")):
        named = NAMED.search(before) if token.type == "fence" else None
        if named and token.info != "diff":
            yield named[1], token.content
        if token.type in ("inline", "fence"):
            before = token.content


def coloured(command: list[str]) -> Iterator[str]:
    """What a command prints where it believes that a person watches."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(
        command, stdout=theirs, stderr=subprocess.DEVNULL, env=environment
    ):
        os.close(theirs)
        while True:
            try:
                data = os.read(ours, 65536)
            except OSError:  # the other end is closed
                return
            if not data:
                return
            yield data.decode().replace("\r\n", "\n")


PICTURES = {function.__name__: function for function in (card, gallery, terminal)}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(PICTURES)))
def main(names: tuple[str, ...]) -> None:
    """Take the pictures NAMES, or all, by day and by night."""
    names = names or tuple(PICTURES)
    if {"card", "gallery"} & set(names):
        subprocess.run(
            [sys.executable, "-m", "nnanki", "-C", ROOT, "preview"], check=True
        )
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"]
        )
        for name in names:
            for theme in TERMINALS:
                PICTURES[name](browser, theme)
        browser.close()


if __name__ == "__main__":
    main()
