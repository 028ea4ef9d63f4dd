"""What is remembered of hosts holds for all their boards, and after a restart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler import reactor
from jobdiff.config import Config
from scheduler.work import crawl_board
from storage import Store, boards, hosts
from storage.boards import BoardRow
from storage.results import CrawlResult
from tests.crawler.site import Reply, Site, listing_page
from tests.scheduler.conftest import fast

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BUSY = Reply("busy", 503, headers={"Retry-After": "3600"})


class Restarted:
    """A store that is opened anew for every crawl, as by another process."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder / 'jobs.db'}"
        self.config: Config = fast()

    def board(self, url: str) -> BoardRow:
        with Store.open(self.url) as store, store.write() as connection:
            return boards.add(connection, url=url, now=NOW)

    def crawl(self, board: BoardRow, after: timedelta) -> CrawlResult:
        with Store.open(self.url) as store:
            return reactor.run(lambda: crawl_board(store, board, self.config, lambda: NOW + after))


@pytest.fixture
def world(tmp_path: Path) -> Restarted:
    return Restarted(tmp_path)


@pytest.mark.parametrize(
    ("path", "reply", "outcome"),
    [
        ("/careers", BUSY, "failed"),
        ("/careers", Reply("slow down", 429, headers={"Retry-After": "3600"}), "blocked"),
        ("/robots.txt", BUSY, "blocked"),
    ],
)
def test_nothing_is_asked_before_the_time_that_the_host_told(
    world: Restarted, site: Site, path: str, reply: Reply, outcome: str
) -> None:
    """Neither for this board nor for another one on the host, robots.txt included."""
    one, other = world.board(site.url("/careers")), world.board(site.url("/jobs"))
    healthy = site.routes[path]
    site["/jobs"] = listing_page(["/jobs/1-engineer"])
    site[path] = reply
    assert world.crawl(one, timedelta()).outcome == outcome
    site[path] = healthy
    site.log.clear()
    for board, after in ((one, 0 * MINUTE), (other, MINUTE), (one, 59 * MINUTE)):
        told = world.crawl(board, after)
        assert (told.outcome, told.requests) == (outcome, 0)
        assert "is left alone until 2026-03-01 13:00:00 UTC" in str(told.reason)
    assert site.log == []
    assert world.crawl(other, HOUR).outcome == "complete"
    assert world.crawl(one, HOUR).outcome == "complete"


def test_a_host_that_keeps_failing_is_left_alone_longer_and_longer(
    world: Restarted, site: Site
) -> None:
    one, other = world.board(site.url("/careers")), world.board(site.url("/jobs"))
    assert world.crawl(one, timedelta()).outcome == "complete"
    site.everywhere = Reply("broken", 500)
    times = [(one, 1), (other, 2), (one, 3), (other, 4), (one, 7.9), (other, 8), (one, 17.9)]
    asked = []
    for board, minutes in times:
        site.log.clear()
        assert world.crawl(board, minutes * MINUTE).outcome == "failed"
        asked.append(len(site.log) > 0)
    assert asked == [True, True, True, False, False, True, False]
    site.everywhere = None
    assert world.crawl(one, 18 * MINUTE).outcome == "complete"
    with Store.open(world.url) as store, store.read() as connection:
        assert hosts.breaker(connection, site.url("").removeprefix("http://")) is None


def test_one_bad_page_is_no_bad_host(world: Restarted, site: Site) -> None:
    board = world.board(site.url("/careers"))
    site["/jobs/2-engineer"] = Reply("broken", 500)
    for minutes in range(5):
        told = world.crawl(board, minutes * MINUTE)
        assert (told.outcome, told.requests > 0) == ("complete", True)


def test_robots_txt_is_asked_once_a_day(world: Restarted, site: Site) -> None:
    one, other = world.board(site.url("/careers")), world.board(site.url("/jobs"))
    site["/jobs"] = listing_page(["/jobs/1-engineer"])

    def asked_for_it(board: BoardRow, after: timedelta) -> int:
        site.log.clear()
        world.crawl(board, after)
        return [request.path for request in site.log].count("/robots.txt")

    assert [asked_for_it(one, timedelta()), asked_for_it(other, HOUR)] == [1, 0]
    assert [asked_for_it(one, 23.9 * HOUR), asked_for_it(other, 24 * HOUR)] == [0, 1]


def test_what_robots_txt_forbids_is_remembered_too(world: Restarted, site: Site) -> None:
    site["/robots.txt"] = Reply("User-agent: *\nDisallow: /\n", content_type="text/plain")
    board = world.board(site.url("/careers"))
    told = [world.crawl(board, hours * HOUR) for hours in (0, 1)]
    assert [(one.outcome, one.requests) for one in told] == [("blocked", 1), ("blocked", 0)]
    assert [request.path for request in site.log] == ["/robots.txt"]


@pytest.mark.parametrize("status", [500, 503, 429])
def test_while_robots_txt_cannot_be_had_nothing_else_is_asked(
    world: Restarted, site: Site, status: int
) -> None:
    board = world.board(site.url("/careers"))
    assert world.crawl(board, timedelta()).outcome == "complete"
    site["/robots.txt"] = Reply("broken", status)
    site.log.clear()
    outcomes = [world.crawl(board, (24 + hours) * HOUR).outcome for hours in range(4)]
    assert outcomes == ["blocked"] * 4
    assert {request.path for request in site.log} == {"/robots.txt"}
