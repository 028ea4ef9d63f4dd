"""Politeness outlives the process."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from storage import Store, boards
from tests.crawler.site import Reply, Site, board_of
from tests.e2e.conftest import Run


def test_no_process_asks_before_a_retry_after_has_passed(jobdiff: Run, folder: Path) -> None:
    with Site(board_of(2)) as site:
        with Store.open(f"sqlite:///{folder / 'jobs.db'}") as store, store.write() as connection:
            for name in ("careers", "jobs"):
                added = datetime(2026, 12, 1, tzinfo=UTC)
                boards.add(connection, url=site.url(f"/{name}"), name=name, now=added)

        def crawl(*argv: str, at: str) -> list[tuple[str, int]]:
            now = ("--now", f"2026-12-01T{at}Z")
            told = jobdiff("--database", "jobs.db", "crawl", *argv, "--json", *now).stdout
            results = [json.loads(line) for line in told.splitlines()]
            return [(one["outcome"], one["requests"]) for one in results]

        site["/jobs"] = listing = site.routes["/careers"]
        site["/careers"] = Reply("busy", 503, headers={"Retry-After": "7200"})
        assert crawl("careers", at="08:00:00") == [("failed", 2)]
        site["/careers"] = listing
        site.log.clear()
        # The board itself is not even tried; its neighbour is, and asks nothing.
        assert crawl(at="09:59:59") == [("failed", 0)]
        assert site.log == []
        assert {outcome for outcome, _ in crawl(at="10:00:00")} == {"complete"}
