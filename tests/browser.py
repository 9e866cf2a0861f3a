"""A real Chromium, driven by playwright, and what it finds on a page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
# It looks for nothing outside by itself, and runs as root in a container.
QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's browser; without one the test is skipped, which CI forbids."""
    names = (os.environ.get("CHROMIUM", ""), *NAMES)
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium here: install it, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


class Watched:
    """A page, everything that it complained about, and everything that it asked for."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.errors: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console",
            lambda said: (
                self.errors.append(f"{said.text} {said.location['url']}")
                if said.type in ("error", "warning")
                else None
            ),
        )
        self.page.on("request", lambda request: self.asked.append(request.url))

    def outside(self, home: str) -> list[str]:
        """What was asked for that lies elsewhere."""
        near = (home, "data:", "about:", "blob:")
        return [url for url in self.asked if not url.startswith(near)]


AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
UNFOLD = "document.querySelectorAll('details').forEach(each => each.open = true)"


def violations(page: Page) -> list[str]:
    """What axe-core finds on a page that is served, with everything unfolded.

    Of a page that is a file it would not look into the frames.
    """
    page.wait_for_load_state("load")
    page.wait_for_function("frames.length === 0 || frames[0].document.body")
    page.evaluate(UNFOLD)
    for frame in page.frames:
        frame.add_script_tag(path=AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations', 'incomplete']})")
    assert found["passes"]
    assert "frame-tested" not in {rule["id"] for rule in found["incomplete"]}
    return [
        f"{rule['id']}: {node['target']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


MEASURE = (Path(__file__).parent / "measure.js").read_text(encoding="utf-8")
