"""Serving the application on a loop that others work on, too."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final, TypeAlias

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from web.connections import OneRequest

ENDS_WITHIN: Final = 2
"""Seconds that requests may still take once the server is to end."""

Address: TypeAlias = tuple[str, int]

log = logging.getLogger("web")


@asynccontextmanager
async def serving(app: ASGIApp, address: Address | None) -> AsyncIterator[Site]:
    """Serve ``app`` at host and port for as long as the block; None serves nothing."""
    site = Site(app)
    await site.change(app, address)
    try:
        yield site
    finally:
        await site.end()


class Site:
    """What is served, and where; both may change while it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._at: _Served | None = None
        self._ending: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as it is now."""
        await self._app(scope, receive, send)

    async def change(self, app: ASGIApp, address: Address | None) -> None:
        """Serve ``app`` from now on, at this address; at another one, it is bound before this ends.

        A port that is taken is a warning, and what was served before stays where it is: what runs
        beside it is worth more than this.
        """
        self._app = app
        before = self._at
        if address == (before.address if before else None):
            return
        if address is None:
            self._at = None
            log.info("nothing is served any more")
        elif (listening := _listen(address, before)) is None:
            return
        else:
            self._at = _Served(self, address, listening)
        if before is not None:
            self._let_end(before)

    async def end(self) -> None:
        """Serve nothing any more."""
        if self._at is not None:
            self._let_end(self._at)
        await asyncio.gather(*self._ending)

    def _let_end(self, served: _Served) -> None:
        ending = asyncio.create_task(served.end())
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)


class _Served:
    """A running server."""

    def __init__(self, app: ASGIApp, address: Address, listening: socket.socket) -> None:
        self.address = address
        self._server = _Server(_settings(app))
        self._task = asyncio.create_task(self._server.serve(sockets=[listening]))

    async def end(self) -> None:
        """Let it end what it has in hand; what takes longer is not waited for."""
        self._server.should_exit = True
        await asyncio.wait({self._task}, timeout=ENDS_WITHIN)
        self._server.force_exit = True
        for connection in tuple(self._server.server_state.connections):
            connection.transport.abort()
        await asyncio.gather(self._task, return_exceptions=True)


class _Server(uvicorn.Server):
    """Leaves signals to the daemon: uvicorn would raise them again, and end the crawls beside."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _settings(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=OneRequest,
        lifespan="off",
        ws="none",
        log_config=None,
        log_level="error",  # what strangers send is no news
        access_log=False,
        headers=[("Connection", "close")],
        server_header=False,
        proxy_headers=False,
    )


def _listen(address: Address, before: _Served | None) -> socket.socket | None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    try:
        listening = socket.create_server(address, family=family)
    except OSError as error:
        why = os.strerror(error.errno).lower() if error.errno else str(error)
        goes_on = f", it goes on at {_spell(before.address)}" if before else ""
        told = "nothing is served at %s (%s)%s; set [web] listen"
        log.warning(told, _spell(address), why, goes_on)
        return None
    listening.setblocking(False)
    log.info("serving http://%s/healthz", _spell(listening.getsockname()[:2]))
    return listening


def _spell(address: Address) -> str:
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
