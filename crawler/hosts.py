"""The hosts of one crawl: which of them are left alone, and how they answered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from crawler.answer import Trouble
from crawler.ports import Hosts
from storage.hosts import Breaker


@dataclass(frozen=True)
class LeftAlone:
    """Why nothing is asked at a host, and until when, if that is known."""

    trouble: Trouble
    until: datetime | None = None


class CrawledHosts:
    """What one crawl knows of its hosts; what outlives it is handed to ``remembered``."""

    def __init__(self, remembered: Hosts) -> None:
        self._remembered = remembered
        self._left_alone: dict[str, LeftAlone | None] = {}
        self._answered: set[str] = set()
        self._troubles: dict[str, Trouble] = {}
        self._turns = 0
        self._waiting: set[asyncio.Future[None]] = set()
        self._stopped = False

    async def take_turn(self, host: str, pace: float) -> bool:
        """Wait until a host may be asked; False where the crawl was stopped meanwhile.

        ``pace`` is in seconds between two requests. A turn that was taken is left again.
        """
        taken = await self._taken(host, pace)
        self._turns += taken
        return taken

    def leave_turn(self, host: str) -> None:
        """The host has answered, or will not."""
        self._turns -= 1
        self._remembered.leave_turn(host)

    @property
    def has_turn(self) -> bool:
        """Whether the crawl is asking a host now."""
        return self._turns > 0

    def stop(self) -> None:
        """The crawl is being stopped: no more turns."""
        self._stopped = True
        for task in self._waiting:
            task.cancel()

    def _is_stopped(self) -> bool:
        return self._stopped

    async def _taken(self, host: str, pace: float) -> bool:
        if self._is_stopped():
            return False
        task = asyncio.ensure_future(self._remembered.take_turn(host, pace))
        self._waiting.add(task)
        try:
            await task
        except asyncio.CancelledError:
            if task.cancelled() and self._is_stopped():
                return False
            if task.done() and not task.cancelled() and task.exception() is None:
                self._remembered.leave_turn(host)
            raise
        finally:
            self._waiting.discard(task)
        return True

    async def left_alone(self, host: str) -> LeftAlone | None:
        """Why a host is not asked; None where it may be."""
        if host not in self._left_alone:
            breaker = await self._remembered.left_alone(host)
            self._left_alone[host] = _told(breaker) if breaker else None
        return self._left_alone[host]

    async def leave_alone(self, host: str, trouble: Trouble, until: datetime | None) -> None:
        """Ask nothing more at a host, in this crawl and, where it said how long, in others."""
        detail = f"not asked: {trouble.detail} before"
        self._left_alone[host] = LeftAlone(Trouble(trouble.fetch, detail), until)
        if until:
            self._troubles.pop(host, None)
            await self._remembered.failed(host, trouble.fetch, trouble.detail, until)

    def answered(self, host: str) -> None:
        """A host answered well."""
        self._answered.add(host)

    def failed(self, host: str, trouble: Trouble) -> None:
        """A host did not answer, or said that it cannot."""
        if self._left_alone.get(host) is None:
            self._troubles[host] = trouble

    async def report(self) -> None:
        """At the end of a crawl, hand on which hosts never answered well, and which do again."""
        for host in self._answered:
            if self._left_alone.get(host) is None:
                await self._remembered.recovered(host)
        for host, trouble in self._troubles.items():
            if host not in self._answered:
                await self._remembered.failed(host, trouble.fetch, trouble.detail, None)


def _told(breaker: Breaker) -> LeftAlone:
    until = f"{breaker.closed_until:%Y-%m-%d %H:%M:%S} UTC"
    detail = f"not asked: {breaker.host} is left alone until {until} ({breaker.reason})"
    return LeftAlone(Trouble(breaker.fetch, detail), breaker.closed_until)


def host_of(url: str) -> str:
    """A URL's host, with its port where that is not the scheme's own.

    >>> host_of("HTTPS://Example.org:443/jobs"), host_of("http://example.org:8080/")
    ('example.org', 'example.org:8080')
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    return host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"
