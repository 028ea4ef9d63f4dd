"""The browser's proxy: where it goes, and where not."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import pytest

from crawler.browser_proxy import GuardedProxy
from crawler.settings_for import CrawlerSettings
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
