"""Which boards a process claims, and how their crawls end."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import pytest

from crawler import reactor
from jobdiff.config import wall_clock
from scheduler.crew import LEAVE_TAKEN, Crew, crawl_line
from storage import Store, crawls
from storage.crawls import CrawlResult
from tests.crawler.site import Reply, Site, board_of, listing_page
from tests.scheduler.conftest import fast
from tests.scheduler.running import PATIENCE, complete_crawls, watch


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
            crew = Crew(fast(), store, wall_clock, asyncio.Event())
            hosts = []
            with crew.writer:
                await crew.claim()
                while crew.tasks:
                    hosts.append(sorted(crew.crawling.values()))
                    await asyncio.wait(crew.tasks, return_when=asyncio.FIRST_COMPLETED)
            return hosts

        hosts = reactor.run(turns)
        assert all(complete_crawls(store, board) for board in ids)
    assert hosts[0] == ["127.0.0.1", "localhost"]
    assert all(at_once.count("127.0.0.1") <= 1 for at_once in hosts)


def test_a_crawl_that_breaks_off_is_logged_and_left_alone_for_a_while(
    store: Store, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    watch(store, site.url("/careers"))
    broken = lambda: 1 / 0  # noqa: E731

    async def crawl_twice() -> None:
        crew = Crew(fast(), store, wall_clock, asyncio.Event())
        with crew.writer:
            crew.clock = wall_clock
            await crew.claim()
            crew.clock = broken  # type: ignore[assignment]
            await asyncio.gather(*crew.tasks)
            assert len(crew.left_alone) == 1
            crew.clock = wall_clock
            await crew.claim()
            assert crew.tasks == set()

    reactor.run(crawl_twice)
    assert any("broke off: ZeroDivisionError" in line for line in caplog.messages)


def test_after_days_of_sleep_each_board_is_crawled_once(store: Store) -> None:
    with Site(board_of(1)) as one, Site(board_of(2)) as other:
        urls = [one.url("/careers"), other.url("/careers").replace("127.0.0.1", "localhost")]
        ids = [watch(store, url, every="1h") for url in urls]
        shift = timedelta()

        async def crawled_at(days: int) -> list[int]:
            nonlocal shift
            shift = timedelta(days=days)
            for _ in range(3):
                await crew.claim()
                while crew.tasks:
                    await asyncio.wait(crew.tasks)
            return [complete_crawls(store, board) for board in ids]

        async def live() -> list[list[int]]:
            with crew.writer:
                return [await crawled_at(days) for days in (0, 3, 3, 4)]

        crew = Crew(fast(), store, lambda: wall_clock() + shift, asyncio.Event())
        assert reactor.run(live) == [[1, 1], [2, 2], [2, 2], [3, 3]]


def test_no_more_are_crawled_at_once_than_the_configuration_has(store: Store) -> None:
    with Site(board_of(1)) as one, Site(board_of(1)) as other:
        for url in (one.url("/careers"), other.url("/careers").replace("127.0.0.1", "localhost")):
            watch(store, url, every="1h")

        async def live() -> list[int]:
            crew = Crew(fast(scheduler={"crawls": 1}), store, wall_clock, asyncio.Event())
            running = []
            with crew.writer:
                await crew.claim()
                while crew.tasks:
                    running.append(len(crew.crawling))
                    await asyncio.wait(crew.tasks, return_when=asyncio.FIRST_COMPLETED)
            return running

        running = reactor.run(live)
    assert max(running) == 1
    assert len(running) >= 2


def test_a_crawl_that_another_process_took_over_is_left_to_it(
    store: Store, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    board = watch(store, site.url("/careers"), name="Acme")
    listing = site.routes["/careers"]

    def take_over(_request: object) -> Reply:
        later = wall_clock() + timedelta(hours=1)
        crawls.begin(store, board, owner="me", now=later, lease=timedelta(hours=1))
        assert isinstance(listing, Reply)
        return listing

    site["/careers"] = take_over

    async def live() -> float:
        crew = Crew(fast(), store, wall_clock, asyncio.Event())
        with crew.writer:
            await crew.claim()
            await asyncio.gather(*crew.tasks)
            return crew.left_alone[board] - asyncio.get_running_loop().time()

    assert reactor.run(live) <= LEAVE_TAKEN
    assert any("Acme was taken over by another process" in line for line in caplog.messages)


def test_what_a_dead_crawl_saw_is_settled_by_the_sweep(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    board = watch(store, "https://example.org/careers", name="Acme")
    long_ago = wall_clock() - timedelta(hours=1)
    assert crawls.begin(store, board, owner="x", now=long_ago, lease=timedelta(seconds=20))

    async def live() -> None:
        crew = Crew(fast(), store, wall_clock, asyncio.Event())
        with crew.writer:
            await crew.sweep()
            await crew.sweep()

    reactor.run(live)
    assert caplog.messages == ["Acme: its crawl had died; what it saw is settled"]


def test_a_line_of_the_log_says_what_a_crawl_came_to() -> None:
    result = CrawlResult(
        "c", "b", "Acme", "partial", "page 2\nfailed", wall_clock(), 1.25, 12, 9, 5000, 48, 2,
        {"new": 1, "changed": 0, "removed": 2},
    )  # fmt: skip
    assert crawl_line(result) == (
        "Acme: partial (page 2 failed); 48 postings, 1 new, 2 removed; 12 requests, 1.2 s"
    )
