"""``jobdiff serve`` and ``jobdiff worker``: the ticks, and what stands around them.

A few fixed ticks on one loop; what is due stands in the store, so a restart forgets nothing, and
any number of processes share the work.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from alerts import dispatch
from alerts.outbox import owe_news
from alerts.rulebook import troubles
from jobdiff.config import Clock, Config, wall_clock
from postings.errors import ConfigurationError, JobdiffError, StoreError
from scheduler.crew import Crew
from scheduler.guard import log_error
from scheduler.health import Check, Health
from scheduler.housekeeping import tidy
from scheduler.pulse import Heart, Tick, Ticks
from scheduler.reading import (
    refuse_cut_off,
    refuse_without_contact,
    warn_of_secrets,
    warn_of_short_intervals,
)
from scheduler.signals import signals
from scheduler.systemd import ServiceManager
from storage import Store, boards, processes
from storage.processes import Process, ProcessKind

CLAIM_EVERY: Final = 1
SEND_EVERY: Final = 1
LISTEN_EVERY: Final = 1
SWEEP_EVERY: Final = 30
SEEN_EVERY: Final = 15
TIDY_EVERY: Final = 3600
STORE_ANSWERS_WITHIN: Final = 3.0
STORE_IS_HELD_AFTER: Final = 5.0

log = logging.getLogger("scheduler")

HealthSource: TypeAlias = Callable[[], Awaitable[Health]]
Follow: TypeAlias = Callable[[Config], Awaitable[None]]
Beside: TypeAlias = Callable[[Config, HealthSource], AbstractAsyncContextManager[Follow]]
"""What runs beside the ticks, the web server for one: it can ask how the daemon is, and follows a
new configuration."""


async def follow_nothing(_config: Config) -> None:
    """Nothing beside the ticks goes by the configuration."""


@asynccontextmanager
async def nothing_beside(_config: Config, _health: HealthSource) -> AsyncIterator[Follow]:
    """No web server."""
    yield follow_nothing


@dataclass(frozen=True)
class Setup:
    """What a process is started with.

    Attributes:
        load: reads the configuration anew, for a reload; None where there is nothing to read.
        kind: ``worker`` only crawls.
        stopping: set from outside to stop it, as a signal would.
        manager: the service manager, if one wants to hear.
        beside: what runs beside the ticks.
    """

    config: Config
    store: Store
    clock: Clock
    load: Callable[[], Config] | None = None
    kind: ProcessKind = "serve"
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    manager: ServiceManager = field(default_factory=ServiceManager)
    beside: Beside = nothing_beside


async def serve(setup: Setup) -> None:
    """Run until SIGTERM, SIGINT or ``stopping``; then running crawls end, within 30 seconds.

    Runs on the loop of ``crawler.reactor``: ``reactor.run(lambda: serve(…))``.

    Raises:
        ConfigurationError: with over 100 boards, ``crawler.contact`` is not set.
        UsageError: a board of the file has a name that is taken.
    """
    _log_to_stderr()
    hang_up = asyncio.Event()
    async with AsyncExitStack() as around:
        around.enter_context(signals(setup.stopping.set, hang_up.set))
        await asyncio.to_thread(_prepare, setup.config, setup.store, setup.clock(), setup.kind)
        daemon = Daemon(setup, await asyncio.to_thread(_register, setup), hang_up)
        around.enter_context(daemon.crew.writer)
        around.enter_context(daemon.crew.turns)
        daemon.beside = await around.enter_async_context(setup.beside(setup.config, daemon.health))
        daemon.start()
        told = await asyncio.to_thread(daemon.told)
        setup.manager.tell("READY=1", f"STATUS={told}")
        log.info("%s; stop it with Ctrl-C or SIGTERM", told)
        try:
            await setup.stopping.wait()
        finally:
            setup.manager.tell("STOPPING=1")
            await daemon.stop()
    log.info("stopped")


class Daemon:
    """One process: its ticks, its crawls, and what it says of itself."""

    def __init__(
        self, setup: Setup, process: Process, hang_up: asyncio.Event | None = None
    ) -> None:
        self._setup = setup
        self._process = process
        self._sending: set[str] = set()
        self._senders: set[object] = set()
        self._asked = hang_up or asyncio.Event()
        self._refused: str | None = None
        self._beating: asyncio.Task[None] | None = None
        self.beside: Follow = follow_nothing
        self.crew = Crew(
            setup.config,
            setup.store,
            self._time,
            setup.stopping,
            on_news=self._send_now,
            trusts_clock=lambda: self.heart.trouble is None,
        )
        self._ticks = Ticks([Tick(name, every, work) for name, every, work in self._timetable()])
        self.heart = Heart(self._ticks.ticks, self._ticks.again, self._beat)

    def _timetable(self) -> list[tuple[str, float, Callable[[], Awaitable[None]]]]:
        shared: list[tuple[str, float, Callable[[], Awaitable[None]]]] = [
            ("claim", CLAIM_EVERY, self.claim),
            ("listen", LISTEN_EVERY, self.listen),
            ("seen", SEEN_EVERY, self.be_seen),
        ]
        if self._setup.kind == "worker":
            return shared
        return [
            ("sweep", SWEEP_EVERY, self.sweep),
            *shared,
            ("send", SEND_EVERY, self.send),
            ("tidy", TIDY_EVERY, self.tidy),
        ]

    @property
    def ticks(self) -> Sequence[Tick]:
        """Its ticks."""
        return self._ticks.ticks

    def told(self) -> str:
        """What it does, by which configuration, for people."""
        watched, config = _count_boards(self._setup.store), self.crew.config
        return (
            f"watching {watched} board{'' if watched == 1 else 's'} in {self._setup.store.place}"
            f" {f'by {config.path}' if config.path else 'without a configuration file'}"
        )

    def start(self) -> None:
        """Let the ticks begin."""
        self._ticks.start()
        self._beating = asyncio.create_task(self.heart.run())

    async def stop(self) -> None:
        """Begin nothing any more, and let what runs end."""
        self._ticks.stop()
        if self._beating is not None:
            self._beating.cancel()
        await self.crew.finish()
        self._setup.store.hasten()
        await self.crew.guard("the end was not noted", asyncio.to_thread(self._leave))

    async def claim(self) -> None:
        """Crawl what is due."""
        await self.crew.guard("no board was claimed", self.crew.claim())

    async def sweep(self) -> None:
        """Expire what has ended."""
        if self.heart.trouble is None:
            await self.crew.guard("deadlines were not swept", self.crew.sweep())

    async def send(self) -> None:
        """Owe and send alerts; a slow channel is left to the tick that is sending to it."""
        self._send_now()

    async def tidy(self) -> None:
        """Do the chores."""
        work = asyncio.to_thread(tidy, self._setup.store, self.crew.config, self._time())
        await self.crew.guard("the store was not tidied up", work)

    async def be_seen(self) -> None:
        """Say in the store that this process lives."""
        work = asyncio.to_thread(self._note_seen)
        await self.crew.guard("nobody was told that it lives", work)

    async def listen(self) -> None:
        """Read the configuration again if somebody asked for it."""
        await self.crew.guard("what is asked for is not known", self._listen())

    def hang_up(self) -> None:
        """Read the configuration again soon, as SIGHUP asks."""
        self._asked.set()

    async def health(self) -> Health:
        """How it is."""
        stopping = self._setup.stopping.is_set()
        checks = (self._check_ticks(), self._check_clock(), self._check_configuration())
        store = await self._check_store()
        live = checks[0].ok
        return Health(
            live=live,
            ready=live and store.ok and not stopping,
            started_at=self._process.started_at,
            crawling=len(self.crew.crawling),
            crawled=self.crew.ended,
            checks=(*checks, store, Check("running", not stopping, _running(stopping=stopping))),
        )

    async def reload(self) -> str | None:
        """Read the configuration again; what is wrong with it, or None once it is in force."""
        self._setup.manager.tell(*_reloading())
        try:
            await self._take_in(await asyncio.to_thread(self._read_again))
        except StoreError:
            self._asked.set()  # that is not the file's fault: once more, soon
            raise
        except JobdiffError as error:
            self._refused = str(error)
            log_error("the new configuration is refused, the old one holds", error)
        finally:
            self._setup.manager.tell("READY=1")
        return self._refused

    async def _take_in(self, config: Config) -> None:
        self._refused = None
        self.crew.config = config
        await self.beside(config)
        log.info("the new configuration holds: %s", await asyncio.to_thread(self.told))
        await self.claim()

    def _time(self) -> datetime:
        """The time to judge by: while the clock is not trusted, as if nobody had set it."""
        return self.heart.as_trusted(self._setup.clock())

    def _beat(self) -> None:
        """Let the service manager's watchdog sleep for as long as the ticks come."""
        if self._setup.manager.watchdog and not self.heart.missed:
            self._setup.manager.tell("WATCHDOG=1")

    def _send_now(self) -> None:
        # Each channel may hold up one, and one more looks for news: others would only queue.
        is_enough = len(self._senders) > len(self.crew.config.channels)
        if self._setup.kind == "serve" and not self._setup.stopping.is_set() and not is_enough:
            self.crew.spawn(self._send())

    async def _send(self) -> None:
        """Owe and send, once; the next does not wait for it."""
        self._senders.add(me := object())
        store, config, now = self._setup.store, self.crew.config, self._time()
        try:
            await self.crew.guard(
                "alerts were not sent", dispatch.tick(store, config, now, self._sending)
            )
        finally:
            self._senders.discard(me)

    async def _listen(self) -> None:
        process = await asyncio.to_thread(self._look_up)
        if process is not None and process.asked > process.answered:
            self._asked.clear()
            error = await self.reload()
            await asyncio.to_thread(self._answer, process.asked, error)
        elif self._asked.is_set():
            self._asked.clear()
            await self.reload()

    def _read_again(self) -> Config:
        if self._setup.load is None:
            raise ConfigurationError("there is no configuration to read again; start it anew")
        config = self._setup.load()
        refuse_cut_off(config, self.crew.config)
        _prepare(config, self._setup.store, self._setup.clock(), self._setup.kind)
        return config

    def _look_up(self) -> Process | None:
        with self._setup.store.read() as connection:
            return processes.get(connection, self._process.id)

    def _answer(self, asked: int, error: str | None) -> None:
        with self._setup.store.write() as connection:
            processes.answer(connection, self._process.id, asked, error)

    def _note_seen(self) -> None:
        with self._setup.store.write() as connection:
            processes.note_seen(connection, self._process, wall_clock())

    def _leave(self) -> None:
        with self._setup.store.write() as connection:
            processes.leave(connection, self._process.id)

    def _check_ticks(self) -> Check:
        missed = self.heart.missed
        told = f"do not come: {', '.join(missed)}" if missed else "come on time"
        return Check("ticks", not missed, told)

    def _check_clock(self) -> Check:
        trouble = self.heart.trouble
        return Check("clock", trouble is None, trouble or "runs evenly")

    def _check_configuration(self) -> Check:
        told = f"refused, the old one holds: {self._refused}" if self._refused else "in force"
        return Check("configuration", self._refused is None, told)

    async def _check_store(self) -> Check:
        try:
            async with asyncio.timeout(STORE_ANSWERS_WITHIN):
                await asyncio.to_thread(self._look_up)
        except TimeoutError:
            return Check("store", False, f"does not answer within {STORE_ANSWERS_WITHIN:.0f} s")
        except JobdiffError as error:
            return Check("store", False, str(error))
        waits = self._setup.store.writing.waits
        if waits > STORE_IS_HELD_AFTER:
            return Check("store", False, f"another program holds it, for {waits:.0f} s now")
        trouble = self.crew.guard.store_trouble
        return Check("store", trouble is None, trouble or "answers")


