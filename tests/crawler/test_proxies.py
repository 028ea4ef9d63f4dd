"""Proxies of the environment: honoured, and no way around the guards."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from typing import Self

import pytest

from crawler.reactor import the_loop
from tests.crawler.hostile import PUBLIC, RawServer, asked, names, reply
from tests.crawler.site import posting_page

PUBLIC_ADDRESS = "93.184.216.34"
PAGE = reply(posting_page(1))


class Tunnel:
    """A proxy that answers CONNECT by ending the connection, and says what it was asked for."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                opened, _ = self._socket.accept()
                with opened:
                    self.log.append(opened.recv(65536).split(b"\r\n", 1)[0].decode())
                    opened.sendall(b"HTTP/1.1 502 No\r\n\r\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[RawServer]:
    """A plain proxy on loopback, which every http request is to go through."""
    for name in ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    the_loop()
    with RawServer() as opened:
        opened.routes["http://example.org/robots.txt"] = reply(b"", status="404 No")
        opened.routes["http://example.org/jobs/1"] = PAGE
        monkeypatch.setenv("HTTP_PROXY", f"http://{opened.host}:{opened.port}")
        yield opened


def resolved(host: str) -> list[str]:
    return {"example.org": [PUBLIC_ADDRESS], "inside.example": ["10.0.0.7"]}.get(host, [])


def test_a_public_page_is_asked_for_through_the_proxy(proxy: RawServer) -> None:
    """The proxy's own address is private, and is exempt."""
    with names(resolved):
        (answer,) = asked(["http://example.org/jobs/1"], PUBLIC)
    assert answer.status == 200
    assert proxy.log == ["http://example.org/robots.txt", "http://example.org/jobs/1"]


@pytest.mark.parametrize(
    "url",
    [
        "http://inside.example/jobs/1",
        "http://10.0.0.7/jobs/1",
        "http://2130706433/jobs/1",
        "http://nowhere.example/jobs/1",
    ],
)
def test_what_is_private_or_not_there_is_not_even_told_to_the_proxy(
    proxy: RawServer, url: str
) -> None:
    with names(resolved):
        good, bad = asked(["http://example.org/jobs/1", url], PUBLIC)
    assert good.status == 200
    assert bad.trouble is not None
    assert all("example.org" in asked_for for asked_for in proxy.log)


def test_a_redirect_to_what_is_private_is_not_told_to_the_proxy(proxy: RawServer) -> None:
    there = reply(b"", "Location: http://inside.example/x", status="302 Go")
    proxy.routes["http://example.org/away"] = there
    with names(resolved):
        (answer,) = asked(["http://example.org/away"], PUBLIC)
    assert answer.trouble is not None
    assert "is not a public address" in answer.trouble.detail
    assert proxy.log[-1] == "http://example.org/away"


def test_no_proxy_is_honoured(proxy: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "example.org")
    with names(lambda host: ["127.0.0.2"]):
        (answer,) = asked(["http://example.org/jobs/1"], PUBLIC)
    assert answer.trouble is not None
    assert "127.0.0.2 is not a public address" in answer.trouble.detail
    assert proxy.log == []


def test_https_goes_through_a_tunnel(monkeypatch: pytest.MonkeyPatch, proxy: RawServer) -> None:
    with Tunnel() as tunnel, names(resolved):
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{tunnel.port}")
        one, other = asked(["https://example.org/jobs/1", "https://inside.example/"], PUBLIC)
    assert one.trouble is not None
    assert other.trouble is not None
    assert set(tunnel.log) == {"CONNECT example.org:443 HTTP/1.1"}
    assert re.search("not a public address", other.trouble.detail)
    assert proxy.log == []
