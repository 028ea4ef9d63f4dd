"""One crawl of one board, from its claim to its settlement: crawler and store put together."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import SystemRandom
from typing import Any, Final, TypeVar

from crawler.ports import BoardPlan, CrawlReport, Item, KnownPosting, Progress
from crawler.run import crawl
from crawler.settings_for import crawler_settings
from jobdiff.config import Clock, Config, wall_clock
from postings.errors import CrawlError, JobdiffError, LeaseLost, RefusedUrl
from postings.model import Crawl, Known, PageSeen, Policy
from postings.urls import canonical
from scheduler.due import next_due
from storage import Store, boards, crawls, pages, postings
from storage.boards import BoardRow
from storage.crawls import CrawlFacts, CrawlResult, Ticket
from storage.pages import PageRecord

LEASE: Final = timedelta(seconds=20)
RENEW_EVERY: Final = 5.0
WAIT_EVERY: Final = 1.0

T = TypeVar("T")


async def crawl_board(
    store: Store,
    board: BoardRow,
    config: Config,
    clock: Clock,
    progress: Callable[[Progress], None] | None = None,
    *,
    stopping: asyncio.Event | None = None,
) -> CrawlResult:
    """Crawl a board now; one that another process is crawling is waited for.

    What goes wrong in the crawl is the result's outcome and reason; its claim never stays behind.
    Runs on the loop of ``crawler.reactor``.

    Args:
        store: the store.
        board: the board to crawl.
        config: how.
        clock: for everything that is remembered; leases go by the real time.
        progress: told how far it is.
        stopping: once set, the crawl ends within a moment, as partial.

    Raises:
        LeaseLost: another process took the crawl over.
    """
    with ThreadPoolExecutor(1, "crawl") as writer:
        while True:
            ticket = await _claim(store, board, clock, writer)
            if ticket is not None:
                break
            await asyncio.sleep(WAIT_EVERY)
        return await _carry_through(Work(store, ticket, config, clock, writer), progress, stopping)


async def crawl_if_free(
    store: Store,
    board: BoardRow,
    config: Config,
    clock: Clock,
    *,
    writer: Executor,
    stopping: asyncio.Event,
) -> tuple[CrawlResult, ...]:
    """Crawl a board, unless another process is crawling it: then there is no result.

    ``writer`` is the one thread that writes for every crawl of the process.
    """
    ticket = await _claim(store, board, clock, writer)
    if ticket is None:
        return ()
    work = Work(store, ticket, config, clock, writer)
    return (await _carry_through(work, None, stopping),)


@dataclass(frozen=True)
class Work:
    """A claimed crawl and what it needs; all its writes go through one thread, in order."""

    store: Store
    ticket: Ticket
    config: Config
    clock: Clock
    writer: Executor

    async def record(self, items: Sequence[Item]) -> None:
        """Stage what the crawl saw (``crawler.ports.Recorder``)."""
        await self.write(crawls.stage, self.store, self.ticket, items)

    async def write(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call ``function`` in the writer's thread."""
        return await _in(self.writer, function, *arguments)


@dataclass(frozen=True)
class BoardMemory:
    """What the store remembers of a board (``crawler.ports.Memory``)."""

    pages: dict[str, PageRecord]
    postings: tuple[KnownPosting, ...]

    def page(self, url: str) -> PageRecord | None:
        """What is remembered of a page; ``url`` is canonical."""
        return self.pages.get(url)

    def known(self) -> Sequence[KnownPosting]:
        """The board's postings."""
        return self.postings


def remember(store: Store, board_id: str, now: datetime) -> BoardMemory:
    """Load what is remembered of a board."""
    with store.read() as connection:
        records = pages.load(connection, board_id)
        known = postings.known_of_board(connection, board_id)
    return BoardMemory(
        {canonical(url): record for url, record in records.items()},
        tuple(_known_posting(one, now) for one in known),
    )


def _known_posting(known: Known, now: datetime) -> KnownPosting:
    late = known.state == "open" and known.deadline is not None and known.deadline <= now
    questioned = known.absence is not None or known.still_published or known.unlooked is not None
    return KnownPosting(
        id=known.id,
        url=known.url,
        state=known.state,
        own_page=known.own_page,
        listed=known.listed,
        keys=known.keys,
        asked_due=late or questioned,
    )


async def _claim(store: Store, board: BoardRow, clock: Clock, writer: Executor) -> Ticket | None:
    def begin() -> Ticket | None:
        owner = f"{socket.gethostname()}:{os.getpid()}"
        return crawls.begin(
            store, board.id, owner=owner, now=clock(), lease=LEASE, lease_now=wall_clock()
        )

    return await _in(writer, begin)


