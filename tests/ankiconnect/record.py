"""Records how a real Anki with AnkiConnect answers `nnanki push`: exchanges.json.

    .venv/bin/python -m tests.ankiconnect.record ANKI_VENV ADDON

ANKI_VENV has `aqt[qt6]`; ADDON is the folder `plugin` of AnkiConnect's source. Needs
`xvfb-run`, and that nothing else listens on port 8765. The add-on does not know its
own version: say it with --version. Read the diff of exchanges.json before a commit.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .packages import FIRST, SECOND, THIRD
from .play import EXCHANGES, Listening, pushed

ANKI = "http://127.0.0.1:8765"
NUMBER = "2055492159"
RUN = """
import sys, time, aqt, aqt.main, aqt.profiles
Manager = aqt.profiles.ProfileManager
Manager.setDefaultLang = lambda self, _: self.setLang("en_US")  # no dialog
if sys.argv[2:]:  # as where there are several profiles
    aqt.main.AnkiQt.setupProfile = lambda self: self.showProfileManager()
app = aqt._run(["anki", "-l", "en", "-b", sys.argv[1]], exec=False)
while True:
    app.processEvents()
    time.sleep(0.005)
"""


def ask(action: str, **params: Any) -> Any:
    """Ask the real AnkiConnect."""
    question = {"action": action, "version": 6, "params": params}
    data = json.dumps(question).encode()
    with urllib.request.urlopen(ANKI, data, timeout=30) as reply:
        return json.load(reply)["result"]


@contextmanager
def running(args: argparse.Namespace, *words: str, **config: Any) -> Iterator[None]:
    """A new Anki on a screen that nobody sees, with AnkiConnect set up like this."""
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base) / "addons21" / NUMBER
        shutil.copytree(args.addon, folder)
        (folder / "meta.json").write_text(json.dumps({"config": config}))
        flags = "--no-sandbox --disable-gpu --disable-background-networking"
        more = {"QTWEBENGINE_CHROMIUM_FLAGS": flags, "LANG": "C.UTF-8"}
        more["ANKI_SINGLE_INSTANCE_KEY"] = Path(base).name
        more["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
        python = args.venv / "bin" / "python"
        command = ["xvfb-run", "-a", python, "-c", RUN, base, *words]
        process = subprocess.Popen(
            command, env={**os.environ, **more}, start_new_session=True
        )
        try:
            wait("requestPermission" if words or config else "deckNames")
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait(action: str) -> None:
    """Until Anki answers a question, and is at rest."""
    for _ in range(120):
        time.sleep(0.5)
        with suppress(OSError):
            if ask(action) is not None:
                time.sleep(4)
                return
    raise SystemExit("Anki does not listen")


def forward(question: bytes) -> bytes:
    with urllib.request.urlopen(ANKI, question, timeout=60) as reply:
        return bytes(reply.read())


@contextmanager
def recorded(scenes: dict[str, Any], name: str) -> Iterator[str]:
    """The address of somebody who passes everything on and writes it down."""
    scenes[name] = []
    with Listening() as listening:

        def answer(question: Any, raw: bytes) -> bytes:
            if name == "elsewhere":
                raw = raw.replace(b"sums.apkg", b"nowhere.apkg")
            reply = re.sub(rb"'/[^']*/nowhere", b"'FOLDER/nowhere", forward(raw))
            scenes[name].append([question, json.loads(reply)])
            return reply

        listening.answer = answer
        yield listening.url


def record(args: argparse.Namespace, scenes: dict[str, Any]) -> None:
    folder = Path(tempfile.mkdtemp())

    def play(name: str, data: bytes, *words: str) -> None:
        path = folder / "sums.apkg"
        path.write_bytes(data)
        with recorded(scenes, name) as url:
            result = pushed(path, url, *words)
        print(f"-- {name} ({result.exit_code})\n{result.output}")

    with running(args):
        play("fresh", FIRST, "--yes")
        play("nothing", FIRST, "--yes")
        study()
        play("dry", SECOND, "--dry-run")
        play("update", SECOND, "--yes")
        play("look", THIRD, "--yes")
        play("overwrite", THIRD, "--yes", "--overwrite")
        ask("guiBrowse", query='"note:nnanki sums"')
        time.sleep(5)
        play("browse", FIRST, "--yes", "--overwrite")
    with running(args):
        play("elsewhere", FIRST, "--yes")
        play("first", FIRST, "--yes")
        ask("modelFieldAdd", modelName="nnanki sums", fieldName="Mine")
        play("fields", SECOND, "--yes")
    with running(args, "choose a profile"):
        play("profile", FIRST, "--yes")
    with running(args, apiKey="sesame"):
        play("no key", FIRST, "--yes")
        play("wrong key", FIRST, "--yes", "--key", "simsim")
        play("key", FIRST, "--dry-run", "--key", "sesame")
    shutil.rmtree(folder)


def study() -> None:
    """What a learner does: tags, suspends, moves, edits; has notes of their own."""
    found = {n: ask("findNotes", query=f"Id:{n}") for n in ("plus", "minus", "over")}
    ask("addTags", notes=found["plus"], tags="mine marked")
    cards = ask("findCards", query="Id:minus")
    ask("suspend", cards=cards)
    ask("changeDeck", cards=cards, deck="Elsewhere")
    edit = {"id": found["over"][0], "fields": {"Back": "one"}}
    ask("updateNoteFields", note=edit)
    fields = {"Front": "mine", "Back": "mine"}
    own = {"deckName": "Default", "modelName": "Basic", "fields": fields}
    ask("addNote", note=own)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("venv", type=Path)
    parser.add_argument("addon", type=Path)
    parser.add_argument("--version", default="23.10.29.0", help="of AnkiConnect")
    args = parser.parse_args()
    shown = [args.venv / "bin" / "python", "-c", "import aqt; print(aqt.appVersion)"]
    anki = subprocess.run(shown, capture_output=True, text=True, check=True)
    scenes: dict[str, Any] = {}
    record(args, scenes)
    kept = {
        "about": "How a real Anki answered `nnanki push`; written by record.py.",
        "recorded": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "anki": anki.stdout.strip(),
        "ankiconnect": args.version,
    }
    EXCHANGES.write_text(written(kept, scenes), encoding="utf-8")


def written(about: dict[str, str], scenes: dict[str, list[Any]]) -> str:
    """JSON with a line for each exchange, so that one can read a diff."""
    lines = [f" {json.dumps(key)}: {json.dumps(word)}," for key, word in about.items()]
    parts = []
    for name, scene in scenes.items():
        each = ",\n".join(f"   {json.dumps(exchange)}" for exchange in scene)
        parts.append(f"  {json.dumps(name)}: [\n{each}\n  ]")
    inner = ",\n".join(parts)
    return "\n".join(["{", *lines, ' "scenes": {', inner, " }", "}"]) + "\n"


if __name__ == "__main__":
    main()
