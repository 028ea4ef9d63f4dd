"""What the store remembers of hosts, as the crawler wants it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar

from crawler.breaker import after_failure
from jobdiff.config import Clock
from scheduler.turns import Turns
from storage import Store, hosts
from storage.hosts import Breaker, RobotsAnswer

T = TypeVar("T")


@dataclass(frozen=True)
class StoredHosts:
    """The hosts as the store remembers them (``crawler.ports.Hosts``), for one crawl.

    The loop waits for nothing here: what is read and written is, in order, in the writer's thread.

    Attributes:
        turns: at the hosts, for the board of that id (``board``); None asks whenever it likes.
    """

    store: Store
    clock: Clock
    writer: Executor
    turns: Turns | None = None
    board: str = ""
    _troubled: set[str] = field(default_factory=set)

    async def left_alone(self, host: str) -> Breaker | None:
        """Its breaker, while that holds."""
        found = await self._in_writer(lambda: self._breaker(host))
        if found is None:
            return None
        self._troubled.add(host)
        return found if found.holds(self.clock()) else None

    async def failed(
        self, host: str, fetch: Literal["blocked", "failed"], reason: str, until: datetime | None
    ) -> None:
        """It failed throughout a crawl, or said until when it wants to be left alone."""

        def note() -> None:
            with self.store.write() as connection:
                before = hosts.breaker(connection, host)
                now = self.clock()
                after = after_failure(before, host, now, fetch=fetch, reason=reason, until=until)
                hosts.keep_breaker(connection, after)

        await self._in_writer(note)

    async def recovered(self, host: str) -> None:
        """It answered well."""

        def forget() -> None:
            with self.store.write() as connection:
                hosts.forget_breaker(connection, host)

        if host in self._troubled:
            await self._in_writer(forget)

    async def robots(self, origin: str) -> RobotsAnswer | None:
        """What its robots.txt answered last, as long as that may be gone by."""

        def read() -> RobotsAnswer | None:
            with self.store.read() as connection:
                return hosts.robots_of(connection, origin)

        found = await self._in_writer(read)
        return found if found and found.is_fresh(self.clock()) else None

    async def keep_robots(self, origin: str, status: int, body: bytes) -> None:
        """What its robots.txt answered just now."""

        def keep() -> None:
            with self.store.write() as connection:
                hosts.keep_robots(connection, RobotsAnswer(origin, self.clock(), status, body))

        await self._in_writer(keep)

    async def take_turn(self, host: str, pace: float) -> None:
        """Wait until it may be asked."""
        if self.turns:
            await self.turns.take(host, pace, self.board)

    def leave_turn(self, host: str) -> None:
        """It has answered, or will not."""
        if self.turns:
            self.turns.leave(host)

    def _breaker(self, host: str) -> Breaker | None:
        with self.store.read() as connection:
            return hosts.breaker(connection, host)

    async def _in_writer(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.writer, function)


class ConsultedHosts(StoredHosts):
    """The hosts as the store remembers them, for a look that stores nothing."""

    async def failed(
        self, host: str, fetch: Literal["blocked", "failed"], reason: str, until: datetime | None
    ) -> None:
        """Not kept."""

    async def recovered(self, host: str) -> None:
        """Not kept."""

    async def keep_robots(self, origin: str, status: int, body: bytes) -> None:
        """Not kept."""
