"""The demo's sites, served on loopback by a thread each, on ports that the system picks."""

from __future__ import annotations

import hashlib
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

from jobdiff.demo.pages import Answer, answer
from jobdiff.demo.script import Site


class SiteServer(ThreadingHTTPServer):
    """One site; whoever runs the demo turns its ``day`` (from 1)."""

    daemon_threads = True

    def __init__(self, site: Site) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.site = site
        self.day = 1

    @property
    def url(self) -> str:
        """The address of the career page."""
        return f"http://127.0.0.1:{self.server_port}/careers"

    def server_bind(self) -> None:
        """Bind without asking the resolver for this machine's name, as ``HTTPServer`` would."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.socket.getsockname()[:2]


@contextmanager
def serving(site: Site) -> Iterator[SiteServer]:
    """The site's server, running as long as the block."""
    with SiteServer(site) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: SiteServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        self._send(answer(self.server.site, self.server.day, asked.path, asked.query))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it)
        """Say nothing: the demo's screen belongs to the demo."""

    def _send(self, page: Answer) -> None:
        body = page.body.encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        unchanged = page.status == 200 and self.headers.get("If-None-Match") == etag
        self.send_response(304 if unchanged else page.status)
        self.send_header("ETag", etag)
        if not unchanged:
            kind = "text/html" if body.startswith(b"<!doctype") else "text/plain"
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not unchanged:
            self.wfile.write(body)
