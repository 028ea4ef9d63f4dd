"""Answers that say to wait, that nobody may believe, or that never come (rows 19 and 21-24)."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.answer import Answer
from crawler.reactor import the_loop
from tests.crawler.hostile import SHORT, RawServer, asked, names, reply, silent
from tests.crawler.site import listing_page, posting_page
from tests.crawler.visits import Watched

DAY = timedelta(hours=24)
PATHS = [f"/jobs/{n}-engineer" for n in (1, 2, 3)]
PAGE = posting_page(1)


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer({"/careers": reply(listing_page(PATHS))}) as opened:
        for n, path in enumerate(PATHS, 1):
            opened.routes[path] = reply(posting_page(n))
        yield opened


@pytest.fixture
def board(server: RawServer) -> Watched:
    watched = Watched(server.url("/careers"), settings=SHORT)
    healthy = watched.crawl()
    assert (healthy.outcome, len(healthy.titles())) == ("complete", 3)
    server.log.clear()
    return watched


def said(answer: Answer) -> str:
    return answer.trouble.detail if answer.trouble else f"HTTP {answer.status}"


# --- Retry-After -------------------------------------------------------------------------------

DATE = "Date: Mon, 02 Mar 2026 20:00:00 GMT"
WAITS: list[tuple[tuple[str, ...], timedelta | None]] = [
    (("Retry-After: 120",), timedelta(minutes=2)),
    (("Retry-After:   120  ",), timedelta(minutes=2)),
    (("Retry-After: 0",), timedelta()),
    (("Retry-After: 86400",), DAY),
    (("Retry-After: 315360000",), DAY),
    (("Retry-After: " + "9" * 400,), DAY),
    (("Retry-After: Mon, 02 Mar 2026 20:30:00 GMT", DATE), timedelta(minutes=30)),
    (("Retry-After: Monday, 02-Mar-26 20:30:00 GMT", DATE), timedelta(minutes=30)),
    (("Retry-After: Mon Mar  2 20:30:00 2026", DATE), timedelta(minutes=30)),
    (("Retry-After: Mon, 02 Mar 2026 20:30:00 GMT",), timedelta(minutes=30)),
    (("Retry-After: Fri, 02 Mar 2001 20:30:00 GMT", DATE), timedelta()),
    (("Retry-After: Mon, 02 Mar 2036 20:30:00 GMT", DATE), DAY),
    (("Retry-After: Fri, 31 Dec 9999 23:59:59 GMT", DATE), DAY),
    (("Retry-After: Fri, 31 Dec 9999 23:59:59 -2359", DATE), DAY),
    (("Retry-After: Mon, 01 Jan 0001 00:00:00 +2359", DATE), timedelta()),
    (("Retry-After: Mon, 02 Mar 2026 20:30:00 GMT", "Date: never"), timedelta(minutes=30)),
    (("Retry-After: -5",), None),
    (("Retry-After: 1.5",), None),
    (("Retry-After: １２０",), None),
    (("Retry-After: soon",), None),
    (("Retry-After: Mon, 32 Foo 2026 99:99:99 GMT", DATE), None),
    (("Retry-After:",), None),
    ((), None),
]


@pytest.mark.parametrize("status", ["429 Slow down", "503 Busy"])
@pytest.mark.parametrize(("headers", "wait"), WAITS)
def test_how_long_to_wait(
    server: RawServer,
    board: Watched,
    status: str,
    headers: tuple[str, ...],
    wait: timedelta | None,
) -> None:
    plain = [each.encode().decode("latin-1") for each in headers]
    server.routes["/careers"] = reply("busy", *plain, status=status)
    seen = board.crawl()
    assert seen.report.retry_after == (None if wait is None else board.now + wait)
    assert server.log == ["/robots.txt", "/careers"]
    assert seen.observations == []


@pytest.mark.parametrize("status", ["429 Slow down", "503 Busy"])
def test_a_host_that_asked_to_be_left_alone_is_not_asked_by_a_detour(
    server: RawServer, status: str
) -> None:
    with RawServer() as other:
        other.routes["/there"] = reply(b"", f"Location: {server.url('/careers')}", status="302 Go")
        assert asked([other.url("/there")])[0].status == 200
        server.routes["/busy"] = reply("busy", "Retry-After: 60", status=status)
        server.log.clear()
        busy, detour, again = asked(
            [server.url("/busy"), other.url("/there"), server.url("/careers")]
        )
    assert busy.status == int(status[:3])
    assert said(detour) == said(again) == f"not asked: the site answered HTTP {status[:3]} before"
    assert server.log == ["/robots.txt", "/busy"]


# --- nothing comes -----------------------------------------------------------------------------


def test_hosts_that_are_not_there_are_unknown(server: RawServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        closed = f"http://127.0.0.1:{free.getsockname()[1]}/"
    the_loop()
    server.routes["/slow"] = silent
    with names(lambda host: []):
        answers = asked(["http://nowhere.example/", closed, server.url("/slow")], SHORT)
        seen = Watched("http://nowhere.example/careers", settings=SHORT).crawl()
    robots = " (robots.txt was asked for first)"
    assert [said(answer) for answer in answers] == [
        f"there is no such host{robots}",
        f"the connection was refused{robots}",
        "it took too long to answer",
    ]
    assert [answer.trouble.fetch for answer in answers if answer.trouble] == ["failed"] * 3
    assert (seen.outcome, seen.observations) == ("failed", [])


# --- 304 ---------------------------------------------------------------------------------------

NOT_MODIFIED = reply(b"", 'ETag: "1"', status="304 Not Modified", length=None)


def test_a_304_to_a_known_page_is_its_last_answer(server: RawServer, board: Watched) -> None:
    server.routes["/jobs/2-engineer"] = reply(posting_page(2), 'ETag: "1"')
    board.crawl()
    server.routes["/jobs/2-engineer"] = NOT_MODIFIED
    server.heads.clear()
    assert board.crawl().fetches() == {"unchanged": 3}
    assert sum(b'If-None-Match: "1"' in head for head in server.heads) == 1


def test_a_304_to_a_page_that_nothing_is_known_of_is_asked_again_and_unknown(
    server: RawServer, board: Watched
) -> None:
    # Its answer had no validator: so no request of ours can have set a condition.
    server.routes["/jobs/2-engineer"] = NOT_MODIFIED
    seen = board.crawl()
    assert seen.fetches() == {"unchanged": 2, "failed": 1}
    assert server.log.count("/jobs/2-engineer") == 2
    assert not any(b"If-" in head for head in server.heads)
    (page,) = [page for page in seen.report.crawl.pages if page.role == "detail"]
    assert page.detail == "HTTP 304 to a request that set no condition"


def test_a_first_304_is_asked_again_without_conditions(server: RawServer) -> None:
    answers = iter([NOT_MODIFIED, reply(PAGE)])
    server.routes["/1"] = lambda stream, ended: stream.sendall(next(answers))
    (answer,) = asked([server.url("/1")])
    assert (answer.status, answer.body) == (200, PAGE.encode())
    assert b"no-cache" in server.heads[-1]


def test_a_304_in_an_encoding_is_a_304(server: RawServer, board: Watched) -> None:
    server.routes["/careers"] = reply(listing_page(PATHS), 'ETag: "1"', "X: 1")
    board.crawl()
    server.routes["/careers"] = NOT_MODIFIED.replace(b"ETag", b"Content-Encoding: gzip\r\nETag")
    seen = board.crawl()
    assert (seen.outcome, seen.fetches()) == ("complete", {"unchanged": 3})


# --- TLS ---------------------------------------------------------------------------------------

LOOPBACK = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
ELSEWHERE = x509.DNSName("other.example")
UNVERIFIED = "its certificate could not be verified"


class Authority:
    """Signs certificates; with ``trusted``, OpenSSL's defaults take its word."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
        self.file = folder / "authority.pem"
        made = self._signed(self.name, self.key.public_key(), None, 30)
        self.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))

    def _signed(
        self,
        name: x509.Name,
        key: ec.EllipticCurvePublicKey,
        host: x509.GeneralName | None,
        days: int,
    ) -> x509.Certificate:
        # The certificates are checked by OpenSSL, against the real time.
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=60))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        )
        if host:
            made = made.add_extension(x509.SubjectAlternativeName([host]), critical=False)
        return made.sign(self.key, hashes.SHA256())

    def context(self, host: x509.GeneralName, days: int) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
        file = self.folder / "server.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + self._signed(name, key.public_key(), host, days).public_bytes(
                serialization.Encoding.PEM
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


@pytest.mark.parametrize(
    ("trusted", "host", "days", "expected"),
    [
        (True, LOOPBACK, 30, "HTTP 200"),
        (True, LOOPBACK, -1, f"{UNVERIFIED} (robots.txt was asked for first)"),
        (True, ELSEWHERE, 30, f"{UNVERIFIED} (robots.txt was asked for first)"),
        (False, LOOPBACK, 30, f"{UNVERIFIED} (robots.txt was asked for first)"),
    ],
    ids=["good", "expired", "wrong host", "unknown authority"],
)
def test_only_a_verified_certificate_is_spoken_to(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    trusted: bool,
    host: x509.GeneralName,
    days: int,
    expected: str,
) -> None:
    authority = Authority(tmp_path)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with RawServer({"/1": reply(PAGE)}, tls=authority.context(host, days)) as server:
        (answer,) = asked([server.url("/1")])
        assert said(answer) == expected
        assert bool(server.log) == (expected == "HTTP 200")


def test_a_server_that_speaks_no_tls_is_a_failure(server: RawServer) -> None:
    (answer,) = asked([server.url("/careers").replace("http:", "https:")], SHORT)
    assert answer.trouble is not None
    assert answer.trouble.fetch == "failed"
    assert server.log == []
