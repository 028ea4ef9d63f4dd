"""Which URLs jobdiff goes to at all, told from their spelling alone."""

from __future__ import annotations

import re
import socket
from urllib.parse import urlsplit

from crawler.guard.addresses import is_public
from postings.errors import RefusedUrl

_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
# Spellings of IPv4 that resolvers take: decimal, octal, hex, with fewer than four parts.
_NUMERIC_HOST = re.compile(r"(0[xX][0-9a-fA-F]*|\d+)(\.(0[xX][0-9a-fA-F]*|\d+)){0,3}\.?")


def check_url(url: str, *, allow_private: bool, exempt: frozenset[str] = frozenset()) -> None:
    """Refuse what is not a plain http(s) URL of a public host.

    ``exempt`` are addresses that may be asked although they are not public.
    Names are checked again when they were resolved, at the socket (``crawler.guard.handler``).

    Raises:
        RefusedUrl: with what to do about it.
    """
    if not url.strip():
        raise RefusedUrl("the address is empty; give the page's full address.")
    if _UNSAFE.search(url):
        raise RefusedUrl(f"{url!r} is not a URL: it has spaces, backslashes or control characters.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise RefusedUrl(f"{url!r} is not a URL: {error}.") from error
    if parts.scheme.lower() not in ("http", "https"):
        raise RefusedUrl(f"{url} is not an http or https URL; give the page's full address.")
    if not host or port == 0:
        raise RefusedUrl(f"{url} names no host; give the page's full address.")
    if "@" in parts.netloc:
        raise RefusedUrl(f"{url} carries a user name; jobdiff logs in nowhere.")
    address = literal_address(host)
    if address is None or allow_private or address in exempt:
        return
    if not is_public(address):
        raise RefusedUrl(not_public(url))


def not_public(what: str) -> str:
    """The sentence for a URL whose address is not public."""
    return (
        f"{what} is not a public address; "
        "set [network] allow_private = true to let jobdiff go there "
        "(or allow_private of one board)."
    )


def literal_address(host: str) -> str | None:
    """The IP address that ``host`` spells, in any spelling a resolver takes; None for a name.

    >>> literal_address("2130706433"), literal_address("0x7f.1"), literal_address("example.org")
    ('127.0.0.1', '127.0.0.1', None)
    """
    if ":" in host:
        return host
    if host.rstrip(".").lower() == "localhost" or host.lower().endswith(".localhost"):
        return "127.0.0.1"
    if not _NUMERIC_HOST.fullmatch(host):
        return None
    try:
        return socket.inet_ntoa(socket.inet_aton(host.rstrip(".")))
    except OSError:
        return None