async def _carry_through(
    work: Work,
    progress: Callable[[Progress], None] | None,
    stopping: asyncio.Event | None,
) -> CrawlResult:
    """Crawl under a lease that is kept alive, and settle whatever came of it."""
    if _is_set(stopping):
        return await _abandoned(work)
    try:
        facts = await _crawled(work, progress, stopping)
    except LeaseLost:
        raise
    except JobdiffError as error:
        if isinstance(error, CrawlError) and _is_set(stopping):
            return await _abandoned(work)
        facts = _failed(work.ticket, str(error), work.clock())
        refused = isinstance(error, RefusedUrl)
        return replace(await _settled(work, facts), refused=refused)
    except asyncio.CancelledError:
        await asyncio.shield(_abandoned(work))
        raise
    except Exception as error:
        reason = f"the crawl broke off ({type(error).__name__}: {error}); please report it"
        await _settled(work, _failed(work.ticket, reason, work.clock()))
        raise
    if _is_set(stopping) and (facts.crawl.truncated or not facts.crawl.exhausted):
        return await _abandoned(work)
    return await _settled(work, facts)


def _is_set(stopping: asyncio.Event | None) -> bool:
    return stopping is not None and stopping.is_set()


async def _crawled(
    work: Work,
    progress: Callable[[Progress], None] | None,
    stopping: asyncio.Event | None,
) -> CrawlFacts:
    board = work.ticket.board
    memory = await asyncio.to_thread(remember, work.store, board.id, work.clock())
    plan = BoardPlan(board.id, board.url, board.strategy, board.learnt, memory)
    settings = crawler_settings(work.config)
    crawling = asyncio.ensure_future(
        crawl(plan, work, settings, work.clock, progress, stopping=stopping)
    )
    renewing = asyncio.ensure_future(_renewed(work))
    try:
        await asyncio.wait({crawling, renewing}, return_when=asyncio.FIRST_COMPLETED)
        if renewing.done():
            renewing.result()
        return _facts(work.ticket, await crawling)
    finally:
        for task in (crawling, renewing):
            task.cancel()
        await asyncio.gather(crawling, renewing, return_exceptions=True)


async def _renewed(work: Work) -> None:
    """Keep the lease alive; ends only by LeaseLost."""
    while True:
        await asyncio.sleep(RENEW_EVERY)
        await work.write(crawls.renew, work.store, work.ticket, wall_clock(), LEASE)


def _facts(ticket: Ticket, report: CrawlReport) -> CrawlFacts:
    """The crawler's report under the names that the store gave the crawl."""
    seen = report.crawl
    crawl = Crawl(
        id=ticket.crawl_id,
        board=ticket.board.id,
        started_at=ticket.started_at,
        pages=seen.pages,
        exhausted=seen.exhausted,
        truncated=seen.truncated,
        single=seen.single,
    )
    return CrawlFacts(
        crawl=crawl,
        learnt=report.learnt,
        strategy=report.strategy if report.strategy != "auto" else None,
        requests=report.requests,
        not_modified=report.not_modified,
        bytes=report.bytes,
        seconds=report.seconds,
        retry_after=report.retry_after,
    )


def _failed(ticket: Ticket, reason: str, now: datetime) -> CrawlFacts:
    page = PageSeen(
        url=ticket.board.url, role="listing", fetch="failed", at=now, detail=reason, first=True
    )
    return CrawlFacts(Crawl(ticket.crawl_id, ticket.board.id, ticket.started_at, (page,)))


async def _settled(work: Work, facts: CrawlFacts) -> CrawlResult:
    def settle() -> CrawlResult:
        now = work.clock()
        result = crawls.settle(work.store, work.ticket, facts, Policy(), now)
        _schedule(work, now, soon=result.news.get("expired", 0) > 0)
        return result

    return await asyncio.shield(work.write(settle))


async def _abandoned(work: Work) -> CrawlResult:
    """End a crawl that was stopped; what it saw counts, and the board stays due."""

    def abandon() -> CrawlResult:
        return crawls.abandon(work.store, work.ticket, Policy(), work.clock())

    return await work.write(abandon)


def _schedule(work: Work, now: datetime, *, soon: bool) -> None:
    """Say when the board is due next; a deadline that has just passed wants a look soon."""
    floor = work.config.scheduler.min_interval
    with work.store.write() as connection:
        board = boards.get(connection, work.ticket.board.id)
        jitter = SystemRandom().uniform(-1, 1)
        at = next_due(connection, board, now=now, min_interval=floor, jitter=jitter)
        if soon:
            at = max(min(at, now + floor), board.retry_after or now)
        boards.schedule(connection, board.id, at)


async def _in(writer: Executor, function: Callable[..., T], *arguments: Any) -> T:
    return await asyncio.get_running_loop().run_in_executor(writer, function, *arguments)
