"""The crawls that one process runs side by side: which boards it claims, and how they end."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from jobdiff.config import Clock, Config, uptime, wall_clock
from postings.errors import LeaseLost
from postings.visits import Policy
from scheduler.guard import Guard, log_error
from scheduler.turns import Turns
from scheduler.work import crawl_if_free, hours_of
from storage import Store, crawls, leases
from storage.crawls import CrawlResult
from storage.due import DueBoard, due_boards
from storage.leases import host_of

STOP_WITHIN: Final = 20.0
CUT_OFF_WITHIN: Final = 4.0
LEAVE_ALONE: Final = 60.0
LEAVE_TAKEN: Final = 2.0
AT_ONE_HOST: Final = 3
"""How many crawls of boards that ask the same host run at once: more would only wait there."""

log = logging.getLogger("scheduler")


@dataclass
class Crew:
    """What runs at the moment.

    Attributes:
        config: the configuration for the next crawls; replaced at a reload.
        stopping: once set, nothing is begun and what runs ends.
        on_news: called when a crawl had something to tell.
        trusts_clock: whether the clock is one to go by; while it is not, nothing is begun.
        crawling: the hosts of the boards that are being crawled, by board.
        waiting: boards that were due a moment ago, the longest due first.
        ended: how many crawls have ended.
        left_alone: until when (of the loop's time) boards are not claimed here.
        turns: what its crawls take at the hosts that several of them ask.
    """

    config: Config
    store: Store
    clock: Clock
    stopping: asyncio.Event
    on_news: Callable[[], None] = lambda: None
    trusts_clock: Callable[[], bool] = lambda: True
    writer: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="writer")
    )
    guard: Guard = field(default_factory=Guard)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    crawling: dict[str, str] = field(default_factory=dict)
    waiting: deque[DueBoard] = field(default_factory=deque)
    left_alone: dict[str, float] = field(default_factory=dict)
    ended: int = 0
    turns: Turns = field(init=False)

    def __post_init__(self) -> None:
        """It takes turns with every process on its store."""
        self.turns = Turns.beside(self.store.place)

    async def claim(self) -> None:
        """Start the crawls that are due: boards that share a host take turns."""
        if self._has_room():
            running = set(self.crawling)
            due = await asyncio.to_thread(self._due)
            # One that was running when the list was made may have ended since.
            self.waiting = deque(board for board in due if board.id not in running)
            self._fill()

    async def sweep(self) -> None:
        """Settle what dead crawls saw, and expire the postings whose deadline has passed."""
        expired = await asyncio.to_thread(self._sweep)
        if expired:
            log.info("expired: %d postings whose deadline has passed", expired)
            self.on_news()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside everything else; ``finish`` waits for it."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def finish(self) -> None:
        """Let what is running end; what does not within 20 seconds is cut off."""
        self.waiting.clear()
        if not self.tasks:
            return
        log.info("stopping; %d crawls are ending", len(self.crawling))
        _, late = await asyncio.wait(self.tasks, timeout=STOP_WITHIN)
        if late:
            # What waits for the store would keep the process as well.
            self.store.hasten()
            for task in late:
                task.cancel()
            await asyncio.wait(late, timeout=CUT_OFF_WITHIN)
            self.writer.shutdown(wait=False, cancel_futures=True)

    def _fill(self) -> None:
        """Start as many of the waiting boards as there is room for."""
        passed: list[DueBoard] = []
        busy = Counter(host for one in self.crawling for host in self.turns.asked_by(one))
        while self.waiting and self._has_room():
            board = self.waiting.popleft()
            asks = self.turns.asked_by(board.id)
            in_vain = any(busy[host] >= AT_ONE_HOST for host in asks)
            if self._is_free(board) and not in_vain:
                busy.update(asks)
                self.crawling[board.id] = host_of(board.url)
                self.spawn(self._crawl(board))
            else:
                passed.append(board)
        self.waiting.extendleft(reversed(passed))

    def _sweep(self) -> int:
        now = self.clock()
        own = frozenset(self.crawling)
        for result in crawls.bury(self.store, Policy(), now, wall_clock(), uptime(), own):
            log.warning("%s: its crawl had died; what it saw is settled", result.board)
        return crawls.sweep(self.store, Policy(), now)

    def _has_room(self) -> bool:
        if self.stopping.is_set() or not self.trusts_clock():
            return False
        return len(self.crawling) < self.config.scheduler.crawls

    def _due(self) -> list[DueBoard]:
        """What is due and not being crawled, nor its host, by any process."""
        real, up = wall_clock(), uptime()
        with self.store.read() as connection:
            due = due_boards(connection, self.clock(), hours_of(self.config))
            running = [row for row in leases.unfinished(connection) if leases.lives(row, real, up)]
        taken, busy = {row.board_id for row in running}, {row.host for row in running}
        return [one for one in due if one.id not in taken and host_of(one.url) not in busy]

    def _is_free(self, board: DueBoard) -> bool:
        if board.id in self.crawling or host_of(board.url) in self.crawling.values():
            return False
        return self.left_alone.get(board.id, 0.0) <= asyncio.get_running_loop().time()

    async def _crawl(self, board: DueBoard) -> None:
        """One crawl; whatever goes wrong in it costs this board some time and nobody else."""
        loop = asyncio.get_running_loop()
        try:
            results = await crawl_if_free(
                self.store,
                board,
                self.config,
                self.clock,
                writer=self.writer,
                turns=self.turns,
                stopping=self.stopping,
            )
        except LeaseLost as error:
            self.left_alone[board.id] = loop.time() + LEAVE_TAKEN
            log.warning("%s", error)
            return
        except Exception as error:  # noqa: BLE001  # the daemon outlives any crawl
            self.left_alone[board.id] = loop.time() + LEAVE_ALONE
            log_error(f"the crawl of {board.name} broke off", error)
            return
        finally:
            del self.crawling[board.id]
        self._report(board, results)
        self._fill()
        if self._has_room() and not self.waiting:
            await self.guard("no board was claimed", self.claim())

    def _report(self, board: DueBoard, results: tuple[CrawlResult, ...]) -> None:
        self.left_alone.pop(board.id, None)
        if not results:
            self.left_alone[board.id] = asyncio.get_running_loop().time() + LEAVE_TAKEN
        for result in results:
            self.ended += 1
            log.info("%s", crawl_line(result))
            if result.news:
                self.on_news()


def crawl_line(result: CrawlResult) -> str:
    """A crawl's result on one line of the log."""
    news = ", ".join(f"{count} {kind}" for kind, count in result.news.items() if count)
    found = f"{result.postings} postings" + (f", {news}" if news else "")
    why = "; ".join(filter(None, (result.reason, *result.notes)))
    reason = f" ({why})" if why else ""
    cost = f"{result.requests} requests, {result.seconds:.1f} s"
    return " ".join(f"{result.board}: {result.outcome}{reason}; {found}; {cost}".split())
