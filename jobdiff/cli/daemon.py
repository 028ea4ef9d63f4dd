"""The daemon: ``serve``, ``worker`` and ``reload``."""

from __future__ import annotations

import logging
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from jobdiff.cli.command import Panel, command
from jobdiff.cli.session import Session
from postings.errors import JobdiffError
from postings.wire import instant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import typer
    from starlette.types import ASGIApp

    from alerts.pages import MessagePage
    from jobdiff.config import Clock, Config
    from scheduler.daemon import Beside, Follow, HealthSource
    from storage import Store
    from storage.processes import Process, ProcessKind

PROCESS_SCHEMA: Final = "jobdiff.process/1"
_ANSWERS_WITHIN: Final = 30.0
_LOOK_EVERY: Final = 0.1


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for work in (serve, worker, reload):
        command(app, Panel.ALERTS)(work)


def serve(session: Session) -> None:
    """Watch the boards until stopped: crawl what is due, expire, and deliver alerts."""
    _run(session, "serve")


def worker(session: Session) -> None:
    """Crawl what is due beside a daemon on the same store, until stopped; tell nobody."""
    _run(session, "worker")


def reload(session: Session) -> None:
    """Let the daemons of this store read their configuration again; a broken one is refused."""
    from jobdiff.config import wall_clock
    from storage import processes

    with session.store.write() as connection:
        asked = processes.alive(connection, wall_clock())
        processes.ask(connection, [one.id for one in asked])
    if not asked:
        raise JobdiffError(
            f"no daemon is running on {session.store.place}; the next one reads it anyway"
        )
    told = [_told(session, one, _answer(session.store, one)) for one in asked]
    if not all(told):
        raise JobdiffError("not every daemon took the configuration; the old one holds there")


def _run(session: Session, kind: ProcessKind) -> None:
    from jobdiff.cli.compose import run
    from jobdiff.config import load
    from scheduler.daemon import Setup, nothing_beside
    from scheduler.daemon import serve as serve_until_stopped
    from scheduler.systemd import ServiceManager

    _log_to_stderr()
    config, store = session.config, session.store

    async def main() -> None:
        await serve_until_stopped(
            Setup(
                config,
                store,
                session.clock,
                load=lambda: load(session.config_file, database=session.database, env=session.env),
                kind=kind,
                manager=ServiceManager.of(session.env),
                beside=web_server(store, session.clock) if kind == "serve" else nothing_beside,
            )
        )

    run(main)


def web_server(store: Store, clock: Clock) -> Beside:
    """The web server, as it runs beside the daemon's ticks and follows its configuration."""
    from alerts.pages import message_page
    from web.app import application
    from web.server import serving

    def app(config: Config, health: HealthSource) -> ASGIApp:
        def message(delivery_id: str, key: str, number: int) -> MessagePage | None:
            return message_page(store, config, delivery_id, key, number, clock())

        return application(health, message, config.web.every_host)

    @asynccontextmanager
    async def beside(config: Config, health: HealthSource) -> AsyncIterator[Follow]:
        async with serving(app(config, health), config.web.address) as site:

            async def follow(new: Config) -> None:
                await site.change(app(new, health), new.web.address)

            yield follow

    return beside


def _answer(store: Store, asked: Process) -> Process | None:
    """A process once it has answered; None if it is gone or does not answer."""
    from storage import processes

    until = time.monotonic() + _ANSWERS_WITHIN
    while time.monotonic() < until:
        with store.read() as connection:
            now = processes.get(connection, asked.id)
        if now is None or now.answered > asked.asked:
            return now
        time.sleep(_LOOK_EVERY)
    return None


def _told(session: Session, asked: Process, answered: Process | None) -> bool:
    """Say what a process made of it; whether it took the configuration."""
    error = "it does not answer; has it died?" if answered is None else answered.error
    if session.json:
        session.out.line(process_json(answered or asked, error=error))
    name = f"{asked.kind} on {asked.host}, process {asked.pid}"
    session.out.show(f"{name}: {f'refused: {error}' if error else 'the new configuration holds.'}")
    return error is None


def process_json(process: Process, *, error: str | None) -> dict[str, Any]:
    """A daemon or worker; ``error`` is why it refused the configuration."""
    return {
        "schema": PROCESS_SCHEMA,
        "kind": process.kind,
        "host": process.host,
        "pid": process.pid,
        "started_at": instant(process.started_at),
        "error": error,
    }


def _log_to_stderr() -> None:
    """A daemon says what it does, also without ``-v``."""
    root = logging.getLogger()
    if root.level <= logging.INFO:
        return
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", force=True
    )
    for name in ("scheduler", "alerts", "web"):
        logging.getLogger(name).setLevel(logging.INFO)
