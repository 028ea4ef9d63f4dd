"""Platforms' lists from crawl to events, on a real crawler and store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler import reactor
from jobdiff.config import Config
from scheduler.work import crawl_board
from storage import Store, boards, events
from storage.boards import BoardRow
from storage.crawls import CrawlResult
from tests.crawler.boards import STAND_INS, Job, StandIn, play
from tests.crawler.site import Reply, Site
from tests.scheduler.conftest import fast

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def crawl(store: Store, board: BoardRow, config: Config, now: datetime) -> CrawlResult:
    with store.read() as connection:
        fresh = boards.get(connection, board.id)
    return reactor.run(lambda: crawl_board(store, fresh, config, lambda: now))


def news(store: Store) -> list[tuple[str, str]]:
    with store.read() as connection:
        rows = events.log(connection, baseline=False)
    return sorted((row.kind, str(row.posting["title"])) for row in rows)


@pytest.mark.parametrize("platform", STAND_INS, ids=lambda one: one.name)
def test_two_days_of_a_board(platform: StandIn, store: Store) -> None:
    with Site() as site:
        config = fast(platforms={platform.name: {"api": site.url("")}})
        with store.write() as connection:
            board = boards.add(connection, url=platform.board, name="Acme", every="6h", now=NOW)
        jobs = [Job(number) for number in range(1, platform.count + 1)]
        play(site, platform, jobs)
        first = crawl(store, board, config, NOW)
        assert (first.outcome, first.postings, dict(first.news)) == ("complete", len(jobs), {})
        again = crawl(store, board, config, NOW + timedelta(hours=6))
        assert (again.outcome, again.postings, dict(again.news)) == ("complete", len(jobs), {})
        site.everywhere = Reply("oops", 500)
        assert crawl(store, board, config, NOW + timedelta(hours=12)).outcome == "failed"
        assert news(store) == []
        site.everywhere = None
        later = [Job(2, "Senior Engineer") if job.number == 2 else job for job in jobs]
        new = Job(platform.count + 1)
        play(site, platform, [job for job in later if job.number != 3] + [new])
        second = crawl(store, board, config, NOW + timedelta(days=1))
        assert second.outcome == "complete"
        assert news(store) == [
            ("changed", "Senior Engineer"),
            ("new", new.name),
            ("removed", "Engineer 3"),
        ]
        assert dict(crawl(store, board, config, NOW + timedelta(days=2)).news) == {}
