"""`nnanki preview --serve`: what an author saves is seen, and what is wrong with it."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from .anki_library import change
from .browser import MEASURE, Watched, chromium, violations

PATIENCE = 60  # seconds: a machine may be busy; benchmarks/ says how long it takes
CARD = "cards/1-kink.md"


class Author:
    """Somebody who writes cards, with the gallery open beside the editor."""

    def __init__(self, root: Path, *options: str) -> None:
        self.root = root
        command = [sys.executable, "-m", "nnanki", "-C", str(root), "preview"]
        self.scratch = tempfile.mkdtemp(dir=root.parent)
        self.process = subprocess.Popen(
            [*command, "--serve", "--no-open", "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={"PATH": "/usr/bin:/bin", "TMPDIR": self.scratch},
        )
        self.said: list[str] = []
        self.listener = threading.Thread(target=self.listen, daemon=True)
        self.listener.start()
        self.until(lambda: any("card" in line for line in self.said[1:]))
        self.url = self.said[0].split()[0]

    def listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.said.append(line.rstrip("\n"))

    def until(self, happened: Callable[[], bool]) -> None:
        """Wait for something; what the command said tells why it never came."""
        late = time.monotonic() + PATIENCE
        while not happened():
            assert time.monotonic() < late, "\n".join(self.said)
            assert self.process.poll() is None, "\n".join(self.said)
            time.sleep(0.02)

    def page(self) -> str:
        with urlopen(self.url, timeout=10) as answer:
            return str(answer.read().decode())

    def shows(self, *words: str) -> None:
        """Wait until the page says all of this."""
        self.until(lambda: all(word in self.page() for word in words))

    def hides(self, word: str) -> None:
        """Wait until the page no longer says this."""
        self.until(lambda: word not in self.page())

    def save(self, text: str, name: str = CARD) -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(how)
        self.process.wait(PATIENCE)
        self.listener.join()
        return self.process.returncode


@pytest.fixture(name="author")
def author_fixture(tiny: Path) -> Iterator[Author]:
    """An author of the tiny project, whose command is ended in any case."""
    someone = Author(tiny)
    yield someone
    if someone.process.poll() is None:
        someone.stop()


@pytest.fixture(name="browser", scope="module")
def browser_fixture() -> Iterator[Browser]:
    """One browser for all readers."""
    expect.set_options(timeout=PATIENCE * 1000)
    with chromium() as browser:
        yield browser


@pytest.fixture(name="reader")
def reader_fixture(browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Opens pages, none of which may complain or ask for anything from outside."""
    context = browser.new_context()
    watched = Watched(context)
    watched.page.set_default_timeout(PATIENCE * 1000)

    def read(url: str) -> Page:
        watched.page.goto(url)
        return watched.page

    yield read
    assert watched.errors == []
    assert watched.asked
    assert watched.outside("http://127.0.0.1:") == []
    context.close()


# -- what is saved is seen ------------------------------------------------------------


def test_an_edit_is_seen_where_the_reader_is(
    author: Author, reader: Callable[[str], Page]
) -> None:
    """The page comes anew by itself: the same card, the same side, other words."""
    page = reader(f"{author.url}#/card/relu-negative")
    page.keyboard.press("Space")
    shown = page.frame_locator("#frames iframe").first
    expect(shown.locator("#answer")).to_be_visible()
    change(author.root / CARD, "Negatives become zero.", "No negative is left.")

    expect(shown.get_by_text("No negative is left.")).to_be_visible()
    assert page.locator("#card-title").inner_text().endswith("relu-negative")


def test_a_new_card_is_seen_before_its_output_is_written(author: Author) -> None:
    """What the code prints stands on the card, and the file waits for `update`."""
    path = author.root / CARD
    text = path.read_text("utf-8")
    card = "\n## twice\n\nWhat is printed?\n\n```python run\nprint(kink.relu(2) * 21)\n"
    author.save(f"{text}{card}```\n\n---\n\nIt is multiplied.\n")
    author.shows("waiting for <code>nnanki update</code>", '"twice"')

    (shown,) = [card for card in cards(author.page()) if card["id"] == "twice"]
    assert ">42\n" in shown["back"]
    assert path.read_text("utf-8").count("42") == 0


def test_a_broken_card_is_seen_as_it_last_was(author: Author) -> None:
    """The problem with its excerpt and hint, and the good card; then all is mended."""
    before = author.page()
    change(author.root / CARD, "quote=kink.relu:code", "quote=kink.rellu:code")
    author.shows("no symbol `kink.rellu`", "did you mean `kink.relu`?", "^^^^^^^^^^")
    broken = {card["id"]: card for card in cards(author.page())}
    change(author.root / CARD, "quote=kink.rellu:code", "quote=kink.relu:code")
    author.hides("no symbol")

    good = {card["id"]: card for card in cards(before)}
    assert list(broken) == list(good)
    assert broken["relu-source"]["note"] == "has a problem"
    assert broken["relu-source"]["back"] == good["relu-source"]["back"]
    assert author.page() == before


def test_a_problem_is_there_for_every_sense(
    author: Author, reader: Callable[[str], Page]
) -> None:
    """The page that tells of one is read, and seen, like any other."""
    change(author.root / CARD, "quote=kink.relu:code", "quote=kink.rellu:code")
    author.shows("no symbol `kink.rellu`")
    page = reader(f"{author.url}#/card/relu-source")
    told = page.get_by_role("region", name="Problems")

    expect(told).to_be_in_viewport()
    assert "did you mean `kink.relu`?" in told.inner_text()
    assert page.evaluate(f"({MEASURE})")["faults"] == []
    assert violations(page) == []


