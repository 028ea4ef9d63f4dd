"""One crawl from claim to settlement, on a real site, crawler and store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler import reactor
from crawler.ports import Progress
from jobdiff.config import Config, wall_clock
from postings.errors import LeaseLost
from postings.urls import canonical
from postings.visits import Policy
from scheduler import work
from scheduler.memory import remember
from scheduler.turns import Turns
from scheduler.work import crawl_board, crawl_if_free
from storage import Store, boards, crawls, events
from storage.boards import BoardRow
from storage.crawls import CrawlResult, Ticket
from storage.due import DueBoard, due
from tests.crawler.site import Reply, Site, listing_page, posting_page
from tests.scheduler.conftest import fast

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def board(store: Store, site: Site) -> BoardRow:
    with store.write() as connection:
        return boards.add(connection, url=site.url("/careers"), name="Acme", every="6h", now=NOW)


def crawl(
    store: Store,
    board: BoardRow,
    config: Config,
    now: datetime = NOW,
    progress: Callable[[Progress], None] | None = None,
    **options: Any,
) -> CrawlResult:
    return reactor.run(lambda: crawl_board(store, board, config, lambda: now, progress, **options))


def now_of(store: Store, board: BoardRow) -> BoardRow:
    with store.read() as connection:
        return boards.get(connection, board.id)


def news(store: Store) -> list[tuple[str, str]]:
    with store.read() as connection:
        rows = events.log(connection, baseline=False)
    return [(row.kind, str(row.posting["title"])) for row in rows]


def claim(store: Store, board: BoardRow, lease: timedelta, owner: str = "another") -> Ticket:
    ticket = crawls.begin(
        store, board.id, owner=owner, now=NOW, lease=lease, lease_now=wall_clock()
    )
    assert ticket is not None
    return ticket


def test_the_first_crawl_is_the_baseline_and_the_next_tells_what_changed(
    store: Store, board: BoardRow, site: Site, config: Config
) -> None:
    first = crawl(store, board, config)
    assert (first.outcome, first.postings, dict(first.news)) == ("complete", 3, {})
    paths = [f"/jobs/{number}-engineer" for number in range(1, 5)]
    site["/careers"] = listing_page(paths)
    site["/jobs/4-engineer"] = posting_page(4)
    second = crawl(store, board, config, NOW + 6 * HOUR)
    assert (second.outcome, second.postings, dict(second.news)) == ("complete", 4, {"new": 1})
    assert news(store) == [("new", "Engineer 4")]


def test_the_same_site_twice_tells_nothing(store: Store, board: BoardRow, config: Config) -> None:
    crawl(store, board, config)
    assert dict(crawl(store, board, config, NOW + 6 * HOUR).news) == {}
    assert news(store) == []


def test_a_crawl_says_when_the_board_is_due_next(
    store: Store, board: BoardRow, config: Config
) -> None:
    crawl(store, board, config)
    at = now_of(store, board).next_crawl_at
    assert at is not None
    assert timedelta(hours=5.5) < at - NOW < timedelta(hours=6.5)


def test_a_posting_in_question_is_asked_whatever_the_listing_says(
    store: Store, board: BoardRow, site: Site, config: Config
) -> None:
    crawl(store, board, config)
    assert not any(one.asked_due for one in remember(store, board.id, NOW).known())
    site["/jobs/2-engineer"] = Reply("gone", 410)
    crawl(store, board, config, NOW + HOUR)
    due = [one.url for one in remember(store, board.id, NOW + HOUR).known() if one.asked_due]
    assert due == [site.url("/jobs/2-engineer")]
    crawl(store, board, config, NOW + 3 * HOUR)
    assert news(store) == [("removed", "Engineer 2")]


def test_what_a_crawl_learnt_is_told_to_the_next(
    store: Store, board: BoardRow, config: Config
) -> None:
    crawl(store, board, config)
    assert now_of(store, board).learnt
    memory = remember(store, board.id, NOW)
    assert memory.page(canonical(board.url)) is not None
    assert memory.page("https://nowhere.example/") is None
    assert len(memory.known()) == 3
    assert not any(posting.asked_due for posting in memory.known())


def test_a_passed_deadline_makes_its_page_due(
    store: Store, board: BoardRow, site: Site, config: Config
) -> None:
    site["/jobs/1-engineer"] = posting_page(1, validThrough="2026-03-02T12:00:00Z")
    crawl(store, board, config)
    due = [one.asked_due for one in remember(store, board.id, NOW + 48 * HOUR).known()]
    assert sorted(due) == [False, False, True]
    crawls.sweep(store, Policy(), NOW + 48 * HOUR)
    due = [one.asked_due for one in remember(store, board.id, NOW + 49 * HOUR).known()]
    assert sorted(due) == [False, False, True]
    assert now_of(store, board).next_crawl_at == NOW + 48 * HOUR


def test_progress_is_told(store: Store, board: BoardRow, config: Config) -> None:
    stands: list[Progress] = []
    crawl(store, board, config, NOW, stands.append)
    assert stands[-1].postings == 3


def test_a_site_that_fails_is_a_result_and_is_asked_again_soon(
    store: Store, board: BoardRow, site: Site, config: Config
) -> None:
    crawl(store, board, config)
    site.everywhere = Reply("down", 503)
    result = crawl(store, board, config, NOW + 6 * HOUR)
    assert result.outcome == "failed"
    assert news(store) == []
    after = now_of(store, board)
    assert after.failures == 1
    assert after.next_crawl_at is not None
    assert after.next_crawl_at - NOW - 6 * HOUR < timedelta(minutes=20)


@pytest.mark.parametrize(
    ("values", "reason"),
    [({"strategy": "telepathy"}, "telepathy"), ({"url": "http://10.0.0.1/"}, "10.0.0.1")],
)
def test_what_cannot_be_crawled_is_settled_as_failed_with_its_reason(
    store: Store, values: dict[str, Any], reason: str
) -> None:
    with store.write() as connection:
        odd = boards.add(connection, **{"url": "http://127.0.0.1:9/", "now": NOW, **values})
    careful = fast(network={"allow_private": "url" not in values})
    result = crawl(store, odd, careful)
    assert result.outcome == "failed"
    assert reason in str(result.reason)
    with store.read() as connection:
        assert due(connection, NOW) == []


def test_a_board_that_another_process_crawls_is_waited_for(
    store: Store, board: BoardRow, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "WAIT_EVERY", 0.01)
    claim(store, board, timedelta(seconds=0.3))
    assert crawl(store, board, config).outcome == "complete"


def test_the_daemon_leaves_a_board_to_the_process_that_crawls_it(
    store: Store, board: BoardRow, site: Site, config: Config
) -> None:
    async def both() -> tuple[int, int]:
        with ThreadPoolExecutor(1) as writer, Turns.beside(store.place) as turns:
            told: dict[str, Any] = {"writer": writer, "turns": turns, "stopping": asyncio.Event()}
            one = DueBoard(board.id, board.name, board.url)
            free = await crawl_if_free(store, one, config, lambda: NOW, **told)
            claim(store, board, HOUR)
            taken = await crawl_if_free(store, one, config, lambda: NOW, **told)
        return len(free), len(taken)

    assert reactor.run(both) == (1, 0)


def test_a_crawl_that_was_taken_over_writes_nothing_more(
    store: Store, board: BoardRow, site: Site, config: Config
) -> None:
    def take_over(_stand: Progress) -> None:
        with store.write() as connection:
            connection.exec_driver_sql(
                "update crawls set lease_until = '2000-01-01T00:00:00.000000Z'"
            )
        claim(store, board, HOUR)

    with pytest.raises(LeaseLost):
        crawl(store, board, config, NOW, take_over)
    with store.read() as connection:
        assert events.log(connection) == []


def test_a_lease_is_renewed_while_the_crawl_runs(
    store: Store, board: BoardRow, site: Site, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "RENEW_EVERY", 0.02)
    leases: set[str] = set()
    listing = site.routes["/careers"]

    def slowly(_request: object) -> Reply:
        while len(leases) < 3:
            with store.read() as connection:
                found = connection.exec_driver_sql("select lease_until from crawls")
                leases.update(str(row[0]) for row in found)
        assert isinstance(listing, Reply)
        return listing

    site["/careers"] = slowly
    assert crawl(store, board, config).outcome == "complete"


def test_a_lost_lease_ends_the_crawl(
    store: Store, board: BoardRow, site: Site, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "RENEW_EVERY", 0.02)

    def take_over(_request: object) -> Reply:
        with store.write() as connection:
            connection.exec_driver_sql(
                "update crawls set lease_until = '2000-01-01T00:00:00.000000Z'"
            )
        claim(store, board, HOUR)
        return Reply("late")

    site["/careers"] = take_over
    with pytest.raises(LeaseLost):
        crawl(store, board, config)


def test_a_cancelled_crawl_leaves_no_claim_and_the_board_due(
    store: Store, board: BoardRow, site: Site, config: Config
) -> None:
    async def cancel_at_first_request() -> None:
        task = asyncio.ensure_future(crawl_board(store, board, config, lambda: NOW))
        loop = asyncio.get_running_loop()

        def cancel(_request: object) -> Reply:
            loop.call_soon_threadsafe(task.cancel)
            return Reply("never read", length=False)

        site["/careers"] = cancel
        with pytest.raises(asyncio.CancelledError):
            await task

    reactor.run(cancel_at_first_request)
    after = now_of(store, board)
    assert after.outcome == "partial"
    assert after.next_crawl_at is None
    assert crawls.begin(store, board.id, owner="next", now=NOW, lease=HOUR) is not None


def test_a_crawl_that_is_asked_to_stop_ends_as_partial(
    store: Store, board: BoardRow, site: Site, config: Config
) -> None:
    async def stop_at_first_posting() -> CrawlResult:
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()

        def stop(_request: object) -> Reply:
            loop.call_soon_threadsafe(stopping.set)
            return Reply(posting_page(1))

        site["/jobs/1-engineer"] = stop
        return await crawl_board(store, board, config, lambda: NOW, stopping=stopping)

    result = reactor.run(stop_at_first_posting)
    assert result.outcome == "partial"
    assert dict(result.news) == {}


def test_a_crawl_that_is_stopped_before_it_began_proves_nothing(
    store: Store, board: BoardRow, config: Config
) -> None:
    async def stopped() -> CrawlResult:
        stopping = asyncio.Event()
        stopping.set()
        return await crawl_board(store, board, config, lambda: NOW, stopping=stopping)

    assert reactor.run(stopped).outcome == "partial"
    assert now_of(store, board).failures == 0


class JustNow(asyncio.Event):
    """Set the moment after anybody looks whether it is."""

    def is_set(self) -> bool:
        return False


def test_a_crawl_that_is_stopped_while_it_starts_ends(
    store: Store, board: BoardRow, config: Config
) -> None:
    async def stopped() -> CrawlResult:
        stopping = JustNow()
        stopping.set()
        async with asyncio.timeout(30):
            return await crawl_board(store, board, config, lambda: NOW, stopping=stopping)

    result = reactor.run(stopped)
    assert (result.outcome != "complete", dict(result.news)) == (True, {})
    assert crawls.begin(store, board.id, owner="next", now=NOW, lease=HOUR) is not None


def test_a_mistake_of_ours_is_settled_and_said(
    store: Store, board: BoardRow, config: Config
) -> None:
    def broken(_stand: Progress) -> None:
        raise ZeroDivisionError("a mistake")

    with pytest.raises(ZeroDivisionError):
        crawl(store, board, config, NOW, broken)
    after = now_of(store, board)
    assert after.outcome == "failed"
    assert "ZeroDivisionError" in str(after.reason)
    assert replace(after, outcome=None).failures == 1
