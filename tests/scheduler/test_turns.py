"""Boards of different hosts whose lists stand at one host take turns there."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from crawler import reactor
from crawler.ports import Progress
from jobdiff.config import wall_clock
from scheduler.crew import AT_ONE_HOST, Crew
from scheduler.turns import Turns
from scheduler.work import crawl_board
from storage import Store, boards, crawls, hosts, postings
from tests.crawler.site import Reply, Request, Site, html, posting_page
from tests.scheduler.conftest import fast
from tests.scheduler.running import until

BOARDS, PACE = 6, 0.05


@dataclass
class ListApi:
    """A list API that several boards ask: it notes when, and how many do at the same time."""

    began: list[float] = field(default_factory=list)
    at_once: int = 0
    most: int = 0
    boards: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    slow: threading.Event = field(default_factory=threading.Event)

    def __call__(self, request: Request) -> Reply:
        with self.lock:
            self.began.append(monotonic())
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        self.slow.wait(0.02)
        with self.lock:
            self.at_once -= 1
        name = request.path.split("/")[3] if request.path.startswith("/v1/boards/") else ""
        if not name:
            return Reply("", 404)
        self.boards.add(name)
        return Reply(json.dumps({"jobs": [_job(name)]}), content_type="application/json")


def _job(name: str) -> dict[str, Any]:
    return {"id": 1, "title": "Engineer", "absolute_url": f"https://boards.greenhouse.io/{name}/1"}


@pytest.fixture
def api() -> Iterator[tuple[ListApi, Site]]:
    told = ListApi()
    with Site() as site:
        site.everywhere = told
        site["/robots.txt"] = told
        yield told, site


@pytest.fixture
def careers() -> Iterator[Callable[[int], str]]:
    """Career pages, each on a host of its own, whose list is the API's."""
    opened: list[Site] = []

    def page(number: int) -> str:
        embedded = f"https://boards.greenhouse.io/embed/job_board/js?for=acme{number}"
        site = Site(host=f"127.0.1.{number + 1}")
        site["/careers"] = html("Careers", f'<h1>Careers</h1><script src="{embedded}"></script>')
        opened.append(site)
        return site.url("/careers")

    yield page
    for site in opened:
        site.close()