def test_other_sources_are_watched_too(author: Author) -> None:
    """References, tests, settings, and a template in a folder that was not there."""
    source = author.root / "toy" / "kink.py"
    good = source.read_text("utf-8")
    author.save(good.replace("return 0", "return 1", 1), "toy/kink.py")
    author.shows("this test fails")
    author.save(good, "toy/kink.py")
    author.hides("this test fails")

    (author.root / "templates").mkdir()
    author.save("<% for %>", "templates/details.html")
    author.shows("templates/details.html:1")
    shutil.rmtree(author.root / "templates")
    author.hides("templates/details.html:1")
    (author.root / "templates").mkdir()
    author.save("<% for %>", "templates/back.html")
    author.shows("templates/back.html:1")
    shutil.rmtree(author.root / "templates")
    author.hides("templates/back.html:1")

    settings = (author.root / "pyproject.toml").read_text("utf-8")
    author.save(settings.replace("Tiny deck", "Small deck"), "pyproject.toml")
    author.shows('<h1 id="title" tabindex="-1" dir="auto">Small deck</h1>')
    author.save(settings.replace("[tool.nnanki]", "[tool.nnanky]"), "pyproject.toml")
    author.shows("no [tool.nnanki] table", "Small deck")
    author.save(settings, "pyproject.toml")
    author.shows('<h1 id="title" tabindex="-1" dir="auto">Tiny deck</h1>')


def test_a_page_template_of_the_project_may_break(author: Author) -> None:
    """The gallery is then shown in nnanki's own, with the mistake at its line."""
    (author.root / "templates" / "gallery").mkdir(parents=True)
    author.save("\n[[ nothing ]]", "templates/gallery/proof.html")
    author.shows("templates/gallery/proof.html:2", "&#39;nothing&#39; is undefined")

    assert len(cards(author.page())) == 4


def test_two_hundred_quick_saves_leave_one_page(author: Author) -> None:
    """Each page served meanwhile is whole, and the last shows the last save."""
    text = (author.root / CARD).read_text("utf-8")
    seen: set[str] = set()
    for turn in range(200):
        author.save(text.replace("Negatives become zero.", f"Save {turn} is here."))
        if turn % 10 == 0:
            seen |= saves(author.page())
    author.shows("Save 199 is here.")

    assert saves(author.page()) == {"199"}
    assert all(number == "none" or 0 <= int(number) < 200 for number in seen)


def saves(text: str) -> set[str]:
    """Which saves a page shows; it must be a whole page, with all of its cards."""
    assert text.startswith("<!doctype html>")
    assert text.endswith("</html>")
    assert len(cards(text)) in (3, 4)
    return set(re.findall(r"Save (\d+) is here", text)) or {"none"}


def cards(text: str) -> list[dict[str, str]]:
    """The cards of a page."""
    (found,) = re.findall(r'id="data">(.*?)</script>', text, re.DOTALL)
    return list(json.loads(found)["cards"])


# -- where, and until when ------------------------------------------------------------


def test_only_this_machine_may_ask(author: Author) -> None:
    """It listens on the loopback, and refuses a page that another site sends here."""
    request = Request(author.url, headers={"Host": "example.org"})

    assert author.url.startswith("http://127.0.0.1:")
    with pytest.raises(HTTPError, match="403"):
        urlopen(request, timeout=10)
    for path in ("../pyproject.toml", "%2e%2e/pyproject.toml", "cards/1-kink.md"):
        with pytest.raises(HTTPError, match="404"):
            urlopen(author.url + path, timeout=10)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly(tiny: Path, how: signal.Signals) -> None:
    """Nothing is left: no process, no folder, no port, and no line of a traceback."""
    author = Author(tiny)
    with urlopen(f"{author.url}news", timeout=10) as news:  # a page is still open
        news.readline()
        status = author.stop(how)
    port = int(author.url.rsplit(":", 1)[1].strip("/"))

    assert status == (0 if how == signal.SIGINT else 143)
    assert not any("Traceback" in line for line in author.said)
    assert list(Path(author.scratch).iterdir()) == []
    with socket.socket() as again, pytest.raises(ConnectionRefusedError):
        again.connect(("127.0.0.1", port))


def test_it_stops_in_the_midst_of_a_proof(tiny: Path) -> None:
    """Tests that are running are ended with it."""
    author = Author(tiny)
    slow = "import time\n\n\ndef test_slow():\n    time.sleep(60)\n"
    author.save(slow, "proofs/test_slow.py")
    with urlopen(f"{author.url}news", timeout=30) as news:
        while b"checking" not in news.readline():
            pass
        time.sleep(1)
        assert author.stop() == 0
    assert list(Path(author.scratch).iterdir()) == []


def test_a_port_that_is_taken_is_one_sentence(tiny: Path) -> None:
    """It says which, and what to do."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        command = [sys.executable, "-m", "nnanki", "-C", str(tiny), "preview"]
        done = subprocess.run(
            [*command, "--serve", "--no-open", "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 2
    assert f"cannot serve at 127.0.0.1:{port}" in done.stderr
    assert "choose another `--port`" in done.stderr
