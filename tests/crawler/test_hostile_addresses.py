"""Ways to lead a crawl to a private address, or to give it away (rows 8-15 and 20)."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.guard.urls import literal_address
from crawler.reactor import the_loop
from postings.errors import RefusedUrl
from tests.crawler.hostile import PUBLIC, STAND_IN, RawServer, asked, names, reply
from tests.crawler.site import listing_page, posting_page
from tests.crawler.visits import Watched

PAGE = posting_page(1)
PRIVATE = [
    "127.0.0.1",
    "127.9.8.7",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.9.9",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "224.0.0.1",
]


def spellings_of(address: str) -> list[str]:
    """The ways to spell an IPv4 address as the host of a URL."""
    number = int(ipaddress.IPv4Address(address))
    a, b, c, d = (int(part) for part in address.split("."))
    high, low = number >> 16, number & 0xFFFF
    sixteens = f"{high:x}:{low:x}"
    return [
        address,
        f"{address}.",
        f"{number}",
        f"{number}.",
        f"0x{number:x}",
        f"0X{number:X}",
        f"0x{number:016x}",
        f"0{number:o}",
        f"00000{number:o}",
        f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{low}",
        f"0x{a:x}.0x{number & 0xFFFFFF:x}",
        f"0x{a:x}.{b}.0{low:o}",
        ".".join(f"0x{part:x}" for part in (a, b, c, d)),
        ".".join(f"0{part:o}" for part in (a, b, c, d)),
        ".".join(f"{part:03o}".rjust(6, "0") for part in (a, b, c, d)),
        f"0{a:o}.{b}.0x{c:x}.{d}",
        f"[::ffff:{address}]",
        f"[::ffff:{sixteens}]",
        f"[0:0:0:0:0:ffff:{sixteens}]",
        f"[0000:0000:0000:0000:0000:FFFF:{high:04X}:{low:04X}]",
        f"[::{address}]",
        f"[64:ff9b::{sixteens}]",
        f"[2002:{sixteens}::]",
        f"[::ffff:0:{sixteens}]",
        "".join(f"%{ord(letter):02x}" for letter in address),
        address.replace(".", "%2e"),
        address.replace(".", "。"),
        "".join(chr(ord(letter) + 0xFEE0) for letter in address),
        "".join(chr(0x2460 + int(each) - 1) if each in "123456789" else each for each in address),
        f"{address}\u00ad",
        f"user@{address}",
        f"example.org@{address}",
        f"example.org\\@{address}",
        f"{address}\\@example.org",
        f"{address}#@example.org",
        f"{address}:80",
    ]


OTHERS = [
    "[::1]",
    "[::]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fe80::1%25lo]",
    "[fec0::1]",
    "[ff02::1]",
    "[2001:db8::1]",
    "[2001::1]",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "x.localhost",
    "ｌｏｃａｌｈｏｓｔ",
    "0",
    "127.1",
    "0x7f.1",
    "",
]
URLS = [
    f"http://{host}/" for address in PRIVATE for host in dict.fromkeys(spellings_of(address))
] + [f"{scheme}://{host}/" for host in OTHERS for scheme in ("http", "HTTPS")]
SCHEMES = [
    "file:///etc/passwd",
    "FILE:/etc/passwd",
    "ftp://127.0.0.1/x",
    "data:text/html,<p>x",
    "javascript:alert(1)",
    "gopher://127.0.0.1/",
    "dict://127.0.0.1:11211/stat",
    "unix:/run/docker.sock",
    "s3://bucket/key",
    "view-source:http://127.0.0.1/",
]


@dataclass
class Wire:
    """The addresses that the process connects to, while it is listened to."""

    on: bool = False
    connected: list[Any] = field(default_factory=list)


@pytest.fixture(scope="module")
def tap() -> Wire:
    wire = Wire()

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if wire.on and event == "socket.connect":
            wire.connected.append(arguments[1])

    sys.addaudithook(hear)
    return wire


@pytest.fixture
def wire(tap: Wire) -> Iterator[Wire]:
    the_loop()
    tap.connected.clear()
    tap.on = True
    yield tap
    tap.on = False


def nobody(host: str) -> list[str]:
    return []


def test_there_are_enough_spellings() -> None:
    assert len(set(URLS)) >= 300


def test_no_spelling_of_a_private_address_is_connected_to(wire: Wire) -> None:
    with RawServer({"/1": reply(PAGE)}) as server, names(nobody):
        assert asked([server.url("/1")], STAND_IN)[0].status == 200
        assert {address[1] for address in wire.connected} == {server.port}
        wire.connected.clear()
        answers = asked([*URLS, *SCHEMES], PUBLIC)
    assert [answer.url for answer in answers if not answer.trouble] == []
    assert wire.connected == []


def test_no_redirect_to_a_private_address_or_another_scheme_is_followed(wire: Wire) -> None:
    # An address that no spelling names, so that all of 127.0.0.1 is private.
    settings = replace(PUBLIC, exempt=frozenset({"127.0.0.77"}))
    targets = [url for url in (*URLS, *SCHEMES) if not url.endswith(":///")]
    routes = {f"/{n}": redirect(target) for n, target in enumerate(targets)}
    with RawServer(host="127.0.0.77") as server, names(nobody):
        server.routes.update(routes)
        answers = asked([server.url(path) for path in routes], settings)
        assert [answer.url for answer in answers if answer.status == 200] == []
        assert set(routes) <= set(server.log)
        assert {address[:2] for address in wire.connected} == {("127.0.0.77", server.port)}


@pytest.mark.parametrize("spelling", ["0x7f000001", "2130706433", "017700000001", "[::1]"])
def test_these_spellings_do_reach_loopback_where_it_is_allowed(spelling: str, wire: Wire) -> None:
    host = "::1" if spelling == "[::1]" else "127.0.0.1"
    with names(nobody), contextlib.suppress(OSError):
        asked([f"http://{spelling}:1/"])
        assert {address[0] for address in wire.connected} == {host}


def redirect(to: str, status: str = "302 Found", *headers: str) -> bytes:
    location = to.encode("utf-8").decode("latin-1")
    return reply(b"", f"Location: {location}", *headers, status=status)


# --- one posting's page leads astray: it is unknown, its neighbours are kept -------------------


@pytest.fixture
def secret() -> Iterator[RawServer]:
    """A server on an address that is private, with a posting of its own."""
    with RawServer({"/": reply(PAGE), "/jobs/9": reply(PAGE)}, host="127.0.0.2") as opened:
        yield opened


@pytest.fixture
def server() -> Iterator[RawServer]:
    paths = [f"/jobs/{n}-engineer" for n in (1, 2, 3)]
    with RawServer({"/careers": reply(listing_page(paths))}) as opened:
        for n, path in enumerate(paths, 1):
            opened.routes[path] = reply(posting_page(n))
        yield opened


ASTRAY: dict[str, tuple[Callable[[RawServer, RawServer], bytes], str]] = {
    "a private address": (lambda _, secret: redirect(secret.url("/")), "not a public address"),
    "its name": (
        lambda _, secret: redirect(f"http://inside.example:{secret.port}/"),
        "127.0.0.2 is not a public address",
    ),
    "a private address, permanently": (
        lambda _, secret: redirect(secret.url("/"), "301 Moved"),
        "not a public address",
    ),
    "a private address, 308": (
        lambda _, secret: redirect(secret.url("/"), "308 Moved"),
        "not a public address",
    ),
    "no scheme": (
        lambda _, secret: redirect(f"//127.0.0.2:{secret.port}/"),
        "not a public address",
    ),
    "a user name": (
        lambda server, _: redirect(server.url("/jobs/1").replace("//", "//me:secret@")),
        "logs in nowhere",
    ),
    "a backslash": (lambda *_: redirect("http://a\\@b/"), "which is not followed"),
    "a file": (lambda *_: redirect("file:///etc/passwd"), "which is not followed"),
    "ftp": (lambda *_: redirect("ftp://ftp.example/"), "which is not followed"),
    "data": (lambda *_: redirect("data:text/html,<p>"), "which is not followed"),
    "itself": (lambda *_: redirect("/jobs/2-engineer"), "redirected more than 5 times"),
    "no such host": (lambda *_: redirect("http://gone.example/"), "there is no such host"),
    "nowhere": (lambda *_: reply(b"", status="302 Found"), "HTTP 302"),
}


def inside(host: str) -> list[str]:
    return ["127.0.0.2"] if host == "inside.example" else []


@pytest.mark.parametrize("astray", ASTRAY)
def test_a_page_that_redirects_astray_is_unknown(
    server: RawServer, secret: RawServer, astray: str
) -> None:
    board = Watched(server.url("/careers"), settings=STAND_IN)
    answer, said = ASTRAY[astray]
    with names(inside):
        healthy = board.crawl()
        assert (healthy.outcome, len(healthy.titles())) == ("complete", 3)
        server.routes["/jobs/2-engineer"] = answer(server, secret)
        seen = board.crawl()
    assert seen.fetches() == {"unchanged": 2, "failed": 1}
    (page,) = [page for page in seen.report.crawl.pages if page.role == "detail"]
    assert said in page.detail
    assert secret.log == []
    assert server.log.count("/jobs/2-engineer") <= 7


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "http://127.0.0.2:{port}/", "http://inside.example:{port}/"]
)
def test_a_meta_refresh_is_never_followed(
    server: RawServer, secret: RawServer, target: str
) -> None:
    board = Watched(server.url("/careers"), settings=STAND_IN)
    to = target.format(port=secret.port)
    refresh = f'<html><head><meta http-equiv="refresh" content="0;url={to}"></head></html>'
    with names(inside):
        assert board.crawl().outcome == "complete"
        server.routes["/jobs/2-engineer"] = reply(refresh)
        assert board.crawl().fetches() == {"unchanged": 2, "failed": 1}
    assert secret.log == []


def test_links_of_a_listing_to_private_addresses_are_never_asked(
    server: RawServer, secret: RawServer
) -> None:
    links = [secret.url("/jobs/9"), f"http://inside.example:{secret.port}/jobs/9", "file:///jobs/9"]
    paths = [f"/jobs/{n}-engineer" for n in (1, 2, 3)]
    server.routes["/careers"] = reply(listing_page([*links, *paths]))
    with names(inside):
        seen = Watched(server.url("/careers"), settings=STAND_IN).crawl()
    assert len(seen.titles()) == 3
    assert secret.log == []


# --- names that change their mind --------------------------------------------------------------


def test_a_name_that_is_rebound_to_a_private_address_is_refused_at_the_socket(
    server: RawServer,
) -> None:
    with contextlib.ExitStack() as stack:
        twin = stack.enter_context(_at_port("127.0.0.2", server.port))
        answers = iter([["127.0.0.1"], ["127.0.0.1"], ["127.0.0.2"], ["127.0.0.2"]])
        stack.enter_context(names(lambda host: next(answers)))
        url = server.url("/careers", host="rebound.example")
        # The third look-up is that of the second page: robots.txt and the first come before.
        first, second = asked([url, url], STAND_IN)
        assert first.status == 200
        assert second.trouble is not None
        assert "127.0.0.2 is not a public address" in second.trouble.detail
        assert twin.log == []


def test_no_name_is_followed_to_whatever_private_address_it_is_rebound_to(
    server: RawServer, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For each spelling a name: the public stand-in when robots.txt is asked, that address next."""
    # How long Twisted waits before it tries the next address of a name: there is none here.
    monkeypatch.setattr("twisted.internet.endpoints.HostnameEndpoint._DEFAULT_ATTEMPT_DELAY", 0.001)
    targets = [literal_address(urlsplit(url).hostname or "") for url in URLS]
    private = {f"n{n}.example": each for n, each in enumerate(targets) if each}
    looked_up: Counter[str] = Counter()

    def rebound(host: str) -> list[str]:
        looked_up[host] += 1
        return ["127.0.0.1"] if looked_up[host] == 1 else [private[host]]

    assert len(private) >= 250
    with names(rebound):
        wire.connected.clear()
        answers = asked([server.url("/careers", host=host) for host in private], STAND_IN)
    stand_in = {f"n{n}.example" for n, each in enumerate(targets) if each == "127.0.0.1"}
    reached = {urlsplit(answer.url).hostname for answer in answers if answer.status == 200}
    assert reached == stand_in
    assert {address[:2] for address in wire.connected} == {("127.0.0.1", server.port)}