def _running(*, stopping: bool) -> str:
    return "about to stop" if stopping else "until it is told to stop"


def _reloading() -> tuple[str, str]:
    import time

    return "RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}"


def _register(setup: Setup) -> Process:
    with setup.store.write() as connection:
        return processes.register(
            connection, setup.kind, socket.gethostname(), os.getpid(), wall_clock()
        )


def _count_boards(store: Store) -> int:
    with store.read() as connection:
        return boards.count(connection)


def _prepare(config: Config, store: Store, now: datetime, kind: ProcessKind) -> None:
    """Take in the file's boards, check the configuration against the store, begin the alerts."""
    with store.write() as connection:
        if config.path is not None:
            boards.sync_file_boards(connection, str(config.path.resolve()), config.boards, now)
        watched = boards.all_boards(connection)
        refuse_without_contact(config, watched)
    warn_of_short_intervals(watched, config.scheduler.min_interval)
    if kind == "serve":
        warn_of_secrets(config)
    owe_news(store, config, now)
    with store.read() as connection:
        for trouble in troubles(connection, config):
            log.warning("%s", trouble)


def _log_to_stderr() -> None:
    """One line an event on stderr, unless the program has set up its logging already."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s"
    )
    for name in ("alerts", "scheduler"):
        logger = logging.getLogger(name)
        if logger.level == logging.NOTSET:
            logger.setLevel(logging.INFO)
