"""The browser's proxy: where it goes, and where not."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Self

import pytest

from crawler.browser_proxy import GuardedProxy
from crawler.settings_for import CrawlerSettings
from crawler.upstream import Upstreams
from tests.crawler.site import Reply, Request, Site

PRIVATE = CrawlerSettings()
LOOPBACK = replace(PRIVATE, exempt=frozenset(("127.0.0.1",)))


def spoken(proxy: GuardedProxy, *requests: bytes, login: bool = True) -> list[bytes]:
    """What a proxy answers, each request on a connection of its own."""

    async def main() -> list[bytes]:
        server = await proxy.start()
        answers = []
        for request in requests:
            head, _, body = request.partition(b"\r\n\r\n")
            shown = base64.b64encode(f"jobdiff:{proxy.password}".encode())
            if login:
                head += b"\r\nProxy-Authorization: Basic " + shown
            reader, writer = await asyncio.open_connection("127.0.0.1", int(server.rsplit(":")[-1]))
            writer.write(head + b"\r\n\r\n" + body)
            answers.append(await reader.read())
            writer.close()
        await proxy.close()
        return answers

    return asyncio.run(main())


def get(url: str, *fields: str) -> bytes:
    head = "\r\n".join((f"GET {url} HTTP/1.1", "Host: x", *fields))
    return f"{head}\r\n\r\n".encode()


def connect(place: str, body: str = "") -> bytes:
    return f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n{body}".encode()


def resolving(*addresses: Sequence[str]) -> Callable[[str, int], Awaitable[Sequence[str]]]:
    """A resolver that answers something else every time."""
    left = list(addresses)

    async def resolve(host: str, port: int) -> Sequence[str]:
        return left.pop(0)

    return resolve


def test_a_request_is_passed_on_without_what_is_the_proxys_own() -> None:
    with Site({"/jobs?x=1": Reply("here")}) as site:
        [answer] = spoken(
            GuardedProxy(LOOPBACK), get(site.url("/jobs?x=1"), "Proxy-Connection: keep-alive")
        )
        assert answer.endswith(b"here")
        assert b"Connection: close" in answer
        [request] = site.log
        assert "proxy-authorization" not in request.headers
        assert request.headers["connection"] == "close"


def test_a_body_is_passed_on() -> None:
    def echo(request: Request) -> Reply:
        return Reply(request.body)

    with Site({"/graph": echo}) as site:
        asked = f"POST {site.url('/graph')} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nquery"
        assert spoken(GuardedProxy(LOOPBACK), asked.encode())[0].endswith(b"query")


def test_a_tunnel_ends_at_the_checked_address() -> None:
    with Site({"/": Reply("here")}) as site:
        place = site.url("").removeprefix("http://")
        body = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        [answer] = spoken(GuardedProxy(LOOPBACK), connect(place, body))
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.endswith(b"here")


def test_nobody_else_goes_this_way() -> None:
    with Site({"/": Reply("here")}) as site:
        proxy = GuardedProxy(LOOPBACK)
        [answer] = spoken(proxy, get(site.url("/")), login=False)
        assert answer.startswith(b"HTTP/1.1 407")
        [answer] = spoken(
            GuardedProxy(LOOPBACK),
            get(site.url("/"), "Proxy-Authorization: Basic eDp5"),
            login=False,
        )
        assert answer.startswith(b"HTTP/1.1 407")
        assert site.log == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0",
        "localhost", "x.localhost", "169.254.169.254", "10.0.0.1", "100.64.0.1", "[fd00:ec2::254]",
    ],
)  # fmt: skip
def test_no_spelling_of_a_private_address_is_connected(host: str) -> None:
    with Site({"/": Reply("secret")}) as site:
        port = site.url("").rsplit(":", 1)[1]
        assert spoken(GuardedProxy(LOOPBACK), get(site.url("/")))[0].endswith(b"secret")
        site.log.clear()
        for asked in (get(f"http://{host}:{port}/"), connect(f"{host}:{port}")):
            assert spoken(GuardedProxy(PRIVATE), asked)[0].startswith(b"HTTP/1.1 403")
        assert site.log == []


def test_a_name_that_moves_to_a_private_address_is_not_followed_there() -> None:
    with Site({"/": Reply("secret")}) as site:
        asked = get(site.url("/").replace("127.0.0.1", "rebind.example.org"))
        both = resolving(["127.0.0.1"], ["127.0.0.2"])
        first, second = spoken(GuardedProxy(LOOPBACK, both), asked, asked)
        assert first.endswith(b"secret")
        assert second.startswith(b"HTTP/1.1 403")
        assert len(site.log) == 1


def test_of_several_addresses_a_public_one_is_taken() -> None:
    with Site({"/": Reply("here")}) as site:
        asked = get(site.url("/").replace("127.0.0.1", "two.example.org"))
        mixed = resolving(["10.0.0.1", "127.0.0.1"])
        assert spoken(GuardedProxy(LOOPBACK, mixed), asked)[0].endswith(b"here")


def test_more_than_a_page_may_have_is_cut() -> None:
    with Site({"/": Reply("x" * 300_000)}) as site:
        proxy = GuardedProxy(LOOPBACK)
        proxy.left = 100_000
        whole = spoken(GuardedProxy(LOOPBACK), get(site.url("/")))[0]
        assert len(whole) > 300_000
        assert len(spoken(proxy, get(site.url("/")))[0]) <= 101_000
        assert proxy.left < 0


@pytest.mark.parametrize(
    "request_head",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET file:///etc/passwd HTTP/1.1\r\n\r\n",
        b"GET http:///x HTTP/1.1\r\n\r\n",
        b"CONNECT :0 HTTP/1.1\r\n\r\n",
        b"GET http://a:99999/ HTTP/1.1\r\n\r\n",
        b"GET http://[::1/ HTTP/1.1\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET http://x/ HTTP/1.1\r\nA: " + b"a" * 70_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_request_is_answered_or_hung_up_on(request_head: bytes) -> None:
    [answer] = spoken(GuardedProxy(LOOPBACK), request_head)
    assert not answer or answer.startswith(b"HTTP/1.1 4")


# --- a proxy of the environment ------------------------------------------------------------------


class Onward:
    """A proxy of the environment: it notes what it is sent and connects where it was made to."""

    def __init__(self, site: Site, *, refuses: bool = False) -> None:
        self.heads: list[str] = []
        self._port = int(site.url("").rsplit(":", 1)[1])
        self._refuses = refuses

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.heads.append(head.decode())
        if self._refuses:
            writer.write(b"HTTP/1.1 407 No\r\n\r\n")
        else:
            there, onward = await asyncio.open_connection("127.0.0.1", self._port)
            if head.startswith(b"CONNECT"):
                writer.write(b"HTTP/1.1 200 Fine\r\n\r\n")
                head = await reader.readuntil(b"\r\n\r\n")
            onward.write(b"GET /jobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            writer.write(await there.read())
            onward.close()
        await writer.drain()
        writer.close()


def proxied(
    onward: Onward, settings: CrawlerSettings, *requests: bytes, addresses: Sequence[str]
) -> list[bytes]:
    """What is answered where the environment has a proxy."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    async def main() -> list[bytes]:
        async with onward:
            url = f"http://me:p%40ss@127.0.0.1:{onward.port}"
            upstreams = Upstreams({"http": url, "https": url})
            proxy = GuardedProxy(settings, resolve, upstreams)
            return await asyncio.to_thread(spoken, proxy, *requests)

    return asyncio.run(main())


