"""One crawl of one board, from its claim to its settlement: crawler and store put together."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from secrets import SystemRandom
from typing import Any, Final, TypeVar

from sqlalchemy import Connection

from crawler.ports import BoardPlan, CrawlReport, Progress
from crawler.run import crawl
from crawler.settings_for import crawler_settings, platforms_for
from jobdiff.config import Clock, Config, uptime, wall_clock
from postings.errors import CrawlError, JobdiffError, LeaseLost, RefusedUrl, StoreError
from postings.visits import Crawl, PageSeen, Policy
from scheduler.archive import keeper
from scheduler.due import next_due
from scheduler.hosts import StoredHosts
from scheduler.memory import remember
from scheduler.recording import Recording
from scheduler.turns import Turns
from storage import Store, crawls, staging
from storage.boards import BoardRow
from storage.crawls import CrawlFacts, CrawlResult, Ticket
from storage.due import DueBoard, Hours

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
    writer: Executor | None = None,
    turns: Turns | None = None,
) -> CrawlResult:
    """Crawl a board now; one that another process is crawling is waited for.

    What goes wrong in the crawl is the result's outcome and reason; its claim never stays behind.
    What goes wrong in the store is raised, and leaves the board as it was.
    Runs on the loop of ``crawler.reactor``.

    Args:
        store: the store.
        board: the board to crawl.
        config: how.
        clock: for everything that is remembered; leases go by the real time.
        progress: told how far it is.
        stopping: once set, the crawl ends within a moment, as partial.
        writer: the one thread that writes for several crawls; without one it has its own.
        turns: the turns that several crawls take at their hosts; the same.

    Raises:
        LeaseLost: another process took the crawl over.
        StoreError: the store cannot be read or written.
    """
    with ExitStack() as stack:
        own = writer or stack.enter_context(ThreadPoolExecutor(1, "crawl"))
        shared = turns or stack.enter_context(Turns.beside(store.place))
        while True:
            ticket = await _claim(store, board.id, clock, own)
            if ticket is not None:
                break
            await asyncio.sleep(WAIT_EVERY)
        work = Work(store, ticket, config, clock, own, shared)
        return await _carry_through(work, progress, stopping)


async def crawl_if_free(
    store: Store,
    board: DueBoard,
    config: Config,
    clock: Clock,
    *,
    writer: Executor,
    turns: Turns,
    stopping: asyncio.Event,
) -> tuple[CrawlResult, ...]:
    """Crawl a board that is due; without a result where another process is crawling or crawled it.

    ``writer`` is the one thread that writes for every crawl of the process, ``turns`` are those
    that its crawls take at their hosts. A board whose host
    another process is crawling waits, too.
    """
    ticket = await _claim(store, board.id, clock, writer, if_due=True)
    if ticket is None:
        return ()
    work = Work(store, ticket, config, clock, writer, turns)
    return (await _carry_through(work, None, stopping),)


@dataclass(frozen=True)
class Work:
    """A claimed crawl and what it needs; all its writes go through one thread, in order."""

    store: Store
    ticket: Ticket
    config: Config
    clock: Clock
    writer: Executor
    turns: Turns

    async def stage(self, items: Sequence[staging.Item]) -> None:
        """Keep what the crawl saw until it is settled."""
        await self.write(crawls.stage, self.store, self.ticket, items)

    async def write(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call ``function`` in the writer's thread."""
        return await _in(self.writer, function, *arguments)


async def _claim(
    store: Store, board_id: str, clock: Clock, writer: Executor, *, if_due: bool = False
) -> Ticket | None:
    def begin() -> Ticket | None:
        return crawls.begin(
            store,
            board_id,
            owner=f"{socket.gethostname()}:{os.getpid()}",
            now=clock(),
            lease=LEASE,
            lease_now=wall_clock(),
            uptime=uptime(),
            if_due=if_due,
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
    except StoreError:
        # What ails the store says nothing about the board: it stays due, and as it was.
        with suppress(StoreError):
            await _abandoned(work)
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
    plan = BoardPlan(
        board.id, board.url, board.strategy, board.learnt, memory, browser=board.browser
    )
    recording = Recording(work.stage, memory)
    work.turns.begin(board.id)
    configured = crawler_settings(work.config)
    settings = replace(
        configured,
        allow_private=configured.allow_private or board.allow_private,
        platforms=platforms_for(work.config, board.url),
        archive=keeper(work.config, work.clock),
        hosts=StoredHosts(work.store, work.clock, work.writer, work.turns, board.id),
    )
    crawling = asyncio.ensure_future(
        crawl(plan, recording, settings, work.clock, progress, stopping=stopping)
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
        await work.write(_renew, work)


def _renew(work: Work) -> None:
    crawls.renew(work.store, work.ticket, wall_clock(), LEASE, uptime())


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
        saved=asdict(report.saved),
        notes=report.notes,
    )


def _failed(ticket: Ticket, reason: str, now: datetime) -> CrawlFacts:
    page = PageSeen(
        url=ticket.board.url, role="listing", fetch="failed", at=now, detail=reason, first=True
    )
    return CrawlFacts(Crawl(ticket.crawl_id, ticket.board.id, ticket.started_at, (page,)))


async def _settled(work: Work, facts: CrawlFacts) -> CrawlResult:
    def settle() -> CrawlResult:
        now = work.clock()
        return crawls.settle(work.store, work.ticket, facts, Policy(), now, _plan(work.config, now))

    return await asyncio.shield(work.write(settle))


async def _abandoned(work: Work) -> CrawlResult:
    """End a crawl that was stopped; what it saw counts, and the board stays due."""

    def abandon() -> CrawlResult:
        return crawls.abandon(work.store, work.ticket, Policy(), work.clock())

    return await work.write(abandon)


def _plan(config: Config, now: datetime) -> crawls.Plan:
    """When a board is due after a crawl; a deadline that has just passed wants a look soon."""
    floor = config.scheduler.min_interval
    jitter = SystemRandom().uniform(-1, 1)

    def plan(connection: Connection, board: BoardRow, result: CrawlResult) -> datetime:
        at = next_due(
            connection,
            board,
            now=now,
            min_interval=floor,
            jitter=jitter,
            hours=hours_of(config),
        )
        if result.news.get("expired", 0) > 0:
            at = max(min(at, now + floor), board.retry_after or now)
        return at

    return plan


def hours_of(config: Config) -> Hours:
    """When boards may be crawled that do not say so themselves."""
    return Hours(config.scheduler.window, config.scheduler.timezone)


async def _in(writer: Executor, function: Callable[..., T], *arguments: Any) -> T:
    return await asyncio.get_running_loop().run_in_executor(writer, function, *arguments)
