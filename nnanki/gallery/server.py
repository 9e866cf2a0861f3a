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
class Site:
    """What is served now: files by path, the name of this state, work under way."""

    # All in memory, and replaced as a whole. Were the files on the disk, a page could
    # load new HTML with old pictures, and a deck that became bad would have to be
    # cleared away.

    files: dict[str, bytes] = field(default_factory=dict)
    version: str = ""
    work: str = ""
    closed: bool = False
    condition: threading.Condition = field(default_factory=threading.Condition)

    def show(self, files: dict[str, bytes], version: str) -> None:
        """Serve other files from now on, all at once."""
        with self.condition:
            self.files, self.version, self.work = files, version, ""
            self.condition.notify_all()

    def tell(self, work: str) -> None:
        """Say what is being done."""
        with self.condition:
            self.work = work
            self.condition.notify_all()

    def close(self) -> None:
        with self.condition:
            self.closed = True
            self.condition.notify_all()

    def news(self) -> Iterator[tuple[str, str]]:
        """Events for one page: which state is served, and what is being done."""
        # A page hears only what differs from what it heard last. It may have missed a
        # state in between: that is right, for only the newest one can still be fetched.
        last: dict[str, str] = {}
        while not self.closed:
            now = {"page": self.version, "work": self.work}
            fresh = {name: text for name, text in now.items() if last.get(name) != text}
            last = now
            yield from fresh.items()
            with self.condition:
                same = self.version == now["page"] and self.work == now["work"]
                if same and not self.closed and not self.condition.wait(BEAT):
                    last.pop("work")  # say it again: the page is still there, or not


class Host(ThreadingHTTPServer):
    """A server of one site."""

    daemon_threads = True
    block_on_close = False  # open pages wait for news that will not come
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], site: Site) -> None:
        super().__init__(address, _Handler)
        self.site = site

    @property
    def url(self) -> str:
        name = str(self.server_address[0])
        return f"http://{f'[{name}]' if ':' in name else name}:{self.server_port}/"

    def __enter__(self) -> Host:
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.site.close()
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: object) -> None:
        """A page that was closed in the midst of an answer is no news."""

    def local(self) -> bool:
        return self.server_address[0] in LOOPBACK


def open_host(host: str, port: int | None, site: Site) -> Host:
    """A server that listens; without a port at the usual one, or any that is free."""
    if port is not None:
        return Host((host, port), site)
    with suppress(OSError):
        return Host((host, PORT), site)
    return Host((host, 0), site)


class _Handler(BaseHTTPRequestHandler):
    """Answers one page. Nothing but what is on the site can be asked for."""

    server: Host

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path).lstrip("/") or "index.html"
        data = self.server.site.files.get(path)
        # A page of another site may let its own name point to this machine, and so read
        # the author's cards through the author's browser. It cannot change the Host
        # header.
        if self.server.local() and not self.is_local_name():
            self.send_error(403, "only from this machine")
        elif path == "news":
            self.stream()
        elif data is None:
            self.send_error(404)
        else:
            media_type = TYPES.get(PurePosixPath(path).suffix.lower())
            self.head(media_type or "application/octet-stream", len(data))
            self.wfile.write(data)

    def is_local_name(self) -> bool:
        """Whether the page was asked for by this machine's name: no other site's."""
        name = urlsplit(f"//{self.headers.get('Host', '')}").hostname
        return name in LOOPBACK

    def stream(self) -> None:
        self.head("text/event-stream")
        for name, text in self.server.site.news():
            self.wfile.write(f"event: {name}\ndata: {text}\n\n".encode())
            self.wfile.flush()

    def head(self, media_type: str, length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Cache-Control", "no-store")
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Requests are not news."""
