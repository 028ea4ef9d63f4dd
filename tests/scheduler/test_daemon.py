"""``serve``: crawls what is due and delivers what changed, on loopback, with real parts."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook
from werkzeug import Request, Response

from crawler import reactor
from jobdiff.config import Config, load, wall_clock
from postings.errors import ConfigurationError, UsageError
from scheduler.daemon import Daemon, _signals, crawl_line, serve
from storage import Store, boards, events, outbox
from storage.crawls import CrawlResult
from tests.crawler.site import Reply, Site, board_of, listing_page, posting_page
from tests.scheduler.conftest import fast

SECRET = "whsec_" + base64.b64encode(b"a secret of some length").decode()
ALL = ["new", "changed", "expired", "removed", "reopened"]
PATIENCE = 60.0


@dataclass
class Receiver:
    """A webhook that checks every signature and keeps what it got."""

    url: str
    events: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    wrong: int = 0

    def take(self, request: Request) -> Response:
        try:
            body: Any = Webhook(SECRET).verify(request.get_data(), dict(request.headers))
        except Exception:
            self.wrong += 1
            raise
        self.ids.append(request.headers["webhook-id"])
        self.events += body["data"]["events"]
        return Response(status=204)


@pytest.fixture
def receiver(httpserver: HTTPServer) -> Receiver:
    made = Receiver(httpserver.url_for("/hook"))
    httpserver.expect_request("/hook", method="POST").respond_with_handler(made.take)
    return made


def alerting(receiver: Receiver, **values: Any) -> Config:
    return fast(
        channels=[{"name": "hook", "webhook": receiver.url, "secret": SECRET}],
        rules=[{"name": "all", "kinds": ALL}],
        **values,
    )


def watch(store: Store, url: str, **values: Any) -> str:
    with store.write() as connection:
        return boards.add(connection, url=url, now=wall_clock(), **{"every": "1s", **values}).id


async def until(told: Callable[[], object]) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(PATIENCE):
        while not told():  # noqa: ASYNC110  # what is waited for happens in threads, too
            await asyncio.sleep(0.02)


def serving(config: Config, store: Store, script: Callable[[], Any]) -> None:
    """Run ``serve`` while ``script`` goes on, then stop it."""

    async def main() -> None:
        stopping = asyncio.Event()
        daemon = asyncio.ensure_future(serve(config, store, wall_clock, stopping=stopping))
        following = asyncio.ensure_future(script())
        try:
            await asyncio.wait({daemon, following}, return_when=asyncio.FIRST_COMPLETED)
            if following.done():
                following.result()
        finally:
            stopping.set()
            await asyncio.wait_for(daemon, PATIENCE)
            following.cancel()

    reactor.run(main)


def complete_crawls(store: Store, board_id: str) -> int:
    with store.read() as connection:
        found = connection.exec_driver_sql(
            "select count(*) from crawls where board_id = ? and outcome = 'complete'", (board_id,)
        )
        return int(found.scalar() or 0)


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


def test_boards_of_one_host_take_turns_and_of_two_go_side_by_side(store: Store) -> None:
    both = threading.Barrier(2, timeout=PATIENCE)

    def meet(_request: object) -> Reply:
        both.wait()
        return Reply(listing_page(["/jobs/1-engineer"]))

    with Site(board_of(1)) as one, Site(board_of(1)) as other:
        one["/meet"] = other["/meet"] = meet
        urls = [one.url("/meet"), other.url("/meet").replace("127.0.0.1", "localhost")]
        urls += [one.url("/careers"), one.url("/careers?page=1"), one.url("/jobs/1-engineer")]
        ids = [watch(store, url, every="1h", name=f"{n}") for n, url in enumerate(urls)]

        async def turns() -> list[list[str]]:
            daemon = Daemon(fast(), store, wall_clock, asyncio.Event())
            hosts = []
            with daemon.writer:
                await daemon.claim()
                while daemon.tasks:
                    hosts.append(sorted(daemon.crawling.values()))
                    await asyncio.wait(daemon.tasks, return_when=asyncio.FIRST_COMPLETED)
            return hosts

        hosts = reactor.run(turns)
        assert all(complete_crawls(store, board) for board in ids)
    assert hosts[0] == ["127.0.0.1", "localhost"]
    assert all(at_once.count("127.0.0.1") <= 1 for at_once in hosts)


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
        reactor.run(lambda: serve(load(file, env={}), store, wall_clock))


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
        reactor.run(lambda: serve(fast(), store, wall_clock))


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
    assert [line for line in caplog.messages if "below" in line] == [
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


def test_a_crawl_that_breaks_off_is_logged_and_left_alone_for_a_while(
    store: Store, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    watch(store, site.url("/careers"))
    broken = lambda: 1 / 0  # noqa: E731

    async def crawl_twice() -> None:
        daemon = Daemon(fast(), store, wall_clock, asyncio.Event())
        with daemon.writer:
            daemon.clock = wall_clock
            await daemon.claim()
            daemon.clock = broken  # type: ignore[assignment]
            await asyncio.gather(*daemon.tasks)
            assert len(daemon.left_alone) == 1
            daemon.clock = wall_clock
            await daemon.claim()
            assert daemon.tasks == set()

    reactor.run(crawl_twice)
    assert any("broke off: ZeroDivisionError" in line for line in caplog.messages)


def test_a_tick_that_fails_is_logged_and_the_next_one_works(
    store: Store, site: Site, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    board = watch(store, site.url("/careers"))

    async def ticks() -> None:
        daemon = Daemon(alerting(receiver), store, wall_clock, asyncio.Event())
        with daemon.writer:
            with store.write() as connection:
                connection.exec_driver_sql("alter table boards rename to elsewhere")
                connection.exec_driver_sql("alter table postings rename to nowhere")
                connection.exec_driver_sql("alter table deliveries rename to lost")
            for tick in (daemon.claim, daemon.sweep, daemon.send):
                await tick()
            await asyncio.gather(*daemon.tasks)
            with store.write() as connection:
                connection.exec_driver_sql("alter table elsewhere rename to boards")
                connection.exec_driver_sql("alter table nowhere rename to postings")
                connection.exec_driver_sql("alter table lost rename to deliveries")
            for tick in (daemon.sweep, daemon.send, daemon.claim):
                await tick()
            while daemon.tasks:
                await asyncio.gather(*daemon.tasks)

    reactor.run(ticks)
    failures = [
        line.partition(":")[0] for line in caplog.messages if "were not" in line or "no b" in line
    ]
    assert failures == ["no board was claimed", "deadlines were not swept", "alerts were not sent"]
    assert complete_crawls(store, board) >= 1


def test_what_does_not_end_in_time_is_cut_off_and_still_owed(
    store: Store, site: Site, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.daemon.STOP_WITHIN", 0.2)
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


def test_without_the_main_thread_signals_are_left_alone() -> None:
    entered = threading.Event()

    async def enter() -> None:
        with _signals(asyncio.Event()):
            entered.set()

    thread = threading.Thread(target=lambda: asyncio.run(enter()))
    thread.start()
    thread.join(PATIENCE)
    assert entered.is_set()


def test_a_line_of_the_log_says_what_a_crawl_came_to() -> None:
    result = CrawlResult(
        "c", "b", "Acme", "partial", "page 2\nfailed", wall_clock(), 1.25, 12, 9, 5000, 48, 2,
        {"new": 1, "changed": 0, "removed": 2},
    )  # fmt: skip
    assert crawl_line(result) == (
        "Acme: partial (page 2 failed); 48 postings, 1 new, 2 removed; 12 requests, 1.2 s"
    )


# --- as a process ------------------------------------------------------------------------------

PROGRAM = """
import sys
from pathlib import Path
from crawler import reactor
from jobdiff.config import load, wall_clock
from scheduler.daemon import serve
from storage import Store
config = load(Path(sys.argv[1]), env={})
with Store.open(config.database) as store:
    reactor.run(lambda: serve(config, store, wall_clock))
