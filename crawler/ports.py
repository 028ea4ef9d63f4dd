"""What the crawler needs of others, and what it hands back."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

from postings.model import Observation, State
from postings.visits import Crawl
from storage.hosts import Breaker, RobotsAnswer
from storage.pages import PageRecord

Item: TypeAlias = Observation | PageRecord
Clock: TypeAlias = Callable[[], datetime]


@dataclass(frozen=True)
class KnownPosting:
    """A posting that the board is known to have.

    Attributes:
        own_page: False when it is only part of a page with other postings or of a list.
        listed: it was on the listing when the board was last crawled.
        asked_due: its page is to be asked now, whatever the listing says (a passed deadline).
    """

    id: str
    url: str
    state: State = "open"
    own_page: bool = True
    listed: bool = True
    keys: tuple[str, ...] = ()
    asked_due: bool = False


class Memory(Protocol):
    """What is remembered of a board. Pages are found by their canonical URL."""

    def page(self, url: str) -> PageRecord | None: ...

    def known(self) -> Sequence[KnownPosting]: ...


class Recorder(Protocol):
    """Takes what a crawl saw, in batches, in order. What it raises ends the crawl."""

    async def record(self, items: Sequence[Item]) -> None: ...


class Hosts(Protocol):
    """What is remembered of hosts, for every board on them and every process.

    A host is spelt as ``crawler.hosts.host_of`` has it, an origin as ``https://example.org``.
    """

    async def left_alone(self, host: str) -> Breaker | None:
        """Its breaker, while that holds."""

    async def failed(
        self, host: str, fetch: Literal["blocked", "failed"], reason: str, until: datetime | None
    ) -> None:
        """It failed throughout a crawl, or said until when it wants to be left alone."""

    async def recovered(self, host: str) -> None:
        """It answered well."""

    async def robots(self, origin: str) -> RobotsAnswer | None:
        """What its robots.txt answered last, as long as that may be gone by."""

    async def keep_robots(self, origin: str, status: int, body: bytes) -> None:
        """What its robots.txt answered just now."""

    async def take_turn(self, host: str, pace: float) -> None:
        """Wait until it may be asked: nobody else asks, and ``pace`` seconds after the last did.

        Each turn that was taken is left again.
        """

    def leave_turn(self, host: str) -> None:
        """It has answered, or will not: the next may ask."""


@dataclass(frozen=True)
class NoHosts:
    """Remembers nothing of hosts."""

    async def left_alone(self, host: str) -> Breaker | None:  # noqa: ARG002
        return None

    async def failed(
        self, host: str, fetch: Literal["blocked", "failed"], reason: str, until: datetime | None
    ) -> None: ...

    async def recovered(self, host: str) -> None: ...

    async def robots(self, origin: str) -> RobotsAnswer | None:  # noqa: ARG002
        return None

    async def keep_robots(self, origin: str, status: int, body: bytes) -> None: ...

    async def take_turn(self, host: str, pace: float) -> None: ...

    def leave_turn(self, host: str) -> None: ...


@dataclass(frozen=True)
class Forgetful:
    """The memory of a board that was never crawled."""

    def page(self, url: str) -> PageRecord | None:  # noqa: ARG002
        return None

    def known(self) -> Sequence[KnownPosting]:
        return ()


@dataclass(frozen=True)
class BoardPlan:
    """A board that is to be crawled.

    ``strategy`` is what the user asked for (``auto`` or a name of the registry); ``learnt`` is what
    the last crawl handed back in its report; ``crawl_id`` names the crawl (a new one by default);
    ``browser`` says whether pages are drawn (``crawler.browser``).
    """

    id: str
    url: str
    strategy: str = "auto"
    learnt: Mapping[str, Any] = field(default_factory=dict)
    memory: Memory = field(default_factory=Forgetful)
    crawl_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    browser: str = "never"


@dataclass(frozen=True)
class Progress:
    """How far a crawl has come: pages asked, of them unchanged, postings present so far."""

    pages: int
    not_modified: int
    postings: int


@dataclass(frozen=True)
class Saved:
    """What a crawl did not have to read.

    Attributes:
        by_lastmod: pages not asked because their sitemap says that they did not change.
        by_list: pages not asked because a listing has them, and nothing says that they changed.
        not_modified: answers 304, without a body.
        same_body: answers whose body was the one that is known, so that it was not read.
    """

    by_lastmod: int = 0
    by_list: int = 0
    not_modified: int = 0
    same_body: int = 0


@dataclass(frozen=True)
class CrawlReport:
    """What a crawl comes to.

    Attributes:
        strategy: the strategy that was used, or ``auto`` while none has worked yet.
        learnt: what the next crawl should be told again.
        requests: every request, robots.txt and redirects included.
        not_modified: pages that had not changed (304, or the same body).
        bytes: body bytes as they came over the wire.
        seconds: how long it took.
        saved: what did not have to be read.
        retry_after: when the site asked to be left alone: until when.
        notes: what else a person should know, a sentence each.
    """

    crawl: Crawl
    strategy: str
    learnt: Mapping[str, Any]
    requests: int = 0
    not_modified: int = 0
    bytes: int = 0
    seconds: float = 0.0
    retry_after: datetime | None = None
    saved: Saved = Saved()
    notes: tuple[str, ...] = ()