PUBLIC_ADDRESS = "93.184.216.34"
LOGIN = "Proxy-Authorization: Basic " + base64.b64encode(b"me:p@ss").decode()
TUNNEL = connect("example.org:443", "GET /jobs HTTP/1.1\r\nHost: x\r\n\r\n")
PLAIN = get("http://example.org/jobs?x=1", "Proxy-Connection: keep-alive")


def test_a_proxy_of_the_environment_is_gone_through() -> None:
    with Site({"/jobs": Reply("here")}) as site:
        onward = Onward(site)
        answers = proxied(onward, PRIVATE, PLAIN, TUNNEL, addresses=[PUBLIC_ADDRESS])
        assert [answer.endswith(b"here") for answer in answers] == [True, True]
        plain, tunnel = onward.heads
        assert plain.startswith("GET http://example.org/jobs?x=1 HTTP/1.1\r\n")
        assert tunnel.startswith("CONNECT example.org:443 HTTP/1.1\r\n")
        for head in onward.heads:
            assert head.count("Proxy-Authorization") == 1
            assert LOGIN in head


@pytest.mark.parametrize(
    "addresses", [["10.0.0.7"], [PUBLIC_ADDRESS, "10.0.0.7"], []], ids=["private", "both", "none"]
)
def test_what_is_private_is_not_told_to_the_proxy_of_the_environment(
    addresses: list[str],
) -> None:
    with Site({"/jobs": Reply("here")}) as site:
        onward = Onward(site)
        assert proxied(onward, PRIVATE, PLAIN, addresses=[PUBLIC_ADDRESS])[0].endswith(b"here")
        onward.heads.clear()
        for answer in proxied(onward, PRIVATE, PLAIN, TUNNEL, addresses=addresses):
            assert answer.startswith(b"HTTP/1.1 403")
        assert onward.heads == []


def test_a_name_that_only_the_proxy_knows_is_asked_for_where_private_is_allowed() -> None:
    with Site({"/jobs": Reply("here")}) as site:
        allowed = replace(PRIVATE, allow_private=True)
        [answer] = proxied(Onward(site), allowed, PLAIN, addresses=[])
        assert answer.endswith(b"here")


def test_a_proxy_that_refuses_is_a_bad_gateway() -> None:
    with Site({"/jobs": Reply("here")}) as site:
        onward = Onward(site, refuses=True)
        [answer] = proxied(onward, PRIVATE, TUNNEL, addresses=[PUBLIC_ADDRESS])
        assert answer.startswith(b"HTTP/1.1 502")
        assert site.log == []


@pytest.mark.parametrize("url", ["socks5://127.0.0.1:9", "http://", "http://a:99999"])
def test_a_proxy_that_cannot_be_used_is_not_gone_around(url: str) -> None:
    with Site({"/": Reply("here")}) as site:
        spoiled = GuardedProxy(LOOPBACK, upstreams=Upstreams({"http": url}))
        assert spoken(GuardedProxy(LOOPBACK), get(site.url("/")))[0].endswith(b"here")
        site.log.clear()
        assert spoken(spoiled, get(site.url("/")))[0].startswith(b"HTTP/1.1 502")
        assert site.log == []


def test_no_proxy_leads_the_browser_past_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Site({"/": Reply("here")}) as site:
        past = GuardedProxy(LOOPBACK, upstreams=Upstreams({"http": "http://127.0.0.1:9"}))
        assert spoken(past, get(site.url("/")))[0].endswith(b"here")
