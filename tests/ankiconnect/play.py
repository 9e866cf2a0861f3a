"""Somebody who listens as AnkiConnect does, and either passes on or plays back.

Playing back is this project's one exception from having no stand-ins: the add-on runs
inside Anki's app, which cannot be had wherever tests run.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from nnanki.anki.push.ankiconnect import NOWHERE
from nnanki.cli import main

EXCHANGES = Path(__file__).parent / "exchanges.json"


def pushed(package: Path, url: str, *words: str) -> Result:
    """Run `nnanki push` with a package."""
    command = ["push", str(package), "--url", url, *words]
    return CliRunner().invoke(main, command, catch_exceptions=False)


class Listening(HTTPServer):
    """A server that hands each question to `answer`, without paths of this machine."""

    answer: Callable[[Any, bytes], bytes]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.packages: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> Listening:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Listening

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        reply = self.server.answer(self.anonymous(json.loads(raw)), raw)
        self.send_response(200)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def anonymous(self, question: Any) -> Any:
        """The question; of a package that is imported the bytes are kept instead."""
        path = question["params"].get("path", NOWHERE)
        if path != NOWHERE:
            self.server.packages.append(Path(path).read_bytes())
            question["params"]["path"] = "PACKAGE"
        return question

    def log_message(self, *_: object) -> None:
        """Questions are no news."""


class Played(Listening):
    """Answers as it was recorded: these questions in this order, and no other."""

    def __init__(self, scene: str) -> None:
        super().__init__()
        kept = json.loads(EXCHANGES.read_text(encoding="utf-8"))
        self.left = list(kept["scenes"][scene])
        self.odd: list[Any] = []
        self.answer = self.play

    def play(self, question: Any, _: bytes) -> bytes:
        if self.left and question == self.left[0][0]:
            return json.dumps(self.left.pop(0)[1]).encode()
        self.odd.append(question)
        return json.dumps({"result": None, "error": "this was not recorded"}).encode()
