"""Serving the application to a script of the test, over a socket."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from web.app import application
from web.server import serving


@dataclass(frozen=True)
class Check:
    check: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class Health:
    live: bool = True
    ready: bool = True
    started_at: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)
    crawling: int = 2
    crawled: int = 40
    checks: tuple[Check, ...] = (Check("ticks", True, "come on time"),)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


async def ask(port: int, path: str, *headers: str, method: str = "GET") -> tuple[int, str, str]:
    """Status, head and body of an answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [f"{method} {path} HTTP/1.1", *headers, "Connection: close", "", ""]
    writer.write("\r\n".join(lines).encode())
    answer = (await reader.read()).decode()
    writer.close()
    head, _, body = answer.partition("\r\n\r\n")
    return int(head.split()[1]), head, body


def served(
    script: Callable[[int], Coroutine[Any, Any, Any]], health: Health = Health(), **more: Any
) -> Any:
    """What a script says that may ask a server."""

    async def source() -> Health:
        return health

    async def main() -> Any:
        port = free_port()
        async with serving(application(source, **more), ("127.0.0.1", port)):
            return await script(port)

    return asyncio.run(main())


async def well() -> Health:
    """A daemon that is well."""
    return Health()
