"""The proxies of the environment, as the browser's own proxy goes through them."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

_PORTS: Final = {"http": 80, "https": 443}
_MAX_HEAD: Final = 64 * 1024

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class UpstreamFailed(OSError):
    """A proxy of the environment is none that can be used, or would not connect."""


@dataclass(frozen=True)
class Upstream:
    """A proxy of the environment; ``login`` is what it is shown, ready for its header."""

    host: str
    port: int
    tls: bool = False
    login: bytes | None = field(default=None, repr=False)

    async def connect(self) -> Stream:
        """A connection to the proxy itself, which may be anywhere."""
        return await asyncio.open_connection(
            self.host, self.port, limit=_MAX_HEAD, ssl=self.tls or None
        )

    async def tunnel(self, place: str) -> Stream:
        """A connection through the proxy to ``host:port``.

        Raises:
            UpstreamFailed: it does not connect to that.
        """
        reader, writer = await self.connect()
        try:
            lines = [f"CONNECT {place} HTTP/1.1".encode("ascii"), f"Host: {place}".encode("ascii")]
            writer.write(b"\r\n".join([*lines, *self.fields()]) + b"\r\n\r\n")
            await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
        except BaseException:
            writer.close()
            raise
        status = head.split(b" ", 2)[1:2]
        if status != [b"200"]:
            writer.close()
            raise UpstreamFailed(f"the proxy does not connect to {place}")
        return reader, writer

    def fields(self) -> list[bytes]:
        """What a request to it says besides."""
        return [b"Proxy-Authorization: Basic " + self.login] if self.login else []


@dataclass(frozen=True)
class Upstreams:
    """The proxies of the environment (``HTTP_PROXY``, ``HTTPS_PROXY``, ``NO_PROXY``)."""

    proxies: Mapping[str, str] = field(default_factory=getproxies)

    def way_to(self, scheme: str, host: str) -> Upstream | None:
        """The proxy that a host is asked through; None is the direct way.

        Raises:
            UpstreamFailed: what is set there is no proxy that is known.
        """
        url = self.proxies.get(scheme)
        if not url or proxy_bypass(host):
            return None
        return upstream_of(url)


def upstream_of(url: str) -> Upstream:
    """A proxy by its URL, as the environment has it.

    Raises:
        UpstreamFailed: it is none that speaks HTTP.

    >>> upstream_of("http://me:p%40ss@proxy.example:3128").login
    b'bWU6cEBzcw=='
    >>> upstream_of("proxy.example:3128")
    Upstream(host='proxy.example', port=3128, tls=False)
    """
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError) as error:
        raise UpstreamFailed("the proxy of the environment does not speak HTTP") from error
    if not parts.hostname:
        raise UpstreamFailed("the proxy of the environment has no host")
    login = None
    if parts.username:
        told = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        login = base64.b64encode(told.encode("latin-1", "replace"))
    return Upstream(parts.hostname, port, parts.scheme == "https", login)
