"""A small scriptable web site on loopback: its routes are values, its requests are logged."""

from __future__ import annotations

import hashlib
import json
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Reply:
    """What a route answers.

    ``cut`` sends only so many bytes of the body and then closes; ``length`` is False to say no
    Content-Length; ``etag`` adds one made of the body and honours If-None-Match.
    """

    body: str | bytes = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str | None = "text/html; charset=utf-8"
    etag: bool = False
    cut: int | None = None
    length: bool = True

    @property
    def bytes(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


@dataclass(frozen=True)
class Request:
    """A request that arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


Route = Reply | str | Callable[[Request], Reply]


class Site:
    """A web site on a free port of 127.0.0.1; use it as a context manager.

    Attributes:
        routes: path (with its query) to what it answers; else the path alone is looked up.
        everywhere: what every path but robots.txt answers instead, while it is set.
        log: every request, in order.
    """

    def __init__(
        self,
        routes: Mapping[str, Route] | None = None,
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self.routes: dict[str, Route] = dict(routes or {})
        self.everywhere: Route | None = None
        self.log: list[Request] = []
        self._server = _Server((host, 0), _handler_for(self))
        self._host = host
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    def answer(self, request: Request) -> Reply:
        path = request.path
        route: Route | None = self.routes.get(path, self.routes.get(path.partition("?")[0]))
        if self.everywhere is not None and path != "/robots.txt":
            route = self.everywhere
        if route is None:
            return Reply("<html><title>Not found</title><p>Not found</p></html>", 404)
        if isinstance(route, str):
            return Reply(route)
        return route if isinstance(route, Reply) else route(request)

    def __setitem__(self, path: str, route: Route) -> None:
        self.routes[path] = route

    def __delitem__(self, path: str) -> None:
        del self.routes[path]

    def url(self, path: str = "/") -> str:
        return f"{self._scheme}://{self._host}:{self._server.server_port}{path}"

    def asked(self) -> list[str]:
        """The paths that were asked, robots.txt left out."""
        return [request.path for request in self.log if request.path != "/robots.txt"]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a client that hung up is what some tests are about


def _handler_for(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length") or 0))
            request = Request(self.command, self.path, headers, body)
            site.log.append(request)
            self._send(site.answer(request), headers)

        do_POST = do_GET  # noqa: N815

        def _send(self, reply: Reply, asked: Mapping[str, str]) -> None:
            body, extra = reply.bytes, dict(reply.headers)
            if reply.etag:
                tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
                extra.setdefault("ETag", tag)
                if asked.get("if-none-match") == extra["ETag"]:
                    reply, body = replace(reply, status=304, cut=None), b""
            self.send_response(reply.status)
            for name, value in extra.items():
                self.send_header(name, value)
            if reply.content_type and body:
                self.send_header("Content-Type", reply.content_type)
            if reply.length and reply.status != 304:
                self.send_header("Content-Length", str(len(body)))
            if not reply.length or reply.cut is not None:
                self.send_header("Connection", "close")
                self.close_connection = True
            self.end_headers()
            self.wfile.write(body if reply.cut is None else body[: reply.cut])

        def log_message(self, *args: object) -> None:
            pass

    return Handler


def posting_json(number: int, **fields: Any) -> dict[str, Any]:
    """A JobPosting with an identifier, as JSON-LD."""
    return {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": f"Engineer {number}",
        "description": f"<p>Work number {number}, with people, on things that matter.</p>",
        "datePosted": "2026-01-05",
        "identifier": {"@type": "PropertyValue", "name": "Acme", "value": f"A-{number}"},
        "hiringOrganization": {"@type": "Organization", "name": "Acme"},
        "jobLocation": {
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "addressLocality": "Bern",
                "addressCountry": "CH",
            },
        },
        **fields,
    }


def script(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def posting_page(number: int, **fields: Any) -> str:
    """A posting's own page."""
    return html(
        f"Engineer {number}",
        f"<h1>Engineer {number}</h1><p>Work number {number}.</p>"
        f'<a href="/careers">All jobs</a>{script(posting_json(number, **fields))}',
    )


def listing_page(paths: list[str], more: str = "") -> str:
    """A listing whose links lead to postings."""
    items = "".join(f'<li><a href="{path}">Engineer {path}</a></li>' for path in paths)
    menu = '<nav><a href="/">Home</a><a href="/about">About us</a><a href="/blog/">Blog</a></nav>'
    return html("Careers at Acme", f"{menu}<h1>Open positions</h1><ul>{items}</ul>{more}")


def html(title: str, body: str) -> str:
    return f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"


def board_of(count: int, *, etag: bool = False) -> dict[str, Route]:
    """A board: ``/careers`` lists ``count`` postings at ``/jobs/N-engineer``."""
    paths = [f"/jobs/{n}-engineer" for n in range(1, count + 1)]
    routes: dict[str, Route] = {"/careers": Reply(listing_page(paths), etag=etag)}
    for n, path in enumerate(paths, 1):
        routes[path] = Reply(posting_page(n), etag=etag)
    routes["/about"] = html("About", "<h1>About us</h1><p>We are Acme.</p>")
    routes["/blog/"] = html("Blog", "<h1>Blog</h1><p>News.</p>")
    routes["/"] = html("Acme", "<h1>Acme</h1><p>Things.</p><a href='/careers'>Careers</a>")
    routes["/robots.txt"] = Reply("User-agent: *\nDisallow: /private/\n", content_type="text/plain")
    return routes
