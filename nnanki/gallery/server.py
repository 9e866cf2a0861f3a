"""Serves the gallery on this machine, and tells open pages when it is made anew."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PORT = 7310
BEAT = 15.0  # seconds after which a page that hears nothing is told so
TYPES = {
    ".apkg": "application/octet-stream",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}


@dataclass
class Stage:
    """What is served now: files by path, the name of this state, work under way."""

    files: dict[str, bytes] = field(default_factory=dict)
    version: str = ""
    work: str = ""
    closed: bool = False
    changed: threading.Condition = field(default_factory=threading.Condition)

    def show(self, files: dict[str, bytes], version: str) -> None:
        """Serve other files from now on, all at once."""
        with self.changed:
            self.files, self.version, self.work = files, version, ""
            self.changed.notify_all()

    def tell(self, work: str) -> None:
        """Say what is being done."""
        with self.changed:
            self.work = work
            self.changed.notify_all()

    def close(self) -> None:
        with self.changed:
            self.closed = True
            self.changed.notify_all()

    def news(self) -> Iterator[tuple[str, str]]:
        """Events for one page: which state is served, and what is being done."""
        seen: dict[str, str] = {}
        while not self.closed:
            now = {"page": self.version, "work": self.work}
            fresh = {name: said for name, said in now.items() if seen.get(name) != said}
            seen = now
            yield from fresh.items()
            with self.changed:
                same = self.version == now["page"] and self.work == now["work"]
                if same and not self.closed and not self.changed.wait(BEAT):
                    seen.pop("work")  # say it again: the page is still there, or not


class Host(ThreadingHTTPServer):
    """A server of one stage."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], stage: Stage) -> None:
        super().__init__(address, _Handler)
        self.stage = stage

    @property
    def url(self) -> str:
        name = str(self.server_address[0])
        return f"http://{f'[{name}]' if ':' in name else name}:{self.server_port}/"

    def __enter__(self) -> Host:
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stage.close()
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: object) -> None:
        """A page that was closed in the midst of an answer is no news."""

    def local(self) -> bool:
        return self.server_address[0] in LOOPBACK


def opened(host: str, port: int | None, stage: Stage) -> Host:
    """A server that listens; without a port at the usual one, or any that is free."""
    if port is not None:
        return Host((host, port), stage)
    with suppress(OSError):
        return Host((host, PORT), stage)
    return Host((host, 0), stage)


class _Handler(BaseHTTPRequestHandler):
    """Answers one page. Nothing but what is on the stage can be asked for."""

    server: Host

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path).lstrip("/") or "index.html"
        data = self.server.stage.files.get(path)
        if self.server.local() and not self.asked_here():
            self.send_error(403, "only from this machine")
        elif path == "news":
            self.stream()
        elif data is None:
            self.send_error(404)
        else:
            kind = TYPES.get(PurePosixPath(path).suffix.lower())
            self.head(kind or "application/octet-stream", len(data))
            self.wfile.write(data)

    def asked_here(self) -> bool:
        """Whether the page was asked for by this machine's name: no other site's."""
        name = urlsplit(f"//{self.headers.get('Host', '')}").hostname
        return name in LOOPBACK

    def stream(self) -> None:
        self.head("text/event-stream")
        for name, said in self.server.stage.news():
            self.wfile.write(f"event: {name}\ndata: {said}\n\n".encode())
            self.wfile.flush()

    def head(self, kind: str, length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Requests are not news."""
