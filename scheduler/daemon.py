"""``jobdiff serve``: crawl what is due, expire what has ended, send what is owed.

A few fixed ticks on one loop; what is due stands in the store, so a restart forgets nothing.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from alerts import dispatch
from alerts.outbox import owe_news
from jobdiff.config import Clock, Config, parse_duration, wall_clock
from postings.errors import ConfigurationError, JobdiffError
from postings.model import Policy
from scheduler.work import crawl_if_free
from storage import Store, boards, crawls
from storage.boards import BoardRow
from storage.crawls import CrawlResult

CRAWLS_AT_ONCE: Final = 16
CLAIM_EVERY: Final = 1
SEND_EVERY: Final = 1
SWEEP_EVERY: Final = 30
STOP_WITHIN: Final = 25.0
LEAVE_ALONE: Final = 60.0
CONTACT_OVER: Final = 100

log = logging.getLogger("scheduler")


async def serve(
    config: Config, store: Store, clock: Clock, *, stopping: asyncio.Event | None = None
) -> None:
    """Run until SIGTERM, SIGINT or ``stopping``; then running crawls end, within 30 seconds.

    Runs on the loop of ``crawler.reactor``: ``reactor.run(lambda: serve(…))``.

    Raises:
        ConfigurationError: with over 100 boards, ``crawler.contact`` is not set.
        UsageError: a board of the file has a name that is taken.
    """
    _log_to_stderr()
    await asyncio.to_thread(_prepare, config, store, clock)
    daemon = Daemon(config, store, clock, stopping or asyncio.Event())
    with _signals(daemon.stopping), daemon.writer:
        ticks = _ticks(daemon)
        ticks.start()
        log.info("serving; stop with Ctrl-C or SIGTERM")
        try:
            await daemon.stopping.wait()
        finally:
            ticks.shutdown(wait=False)
            await daemon.finish()
    log.info("stopped")


@dataclass
class Daemon:
    """What runs at the moment."""

    config: Config
    store: Store
    clock: Clock
    stopping: asyncio.Event
    writer: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="writer")
    )
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    crawling: dict[str, str] = field(default_factory=dict)
    left_alone: dict[str, float] = field(default_factory=dict)
    sending: set[str] = field(default_factory=set)

    async def claim(self) -> None:
        """Start the crawls that are due: boards that share a host take turns."""
        if self._has_room():
            await self._guarded("no board was claimed", self._claim())

    async def sweep(self) -> None:
        """Expire the postings whose deadline has passed."""
        await self._guarded("deadlines were not swept", self._sweep())

    async def send(self) -> None:
        """Owe and send alerts; a slow channel is left to the tick that is sending to it."""
        tick = dispatch.tick(self.store, self.config, self.clock(), self.sending)
        self._spawn(self._guarded("alerts were not sent", tick))

    async def finish(self) -> None:
        """Let what is running end; what does not within 25 seconds is cut off."""
        if not self.tasks:
            return
        log.info("stopping; %d crawls are ending", len(self.crawling))
        _, late = await asyncio.wait(self.tasks, timeout=STOP_WITHIN)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _claim(self) -> None:
        running = set(self.crawling)
        for board in await asyncio.to_thread(self._due):
            # One that was running when the list was made may have ended since.
            if board.id not in running and self._has_room() and self._is_free(board):
                self.crawling[board.id] = host_of(board.url)
                self._spawn(self._crawl(board))

    async def _sweep(self) -> None:
        expired = await asyncio.to_thread(crawls.sweep, self.store, Policy(), self.clock())
        if expired:
            log.info("expired: %d postings whose deadline has passed", expired)

    def _has_room(self) -> bool:
        return len(self.crawling) < CRAWLS_AT_ONCE and not self.stopping.is_set()

    def _due(self) -> list[BoardRow]:
        with self.store.read() as connection:
            return boards.due(connection, self.clock())

    def _is_free(self, board: BoardRow) -> bool:
        if board.id in self.crawling or host_of(board.url) in self.crawling.values():
            return False
        return self.left_alone.get(board.id, 0.0) <= asyncio.get_running_loop().time()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _crawl(self, board: BoardRow) -> None:
        """One crawl; whatever goes wrong in it costs this board some time and nobody else."""
        loop = asyncio.get_running_loop()
        try:
            results = await crawl_if_free(
                self.store,
                board,
                self.config,
                self.clock,
                writer=self.writer,
                stopping=self.stopping,
            )
        except Exception as error:  # noqa: BLE001  # the daemon outlives any crawl
            self.left_alone[board.id] = loop.time() + LEAVE_ALONE
            _log_error(f"the crawl of {board.name} broke off", error)
            return
        finally:
            del self.crawling[board.id]
        for result in results:
            log.info("%s", crawl_line(result))
        if not results:
            self.left_alone[board.id] = loop.time() + CLAIM_EVERY * 5
        await self.claim()

    async def _guarded(self, what: str, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001  # the next tick tries again
            _log_error(what, error)


def crawl_line(result: CrawlResult) -> str:
    """A crawl's result on one line of the log."""
    news = ", ".join(f"{count} {kind}" for kind, count in result.news.items() if count)
    found = f"{result.postings} postings" + (f", {news}" if news else "")
    reason = f" ({result.reason})" if result.reason else ""
    cost = f"{result.requests} requests, {result.seconds:.1f} s"
    return " ".join(f"{result.board}: {result.outcome}{reason}; {found}; {cost}".split())


