"""Rules that commands make while the daemon runs: no reload, nothing from before them."""

from __future__ import annotations

import pytest

from jobdiff.config import wall_clock
from storage import Store, rules
from tests.crawler.site import Site, listing_page, posting_page
from tests.scheduler.conftest import fast
from tests.scheduler.running import (
    SECRET,
    Receiver,
    complete_crawls,
    serving,
    until,
    watch,
)


def test_a_rule_that_is_made_while_it_runs_tells_what_comes_after_it(
    store: Store, site: Site, receiver: Receiver
) -> None:
    board = watch(store, site.url("/careers"))
    hook = {"name": "hook", "webhook": receiver.url, "secret": SECRET}

    async def days() -> None:
        await until(lambda: complete_crawls(store, board) >= 1)
        with store.write() as connection:
            rules.add(connection, "made", {"title": ["engineer"]}, wall_clock())
        site["/jobs/4-engineer"] = posting_page(4)
        site["/careers"] = listing_page([f"/jobs/{one}-engineer" for one in range(1, 5)])
        await until(lambda: receiver.events)

    serving(fast(channels=[hook]), store, days)
    assert [event["posting"]["title"] for event in receiver.events] == ["Engineer 4"]


def test_what_is_amiss_with_rules_is_said_at_the_start_and_stops_nothing(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with store.write() as connection:
        rules.add(connection, "both", {}, wall_clock())
        rules.add(connection, "lost", {"channels": ["gone"]}, wall_clock())
        rules.add(connection, "newer", {"mood": ["good"]}, wall_clock())

    async def nothing() -> None:
        await until(lambda: any("SIGTERM" in one for one in caplog.messages))

    caplog.set_level("INFO", "scheduler")
    serving(fast(rules=[{"name": "both"}]), store, nothing)
    said = [one for one in caplog.messages if one.startswith("the rule ")]
    assert [one.split()[2] for one in said] == ["'both'", "'lost'", "'newer'"]
