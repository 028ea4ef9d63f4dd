"""Serving the application on a loop that others work on, too."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import uvicorn
from starlette.types import ASGIApp

ENDS_WITHIN: Final = 2
"""Seconds that requests may still take once the server is to end."""
MOST_AT_ONCE: Final = 100

log = logging.getLogger("web")


@asynccontextmanager
async def serving(app: ASGIApp, address: tuple[str, int] | None) -> AsyncIterator[None]:
    """Serve ``app`` at host and port for as long as the block; None serves nothing.

    A port that is taken is a warning: what runs beside it is worth more than this.
    """
    if address is None:
        yield
        return
    try:
        listening = _listen(address)
    except OSError as error:
        why = os.strerror(error.errno).lower() if error.errno else str(error)
        log.warning("nothing is served at %s:%d (%s); set [web] listen", *address, why)
        yield
        return
    host, port = listening.getsockname()[:2]
    log.info("serving http://%s:%d/healthz", f"[{host}]" if ":" in host else host, port)
    server = _Server(_settings(app))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await asyncio.gather(task, return_exceptions=True)


class _Server(uvicorn.Server):
    """Leaves signals to the daemon: uvicorn would raise them again, and end the crawls beside."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _settings(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=MOST_AT_ONCE,
        timeout_graceful_shutdown=ENDS_WITHIN,
    )


def _listen(address: tuple[str, int]) -> socket.socket:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    listening = socket.create_server(address, family=family)
    listening.setblocking(False)
    return listening