def test_two_processes_ask_a_shared_host_one_after_the_other(
    tmp_path: Path, api: tuple[ListApi, Site], careers: Callable[[int], str]
) -> None:
    told, site = api
    file = tmp_path / "jobdiff.toml"
    watched = "".join(
        f'[[boards]]\nurl = "{careers(number)}"\nname = "b{number}"\n' for number in range(BOARDS)
    )
    file.write_text(
        f'database = "sqlite:///jobs.db"\n[crawler]\ndelay = "{PACE:.2f}s"\n'
        "[network]\nallow_private = true\n"
        f'[platforms.greenhouse]\napi = "{site.url("")}"\n{watched}'
    )
    clean = {name: value for name, value in os.environ.items() if "JOBDIFF" not in name}
    Store.open(f"sqlite:///{tmp_path / 'jobs.db'}").close()
    halves = [range(BOARDS // 2), range(BOARDS // 2, BOARDS)]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "jobdiff", "--config", str(file), "crawl", "--fail-on", "none"]
            + [f"b{number}" for number in half],
            env=clean,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for half in halves
    ]
    for process in running:
        _, said = process.communicate(timeout=100)
        assert process.returncode == 0, said
    assert told.boards == {f"acme{number}" for number in range(BOARDS)}
    assert told.most == 1
    gaps = [after - before for before, after in zip(told.began, told.began[1:], strict=False)]
    # What is spaced when it is sent arrives a little unevenly.
    assert min(gaps) > PACE * 0.4
    assert (told.began[-1] - told.began[0]) / len(gaps) > PACE


def test_the_first_in_line_comes_first(tmp_path: Path) -> None:
    order: list[str] = []

    async def ask(turns: Turns, name: str) -> None:
        await turns.take("api.example.org", 0.0, name)
        order.append(name)
        await asyncio.sleep(0)
        turns.leave("api.example.org")

    async def main() -> None:
        with Turns.beside(tmp_path / "jobs.db") as turns:
            await asyncio.gather(*(ask(turns, str(number)) for number in range(9)))

    asyncio.run(main())
    assert order == [str(number) for number in range(9)]


def test_who_leaves_the_line_holds_up_nobody(tmp_path: Path) -> None:
    async def main() -> None:
        with Turns.beside(tmp_path / "jobs.db") as turns:
            await turns.take("a.example", 0.0, "1")
            waiting = [
                asyncio.ensure_future(turns.take("a.example", 0.0, name)) for name in ("2", "3")
            ]
            await asyncio.sleep(0)
            waiting[0].cancel()
            await asyncio.gather(waiting[0], return_exceptions=True)
            assert not waiting[1].done()
            turns.leave("a.example")
            await asyncio.wait_for(waiting[1], 5)
            turns.leave("a.example")
            assert turns.asked_by("3") == {"a.example"}

    asyncio.run(main())


def test_a_crawl_that_waits_for_its_turn_ends_when_it_is_stopped(store: Store, site: Site) -> None:
    """Within a moment, as one that proves nothing, and the host is blamed for nothing."""
    with store.write() as connection:
        board = boards.add(connection, url=site.url("/careers"), now=wall_clock())
    host = site.url("").removeprefix("http://")

    async def main() -> crawls.CrawlResult:
        stopping = asyncio.Event()
        with Turns.beside(store.place) as turns:
            await turns.take(host, 0.0, "another")
            crawling = asyncio.ensure_future(
                crawl_board(store, board, fast(), wall_clock, stopping=stopping, turns=turns)
            )
            await until(lambda: host in turns.asked_by(board.id))
            stopping.set()
            return await asyncio.wait_for(crawling, 20)

    result = reactor.run(main)
    assert (result.outcome, site.log) == ("partial", [])
    with store.read() as connection:
        assert hosts.breaker(connection, host) is None


def test_boards_of_one_list_do_not_take_every_place(store: Store) -> None:
    """At most three of those that asked a host last time are crawled at once."""
    with store.write() as connection:
        for number in range(9):
            url = f"http://127.0.1.{number + 1}:9/careers"
            boards.add(connection, url=url, name=f"b{number}", now=wall_clock())

    async def main() -> list[int]:
        crew = Crew(fast(), store, wall_clock, asyncio.Event())
        with crew.turns, crew.writer, store.read() as connection:
            rows = {row.name: row.id for row in boards.all_boards(connection)}
            for number in range(6):
                await crew.turns.take("api.example.org", 0.0, rows[f"b{number}"])
                crew.turns.leave("api.example.org")
            await crew.claim()
            names = {id_: name for name, id_ in rows.items()}
            begun = sorted(int(names[one][1:]) for one in crew.crawling)
            crew.stopping.set()
            await crew.finish()
        return begun

    assert reactor.run(main) == [*range(AT_ONE_HOST), 6, 7, 8]


def test_what_a_crawl_saw_before_it_was_stopped_in_the_line_counts(
    store: Store, site: Site
) -> None:
    """As of any crawl that was stopped: what it would have asked is not taken for a failure."""
    with store.write() as connection:
        board = boards.add(connection, url=site.url("/careers"), now=wall_clock())
    host = site.url("").removeprefix("http://")

    async def main() -> crawls.CrawlResult:
        stopping, loop = asyncio.Event(), asyncio.get_running_loop()
        with Turns.beside(store.place) as turns:
            waiting: list[asyncio.Future[None]] = []
            read: list[Progress] = []

            def stand_in_line(_request: Request) -> Reply:
                """Somebody else comes next at this host, and stays."""
                taking = turns.take(host, 0.0, "another")
                loop.call_soon_threadsafe(lambda: waiting.append(asyncio.ensure_future(taking)))
                return Reply(posting_page(1))

            site["/jobs/1-engineer"] = stand_in_line
            crawling = asyncio.ensure_future(
                crawl_board(
                    store, board, fast(), wall_clock, read.append, stopping=stopping, turns=turns
                )
            )
            await until(lambda: waiting and waiting[0].done() and read and read[-1].postings)
            stopping.set()
            return await asyncio.wait_for(crawling, 20)

    result = reactor.run(main)
    assert result.outcome == "partial"
    assert site.asked() == ["/careers", "/jobs/1-engineer"]
    with store.read() as connection:
        found = postings.search(connection, board=board.id)
    assert [row.known.snapshot.posting.title for row in found] == ["Engineer 1"]
