from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from twisted.internet._resolver import GAIResolver

from crawler.guard.addresses import is_public
from crawler.guard.urls import check_url, literal_address
from crawler.job import InMemory
from crawler.ports import BoardPlan
from crawler.reactor import run, the_loop
from crawler.run import crawl, fetch_document
from crawler.settings_for import CrawlerSettings
from postings.errors import ReadError, RefusedUrl
from tests.crawler.site import Reply, Site, board_of, posting_page
from tests.crawler.visits import LOCAL, Watched

PUBLIC = replace(LOCAL, allow_private=False)


def now() -> datetime:
    return datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b:1::7f00:1",
        "4000::1",
        "no address",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


SPELLINGS = [
    "http://127.0.0.1/",
    "http://127.0.0.1./",
    "http://2130706433/",
    "http://127.1/",
    "http://0x7f.1/",
    "http://0x7f000001/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0.0.0.0/",
    "http://0/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/",
    "http://100.64.0.1/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://a.localhost/",
]


@pytest.mark.parametrize("url", SPELLINGS)
def test_every_spelling_of_a_private_address_is_refused(url: str) -> None:
    check_url(url, allow_private=True)
    with pytest.raises(RefusedUrl, match=r"is not a public address; set \[network\] allow_private"):
        check_url(url, allow_private=False)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "data:text/html,x",
        "javascript:alert(1)",
        "example.org/careers",
        "http://",
        "http:///path",
        "http://a\\@b/",
        "http://user:secret@example.org/",
        "http://example.org:99999/",
        "http://example.org:0/",
        "http://[::1/",
        "http://exa mple.org/",
        "http://example.org/\r\nX: y",
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(RefusedUrl):
        check_url(url, allow_private=True)


def test_names_and_bad_numbers_are_no_literal_addresses() -> None:
    assert literal_address("example.org") is None
    assert literal_address("1.2.3.4.5") is None
    assert literal_address("999.1.1.1") is None


def test_a_private_board_is_refused_before_anything_is_asked() -> None:
    with Site(board_of(1)) as site:
        assert Watched(site.url("/careers")).crawl().outcome == "complete"
        site.log.clear()
        plan = BoardPlan("board", site.url("/careers"))
        with pytest.raises(RefusedUrl, match="not a public address"):
            run(lambda: crawl(plan, InMemory(), PUBLIC, now))
        assert site.log == []


@pytest.fixture
def rebound() -> Iterator[None]:
    """Every name that ends in .example resolves to loopback."""
    the_loop()
    from twisted.internet import reactor

    def resolve(host: str, *rest: Any) -> Any:
        return socket.getaddrinfo("127.0.0.1" if host.endswith(".example") else host, *rest)

    look_up: Any = resolve
    resolver = GAIResolver(reactor, reactor.getThreadPool, look_up)
    before = reactor.installNameResolver(resolver)
    yield
    reactor.installNameResolver(before)


@pytest.mark.usefixtures("rebound")
def test_a_name_that_resolves_to_a_private_address_is_refused_at_the_socket() -> None:
    with Site(board_of(1)) as site:
        url = site.url("/careers").replace("127.0.0.1", "rebound.example")
        assert Watched(url).crawl().outcome == "complete"
        site.log.clear()
        with pytest.raises(RefusedUrl, match=r"127\.0\.0\.1 is not a public address"):
            run(lambda: crawl(BoardPlan("board", url), InMemory(), PUBLIC, now))
        with pytest.raises(RefusedUrl, match="not a public address"):
            run(lambda: fetch_document(url, PUBLIC, now))
        assert site.log == []


def test_a_document_is_fetched_with_the_same_guards() -> None:
    with Site({"/1": Reply("", 301, {"Location": "/jobs/1"}), "/jobs/1": posting_page(1)}) as site:
        document = run(lambda: fetch_document(site.url("/1"), LOCAL, now))
        assert document.url == site.url("/jobs/1")
        assert document.status == 200
        assert b"JobPosting" in document.body
        assert document.content_type == "text/html; charset=utf-8"
        with pytest.raises(ReadError, match=r"could not be read: HTTP 404"):
            run(lambda: fetch_document(site.url("/nothing"), LOCAL, now))
        with pytest.raises(RefusedUrl):
            run(lambda: fetch_document(site.url("/1"), PUBLIC, now))


def test_the_user_agent_names_the_program_and_its_contact() -> None:
    with Site(board_of(1)) as site:
        board = Watched(
            site.url("/careers"), settings=replace(LOCAL, contact="mailto:me@a.example")
        )
        board.crawl()
        agents = {request.headers["user-agent"] for request in site.log}
        assert agents == {CrawlerSettings(contact="mailto:me@a.example").user_agent}
        assert agents.pop().endswith("(+mailto:me@a.example)")
        assert not CrawlerSettings().user_agent.endswith(")")


@pytest.mark.parametrize("kind", ["gzip", "br"])
def test_a_bomb_stops_at_sixteen_mebibytes(kind: str) -> None:
    import gzip

    import brotli  # type: ignore[import-untyped]

    plain = b"\0" * (40 * 1024 * 1024)
    body = gzip.compress(plain) if kind == "gzip" else brotli.compress(plain, quality=1)
    with Site(board_of(1)) as site:
        board = Watched(site.url("/careers"))
        assert board.crawl().outcome == "complete"
        site["/careers"] = Reply(body, headers={"Content-Encoding": kind})
        seen = board.crawl()
        assert seen.outcome == "failed"
        assert "16 MiB" in (seen.reason or ""), seen.reason


def certificate(folder: Path, host: x509.GeneralName, days: int) -> tuple[Path, Path]:
    """A self-signed certificate for ``host`` that is valid for so many days from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=9))
        .not_valid_after(today + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([host]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "cert.pem", folder / "key.pem"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_file, key_file


LOOPBACK = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))


@pytest.mark.parametrize(
    ("host", "days"),
    [(LOOPBACK, 30), (LOOPBACK, -1), (x509.DNSName("other.example"), 30)],
    ids=["self-signed", "expired", "another host's"],
)
def test_a_certificate_that_cannot_be_verified_is_a_failure(
    tmp_path: Path, host: x509.GeneralName, days: int
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(tmp_path, host, days))
    with Site(board_of(1), tls=context) as site:
        seen = Watched(site.url("/careers")).crawl()
        assert seen.outcome == "failed"
        assert "its certificate could not be verified" in (seen.reason or "")
        assert site.log == []