def test_of_several_addresses_only_the_public_one_is_connected_to(server: RawServer) -> None:
    with (
        _at_port("127.0.0.2", server.port) as twin,
        names(lambda host: ["127.0.0.2", "127.0.0.1"]),
    ):
        (answer,) = asked([server.url("/careers", host="both.example")], STAND_IN)
    assert answer.status == 200
    assert twin.log == []


@contextlib.contextmanager
def _at_port(host: str, port: int) -> Iterator[RawServer]:
    listening = socket.create_server

    def at_port(address: tuple[str, int], **kwargs: Any) -> socket.socket:
        return listening((address[0], port), **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "create_server", at_port)
        opened = RawServer({"/careers": reply(PAGE)}, host=host)
    with opened:
        yield opened


# --- what must not be given away ---------------------------------------------------------------


def test_nothing_is_carried_from_one_host_to_another(server: RawServer) -> None:
    other = RawServer({"/there": reply(PAGE)})
    with other:
        server.routes["/here"] = redirect(
            other.url("/there"), "302 Found", "Set-Cookie: id=secret; Path=/"
        )
        server.routes["/login"] = reply(
            b"", 'WWW-Authenticate: Basic realm="x"', status="401 Unauthorized"
        )
        urls = [server.url("/login"), server.url("/here"), server.url("/careers")]
        refused, followed, again = asked(urls, STAND_IN)
    assert refused.status == 401
    assert (followed.status, followed.final_url) == (200, other.url("/there"))
    assert again.status == 200
    for head in (*server.heads, *other.heads):
        said = head.lower()
        assert b"cookie" not in said
        assert b"authorization" not in said
        assert b"referer" not in said


def test_a_board_at_a_private_name_is_refused(server: RawServer) -> None:
    with names(inside), pytest.raises(RefusedUrl, match="not a public address"):
        Watched(f"http://inside.example:{server.port}/careers", settings=STAND_IN).crawl()
    assert server.log == []
