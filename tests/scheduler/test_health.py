"""How the daemon says it is: to whoever asks, and to the service manager."""

from __future__ import annotations

import asyncio
import json
import socket
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from crawler import reactor
from jobdiff.cli.daemon import web_server
from jobdiff.config import wall_clock
from scheduler import pulse
from scheduler.daemon import Daemon, Setup, serve
from scheduler.health import Health
from scheduler.systemd import ServiceManager
from storage import Store
from tests.crawler.site import Site
from tests.scheduler.conftest import fast
from tests.scheduler.running import complete_crawls, daemon_of, until, watch


def health_of(store: Store, prepare: Any = None) -> Health:
    async def main() -> Health:
        daemon = daemon_of(store, fast())
        if prepare:
            prepare(daemon)
        return await daemon.health()

    return reactor.run(main)


def bad(health: Health) -> list[tuple[str, str]]:
    return [(one.check, one.detail) for one in health.checks if not one.ok]


def test_a_daemon_that_is_well_says_so(store: Store) -> None:
    health = health_of(store)
    assert (health.live, health.ready, bad(health)) == (True, True, [])
    assert [one.check for one in health.checks] == [
        "ticks", "clock", "configuration", "store", "running"
    ]  # fmt: skip


def test_a_missed_tick_means_that_it_does_not_live(store: Store) -> None:
    def miss(daemon: Daemon) -> None:
        daemon.ticks[0].missed = True

    health = health_of(store, miss)
    assert (health.live, health.ready) == (False, False)
    assert bad(health) == [("ticks", "do not come: sweep")]


def test_a_store_that_is_gone_or_does_not_answer_means_that_it_is_not_ready(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.daemon.STORE_ANSWERS_WITHIN", 0.05)

    def hang(daemon: Daemon) -> None:
        monkeypatch.setattr(daemon, "_look_up", lambda: time.sleep(0.3))

    slow = health_of(store, hang)
    assert (slow.live, slow.ready) == (True, False)
    assert bad(slow) == [("store", "does not answer within 0 s")]


def test_who_is_about_to_stop_is_not_ready(store: Store) -> None:
    health = health_of(store, lambda daemon: daemon.crew.stopping.set())
    assert (health.live, health.ready) == (True, False)
    assert bad(health) == [("running", "about to stop")]


def test_a_doubted_clock_is_said_and_nothing_is_begun(store: Store, site: Site) -> None:
    watch(store, site.url("/careers"))

    async def main() -> list[tuple[str, str]]:
        daemon = daemon_of(store, fast())
        daemon.heart.trouble = "the clock was set forward by 365 days, 0:00:00"
        await daemon.claim()
        await daemon.sweep()
        assert daemon.crew.tasks == set()
        return bad(await daemon.health())

    assert reactor.run(main) == [("clock", "the clock was set forward by 365 days, 0:00:00")]
    assert site.asked() == []


def test_it_is_served_over_http_while_it_runs(store: Store, site: Site) -> None:
    board = watch(store, site.url("/careers"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def ask() -> dict[str, Any]:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
            return dict(json.load(answer))

    async def main() -> dict[str, Any]:
        stopping = asyncio.Event()
        config = fast(web={"listen": f"127.0.0.1:{port}"})
        setup = Setup(
            config, store, wall_clock, stopping=stopping, beside=web_server(store, wall_clock)
        )
        serving = asyncio.ensure_future(serve(setup))
        try:
            await until(lambda: complete_crawls(store, board))
            return await asyncio.to_thread(ask)
        finally:
            stopping.set()
            await serving

    told = reactor.run(main)
    assert (told["schema"], told["live"], told["ready"]) == ("jobdiff.health/1", True, True)
    assert told["crawled"] >= 1


def test_the_service_manager_hears_when_it_is_ready_lives_and_stops(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "BEAT", 0.02)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(10)
        manager = ServiceManager(str(tmp_path / "notify"), watchdog=1.0)
        heard: list[str] = []

        def hear(word: str) -> None:
            while not heard or not heard[-1].startswith(word):
                heard.append(listening.recv(500).decode())

        async def main() -> None:
            stopping = asyncio.Event()
            setup = Setup(fast(), store, wall_clock, stopping=stopping, manager=manager)
            serving = asyncio.ensure_future(serve(setup))
            await asyncio.to_thread(hear, "READY=1")
            await asyncio.to_thread(hear, "WATCHDOG=1")
            stopping.set()
            await serving
            await asyncio.to_thread(hear, "STOPPING=1")

        reactor.run(main)
    assert heard[0].startswith("READY=1\nSTATUS=watching 0 boards in ")
    assert heard[-1] == "STOPPING=1"


def test_a_watchdog_is_not_put_to_sleep_while_a_tick_is_missed(
    store: Store, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.setblocking(False)

        async def main() -> None:
            manager = ServiceManager(str(tmp_path / "notify"), watchdog=1.0)
            daemon = daemon_of(store, fast(), manager=manager)
            daemon.heart.beat()
            assert listening.recv(500) == b"WATCHDOG=1"
            daemon.ticks[0].began -= 10_000
            daemon.heart.beat()

        reactor.run(main)
        with pytest.raises(BlockingIOError):
            listening.recv(500)