"""


@pytest.fixture
def started(tmp_path: Path, site: Site, receiver: Receiver) -> Iterator[Callable[[], Any]]:
    """Starts ``serve`` in a process of its own, on one store, as often as it is called."""
    file = tmp_path / "jobdiff.toml"
    file.write_text(
        'database = "sqlite:///jobs.db"\n[crawler]\ndelay = "0s"\n[network]\nallow_private = true\n'
        '[scheduler]\nmin_interval = "1s"\n'
        f'[[boards]]\nurl = "{site.url("/careers")}"\nevery = "1s"\n'
        f'[[channels]]\nname = "hook"\nwebhook = "{receiver.url}"\nsecret = "{SECRET}"\n'
        f'[[rules]]\nname = "all"\nkinds = {json.dumps(ALL)}\n'
    )
    running: list[subprocess.Popen[str]] = []
    environment = {name: value for name, value in os.environ.items() if "JOBDIFF" not in name}

    def start() -> subprocess.Popen[str]:
        running.append(
            subprocess.Popen(
                [sys.executable, "-c", PROGRAM, str(file)],
                stderr=subprocess.PIPE,
                text=True,
                env=environment,
            )
        )
        return running[-1]

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
            process.communicate()


def crawled_times(tmp_path: Path) -> int:
    with Store.open(f"sqlite:///{tmp_path / 'jobs.db'}") as store, store.read() as connection:
        found = connection.exec_driver_sql("select count(*) from crawls where outcome = 'complete'")
        return int(found.scalar() or 0)


def wait_for(told: Callable[[], object]) -> None:
    asyncio.run(until(told))


def test_sigterm_ends_the_process_cleanly(
    started: Callable[[], Any], tmp_path: Path, site: Site
) -> None:
    process = started()
    wait_for(lambda: "/careers" in site.asked() and crawled_times(tmp_path))
    process.send_signal(signal.SIGTERM)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "complete; 3 postings" in stderr
    assert "stopped" in stderr.splitlines()[-1]
    assert "Traceback" not in stderr


@pytest.mark.slow
def test_kill_9_loses_nothing_and_repeats_only_with_the_same_id(
    started: Callable[[], Any], tmp_path: Path, site: Site, receiver: Receiver
) -> None:
    process = started()
    wait_for(lambda: "/careers" in site.asked() and crawled_times(tmp_path))
    asked = threading.Event()

    def kill(_request: object) -> Reply:
        process.kill()
        asked.set()
        return Reply(posting_page(4))

    site["/jobs/4-engineer"] = kill
    site["/careers"] = listing_page([f"/jobs/{number}-engineer" for number in range(1, 5)])
    wait_for(asked.is_set)
    process.communicate()
    assert receiver.events == []
    site["/jobs/4-engineer"] = posting_page(4)
    again = started()  # it waits for the dead one's lease to run out
    wait_for(lambda: receiver.events)
    again.send_signal(signal.SIGTERM)
    again.communicate(timeout=30)
    told = {(event["id"], event["kind"], event["posting"]["title"]) for event in receiver.events}
    assert [one[1:] for one in told] == [("new", "Engineer 4")]
    assert len(set(receiver.ids)) == 1
    assert receiver.wrong == 0
