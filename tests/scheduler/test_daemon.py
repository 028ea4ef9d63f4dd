"""``serve``: crawls what is due and delivers what changed, on loopback, with real parts."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest

from crawler import reactor
from jobdiff.config import load, wall_clock
from postings.errors import ConfigurationError, UsageError
from scheduler.daemon import Setup, serve
from storage import Store, boards, events, outbox, processes
from storage.processes import Process
from tests.crawler.site import Reply, Site, listing_page, posting_page
from tests.scheduler.conftest import fast
from tests.scheduler.running import (
    PATIENCE,
    Receiver,
    alerting,
    complete_crawls,
    daemon_of,
    serving,
    until,
    watch,
)


def test_each_event_reaches_the_webhook_once_and_the_baseline_never(
    store: Store, site: Site, receiver: Receiver
) -> None:
    board = watch(store, site.url("/careers"))

    async def days() -> None:
        await until(lambda: complete_crawls(store, board) >= 2)
        assert receiver.events == []
        paths = [f"/jobs/{number}-engineer" for number in range(1, 5)]
        site["/jobs/4-engineer"] = posting_page(4)
        site["/careers"] = listing_page(paths)
        await until(lambda: len(receiver.events) == 1)
        site["/jobs/1-engineer"] = posting_page(
            1,
            baseSalary={
                "@type": "MonetaryAmount",
                "currency": "CHF",
                "value": {"@type": "QuantitativeValue", "maxValue": 120000, "unitText": "YEAR"},
            },
        )
        await until(lambda: len(receiver.events) == 2)
        site["/jobs/2-engineer"] = Reply("gone", 410)
        site["/careers"] = listing_page([paths[0], *paths[2:]])
        await until(lambda: len(receiver.events) == 3)
        site["/jobs/2-engineer"] = posting_page(2)
        site["/careers"] = listing_page(paths)
        await until(lambda: len(receiver.events) == 4)
        crawled = complete_crawls(store, board)
        await until(lambda: complete_crawls(store, board) >= crawled + 2)

    serving(alerting(receiver), store, days)
    told = [(event["kind"], event["posting"]["title"]) for event in receiver.events]
    assert told == [
        ("new", "Engineer 4"),
        ("changed", "Engineer 1"),
        ("removed", "Engineer 2"),
        ("reopened", "Engineer 2"),
    ]
    assert receiver.wrong == 0
    assert len(set(receiver.ids)) == len(receiver.ids) == 4
    with store.read() as connection:
        assert {event.kind for event in events.log(connection, baseline=True)} == {"new"}
        assert len(outbox.by_state(connection, "sent")) == 4


def test_a_passed_deadline_is_told_after_a_look_at_its_page(
    store: Store, site: Site, receiver: Receiver
) -> None:
    soon = wall_clock() + timedelta(seconds=4)
    site["/jobs/1-engineer"] = posting_page(1, validThrough=soon.isoformat())
    board = watch(store, site.url("/careers"))

    async def deadline() -> None:
        await until(lambda: complete_crawls(store, board) >= 1)
        await until(lambda: receiver.events)

    serving(alerting(receiver), store, deadline)
    assert [event["kind"] for event in receiver.events] == ["expired"]
    assert wall_clock() >= soon


def test_a_board_that_another_process_adds_is_picked_up(store: Store, site: Site) -> None:
    async def later() -> None:
        board = watch(store, site.url("/careers"))
        await until(lambda: complete_crawls(store, board) >= 1)

    serving(fast(), store, later)


def test_boards_of_the_file_are_watched_from_the_start(
    store: Store, site: Site, tmp_path: Path
) -> None:
    file = tmp_path / "jobdiff.toml"
    file.write_text(
        f'[crawler]\ndelay = "0s"\n[network]\nallow_private = true\n'
        f'[[boards]]\nurl = "{site.url("/careers")}"\nname = "Acme"\n'
    )

    def crawled() -> bool:
        with store.read() as connection:
            found = boards.all_boards(connection)
        return [one.name for one in found] == ["Acme"] and found[0].outcome == "complete"

    async def wait() -> None:
        await until(crawled)

    serving(load(file, env={}), store, wait)


def test_a_taken_name_in_the_file_ends_it_at_once(store: Store, tmp_path: Path) -> None:
    watch(store, "https://example.org/one", name="Acme")
    file = tmp_path / "jobdiff.toml"
    file.write_text('[[boards]]\nurl = "https://example.org/two"\nname = "Acme"\n')
    with pytest.raises(UsageError, match="Acme"):
        reactor.run(lambda: serve(Setup(load(file, env={}), store, wall_clock)))


def test_over_a_hundred_boards_need_a_contact(store: Store) -> None:
    later = wall_clock() + timedelta(days=1)
    with store.write() as connection:
        for number in range(101):
            row = boards.add(connection, url=f"https://e{number}.example/", now=wall_clock())
            boards.schedule(connection, row.id, later)

    async def nothing() -> None:
        return

    serving(fast(crawler={"contact": "mailto:me@example.org"}), store, nothing)
    with pytest.raises(ConfigurationError, match=r"crawler\.contact is not set, and 101 boards"):
        reactor.run(lambda: serve(Setup(fast(), store, wall_clock)))


def test_an_interval_below_the_floor_is_said(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with store.write() as connection:
        for name, every in (("a", "1s"), ("b", "auto"), ("c", "0 8 * * *"), ("d", "9m")):
            row = boards.add(
                connection, url=f"https://{name}.example/", name=name, every=every, now=wall_clock()
            )
            boards.schedule(connection, row.id, wall_clock() + timedelta(days=1))

    async def nothing() -> None:
        return

    serving(fast(scheduler={"min_interval": "5m"}), store, nothing)
    assert [line for line in caplog.messages if "is below" in line] == [
        "a: every 1s is below scheduler.min_interval"
    ]


def test_stopping_ends_a_running_crawl_and_it_proves_no_absence(
    store: Store, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    board = watch(store, site.url("/careers"))
    asked = threading.Event()
    release = threading.Event()

    def hang(_request: object) -> Reply:
        asked.set()
        release.wait(PATIENCE)
        return Reply("late")

    async def stop_in_the_middle() -> None:
        await until(lambda: complete_crawls(store, board) >= 1)
        site["/careers"] = hang
        await until(asked.is_set)

    began = monotonic()
    try:
        serving(fast(), store, stop_in_the_middle)
    finally:
        release.set()
    assert monotonic() - began < 45
    with store.read() as connection:
        assert events.log(connection, baseline=False) == []
        left = connection.exec_driver_sql("select count(*) from crawls where finished_at is null")
        assert left.scalar() == 0
        assert boards.get(connection, board).outcome == "partial"


def test_what_was_read_before_the_end_is_settled(store: Store, site: Site) -> None:
    board = watch(store, site.url("/careers"))
    asked, release = threading.Event(), threading.Event()

    def hang(_request: object) -> Reply:
        asked.set()
        release.wait(PATIENCE)
        return Reply("late")

    async def stop_in_the_middle() -> None:
        await until(lambda: complete_crawls(store, board) >= 1)
        site["/jobs/4-engineer"] = posting_page(4)
        site["/jobs/5-engineer"] = hang
        site["/careers"] = listing_page([f"/jobs/{n}-engineer" for n in range(1, 6)])
        await until(asked.is_set)

    began = monotonic()
    try:
        serving(fast(), store, stop_in_the_middle)
    finally:
        release.set()
    assert monotonic() - began < 30
    with store.read() as connection:
        told = [(one.kind, one.posting["title"]) for one in events.log(connection, baseline=False)]
        assert boards.get(connection, board).outcome == "partial"
    assert told == [("new", "Engineer 4")]


def test_a_worker_crawls_and_tells_nobody(store: Store, site: Site, receiver: Receiver) -> None:
    board = watch(store, site.url("/careers"))

    async def work() -> None:
        await until(lambda: complete_crawls(store, board) >= 1)
        site["/jobs/4-engineer"] = posting_page(4)
        site["/careers"] = listing_page([f"/jobs/{n}-engineer" for n in range(1, 5)])
        crawled = complete_crawls(store, board)
        await until(lambda: complete_crawls(store, board) >= crawled + 2)

    serving(alerting(receiver), store, work, kind="worker")
    assert receiver.events == []

    async def told() -> None:
        await until(lambda: receiver.events)

    serving(alerting(receiver), store, told)
    assert [event["posting"]["title"] for event in receiver.events] == ["Engineer 4"]


def test_a_process_is_known_while_it_runs(store: Store) -> None:
    seen: list[Process] = []

    def find() -> bool:
        with store.read() as connection:
            seen[:] = processes.alive(connection, wall_clock())
        return bool(seen)

    async def look() -> None:
        await until(find)

    serving(fast(), store, look, kind="worker")
    assert [(one.kind, one.pid) for one in seen] == [("worker", os.getpid())]
    with store.read() as connection:
        assert processes.alive(connection, wall_clock()) == []


def test_the_chores_are_done(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "scheduler")
    with store.write() as connection:
        long_ago = wall_clock() - timedelta(days=2)
        processes.register(connection, "serve", "gone", 1, long_ago)

    async def tidy() -> None:
        await until(lambda: any("forgot 1 process" in line for line in caplog.messages))

    serving(fast(), store, tidy)


def test_a_tick_that_fails_is_logged_and_the_next_one_works(
    store: Store,
    site: Site,
    receiver: Receiver,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("scheduler.guard.OVER_AFTER", 0.0)
    board = watch(store, site.url("/careers"))

    async def ticks() -> None:
        daemon = daemon_of(store, alerting(receiver))
        with daemon.crew.writer:
            with store.write() as connection:
                connection.exec_driver_sql("alter table boards rename to elsewhere")
                connection.exec_driver_sql("alter table postings rename to nowhere")
                connection.exec_driver_sql("alter table deliveries rename to lost")
            for tick in (daemon.claim, daemon.sweep, daemon.send):
                await tick()
            await asyncio.gather(*daemon.crew.tasks)
            with store.write() as connection:
                connection.exec_driver_sql("alter table elsewhere rename to boards")
                connection.exec_driver_sql("alter table nowhere rename to postings")
                connection.exec_driver_sql("alter table lost rename to deliveries")
            for tick in (daemon.sweep, daemon.send, daemon.claim):
                await tick()
            while daemon.crew.tasks:
                await asyncio.gather(*daemon.crew.tasks)

    reactor.run(ticks)
    failures = [
        line.partition(":")[0] for line in caplog.messages if "were not" in line or "no b" in line
    ]
    wrong = ["no board was claimed", "deadlines were not swept", "alerts were not sent"]
    assert failures == [*wrong, *["over"] * 3]
    assert complete_crawls(store, board) >= 1


def test_what_does_not_end_in_time_is_cut_off_and_still_owed(
    store: Store, site: Site, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.crew.STOP_WITHIN", 0.2)
    asked = threading.Event()
    board = watch(store, site.url("/careers"))
    with socket.create_server(("127.0.0.1", 0)) as silent, ExitStack() as held:
        receiver.url = f"http://127.0.0.1:{silent.getsockname()[1]}/"

        async def send_into_the_void() -> None:
            await until(lambda: complete_crawls(store, board) >= 1)
            site["/jobs/4-engineer"] = posting_page(4)
            site["/careers"] = listing_page([f"/jobs/{n}-engineer" for n in range(1, 5)])
            held.enter_context((await asyncio.to_thread(silent.accept))[0])
            asked.set()

        serving(alerting(receiver), store, send_into_the_void)
    assert asked.is_set()
    with store.read() as connection:
        assert len(outbox.by_state(connection, "owed")) == 1