def host_of(url: str) -> str:
    """The host of a URL, lower case."""
    return (urlsplit(url).hostname or "").lower()


def _prepare(config: Config, store: Store, clock: Clock) -> None:
    """Take in the file's boards, check the configuration against the store, begin the alerts."""
    with store.write() as connection:
        if config.path is not None:
            boards.sync_file_boards(connection, str(config.path.resolve()), config.boards, clock())
        watched = boards.all_boards(connection)
    if len(watched) > CONTACT_OVER and config.crawler.contact is None:
        raise ConfigurationError(
            f"crawler.contact is not set, and {len(watched)} boards are watched; set it to"
            " mailto:you@example.org or a URL, so that sites can reach you"
        )
    _warn_of_short_intervals(watched, config.scheduler.min_interval)
    owe_news(store, config, clock())


def _warn_of_short_intervals(watched: Sequence[BoardRow], floor: timedelta) -> None:
    for board in watched:
        if board.every == "auto" or " " in board.every:
            continue
        if parse_duration(board.every) < floor:
            log.warning("%s: every %s is below scheduler.min_interval", board.name, board.every)


def _ticks(daemon: Daemon) -> AsyncIOScheduler:
    """The fixed ticks. Late ones are run, once, however late; none overlaps itself."""
    scheduler = AsyncIOScheduler(
        timezone=UTC,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for tick, seconds in (
        (daemon.sweep, SWEEP_EVERY),
        (daemon.claim, CLAIM_EVERY),
        (daemon.send, SEND_EVERY),
    ):
        scheduler.add_job(tick, "interval", seconds=seconds, next_run_time=wall_clock())
    return scheduler


@contextmanager
def _signals(stopping: asyncio.Event) -> Iterator[None]:
    """SIGTERM and SIGINT ask to stop, for as long as the block; a second one kills."""
    loop = asyncio.get_running_loop()
    caught = (signal.SIGTERM, signal.SIGINT)
    handled = []

    def stop(number: signal.Signals) -> None:
        stopping.set()
        loop.remove_signal_handler(number)

    for number in caught:
        try:
            loop.add_signal_handler(number, stop, number)
        except (NotImplementedError, RuntimeError, ValueError):
            continue  # not the main thread, or not POSIX: the caller stops it
        handled.append(number)
    try:
        yield
    finally:
        for number in handled:
            loop.remove_signal_handler(number)


def _log_error(what: str, error: Exception) -> None:
    known = isinstance(error, JobdiffError)
    told = str(error) if known else f"{type(error).__name__}: {error}"
    log.error("%s: %s", what, " ".join(told.split()), exc_info=None if known else error)


def _log_to_stderr() -> None:
    """One line an event on stderr, unless the program has set up its logging already."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s"
    )
    for name in ("alerts", "scheduler"):
        logger = logging.getLogger(name)
        if logger.level == logging.NOTSET:
            logger.setLevel(logging.INFO)
