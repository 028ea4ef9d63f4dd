"""Running the daemon in this process, beside a script that drives it."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from standardwebhooks import Webhook
from werkzeug import Request, Response

from crawler import reactor
from jobdiff.config import Config, wall_clock
from scheduler.daemon import Daemon, Setup, serve
from storage import Store, boards, processes
from tests.scheduler.conftest import fast

SECRET = "whsec_" + base64.b64encode(b"a secret of some length").decode()
ALL = ["new", "changed", "expired", "removed", "reopened"]
PATIENCE = 60.0


@dataclass
class Receiver:
    """A webhook that checks every signature and keeps what it got."""

    url: str
    events: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    wrong: int = 0
    before: Callable[[], object] = lambda: None

    def take(self, request: Request) -> Response:
        self.before()
        try:
            body: Any = Webhook(SECRET).verify(request.get_data(), dict(request.headers))
        except Exception:
            self.wrong += 1
            raise
        self.ids.append(request.headers["webhook-id"])
        self.events += body["data"]["events"]
        return Response(status=204)


def alerting(receiver: Receiver, **values: Any) -> Config:
    return fast(
        channels=[{"name": "hook", "webhook": receiver.url, "secret": SECRET}],
        rules=[{"name": "all", "kinds": ALL}],
        **values,
    )


def watch(store: Store, url: str, **values: Any) -> str:
    with store.write() as connection:
        return boards.add(connection, url=url, now=wall_clock(), **{"every": "1s", **values}).id


async def until(told: Callable[[], object]) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(PATIENCE):
        while not told():  # noqa: ASYNC110  # what is waited for happens in threads, too
            await asyncio.sleep(0.02)


def serving(config: Config, store: Store, script: Callable[[], Any], **values: Any) -> None:
    """Run ``serve`` while ``script`` goes on, then stop it."""

    async def main() -> None:
        stopping = asyncio.Event()
        daemon = asyncio.ensure_future(
            serve(Setup(config, store, wall_clock, stopping=stopping, **values))
        )
        following = asyncio.ensure_future(script())
        try:
            await asyncio.wait({daemon, following}, return_when=asyncio.FIRST_COMPLETED)
            if following.done():
                following.result()
        finally:
            stopping.set()
            await asyncio.wait_for(daemon, PATIENCE)
            following.cancel()

    reactor.run(main)


def complete_crawls(store: Store, board_id: str) -> int:
    with store.read() as connection:
        found = connection.exec_driver_sql(
            "select count(*) from crawls where board_id = ? and outcome = 'complete'", (board_id,)
        )
        return int(found.scalar() or 0)


def daemon_of(store: Store, config: Config, **values: Any) -> Daemon:
    """A daemon whose ticks the test runs itself."""
    with store.write() as connection:
        process = processes.register(connection, "serve", "here", 1, wall_clock())
    return Daemon(Setup(config, store, wall_clock, **values), process)
