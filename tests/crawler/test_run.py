from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.job import InMemory
from crawler.ports import BoardPlan, Item, Progress
from crawler.reactor import run
from crawler.run import crawl
from crawler.stage import Stage
from postings.errors import ConfigurationError, LeaseLost
from postings.model import Observation
from tests.crawler.site import Reply, Request, Site, board_of, listing_page, posting_page
from tests.crawler.visits import LOCAL, Watched

ROOT = Path(__file__).parents[2]


def now() -> datetime:
    return datetime(2026, 3, 2, tzinfo=UTC)


class Failing:
    """A recorder that gives up."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def record(self, items: Sequence[Item]) -> None:
        raise self.error


class Slow(InMemory):
    """A recorder that notes the size of its batches, and lets others run meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    async def record(self, items: Sequence[Item]) -> None:
        self.sizes.append(len(items))
        await asyncio.sleep(0)
        await super().record(items)


def test_items_are_recorded_in_batches_of_some_fifty_postings_in_order() -> None:
    with Site(board_of(60)) as site:
        recorder = Slow()
        run(lambda: crawl(BoardPlan("b", site.url("/careers")), recorder, LOCAL, now))
        # Forty-six postings and the records of their pages, which count for little.
        assert recorder.sizes[0] == 91
        assert len({item.url for item in recorder.items if isinstance(item, Observation)}) == 60


def test_what_is_merely_listed_is_recorded_in_large_batches() -> None:
    recorder = Slow()

    async def stage_all() -> int:
        stage = Stage(recorder)
        for n in range(1_000):
            await stage.add(
                Observation(f"/{n}", now(), "unchanged", listed=True, asked=False, keys=("k",))
            )
        await stage.flush()
        return stage.left_alone

    assert run(stage_all) == 1_000
    assert recorder.sizes == [1_000]


@pytest.mark.parametrize("error", [LeaseLost("another process has it"), OSError("disk full")])
@pytest.mark.parametrize("count", [3, 60])
def test_what_the_recorder_raises_ends_the_crawl(error: Exception, count: int) -> None:
    with Site(board_of(count)) as site:
        plan = BoardPlan("b", site.url("/careers"))
        with pytest.raises(type(error), match=str(error)):
            run(lambda: crawl(plan, Failing(error), LOCAL, now))
        assert len(site.asked()) <= count + 3
        assert Watched(site.url("/careers")).crawl().outcome == "complete"


def test_an_unknown_strategy_is_refused_with_the_known_ones() -> None:
    plan = BoardPlan("b", "http://127.0.0.1:9/", strategy="magic")
    with pytest.raises(ConfigurationError, match="known are: auto, sitemap, feed, page, itemlist"):
        run(lambda: crawl(plan, InMemory(), LOCAL, now))


def test_progress_is_told_page_by_page() -> None:
    told: list[Progress] = []
    with Site(board_of(3)) as site:
        plan = BoardPlan("b", site.url("/careers"))
        run(lambda: crawl(plan, InMemory(), LOCAL, now, told.append))
    assert [each.postings for each in told[:3]] == [1, 2, 3]
    assert told[-1].pages >= 4


def test_boards_are_crawled_side_by_side() -> None:
    met = threading.Barrier(2, timeout=10)

    def meet(_: Request) -> Reply:
        met.wait()
        return Reply(posting_page(1))

    with Site({"/jobs/1": meet}) as one, Site({"/jobs/1": meet}) as other:

        async def both() -> list[str]:
            plans = [BoardPlan("b", site.url("/jobs/1")) for site in (one, other)]
            reports = await asyncio.gather(*(crawl(plan, InMemory(), LOCAL, now) for plan in plans))
            return [report.strategy for report in reports]

        assert run(both) == ["page", "page"]


def test_a_crawl_that_is_stopped_reports_what_it_saw_and_proves_no_absence() -> None:
    asked = threading.Event()

    def hang(_: Request) -> Reply:
        asked.set()
        threading.Event().wait(2)
        return Reply("late")

    with Site(board_of(9)) as site:
        board = Watched(site.url("/careers"))
        assert board.crawl().outcome == "complete"
        site["/jobs/4-engineer"] = hang
        recorder = InMemory()

        async def stopped() -> object:
            stopping = asyncio.Event()
            plan = BoardPlan("b", board.url, learnt=board.learnt, memory=board.memory)
            task = asyncio.ensure_future(crawl(plan, recorder, LOCAL, now, stopping=stopping))
            await asyncio.to_thread(asked.wait, 10)
            stopping.set()
            return await asyncio.wait_for(task, 10)

        report = run(stopped)
    crawled = report.crawl  # type: ignore[attr-defined]
    assert not crawled.exhausted
    assert crawled.truncated == "it was stopped before its end"
    assert [item.url[-10:] for item in recorder.items if isinstance(item, Observation)] == [
        "1-engineer",
        "2-engineer",
        "3-engineer",
    ]


def test_a_crawl_that_is_cancelled_ends() -> None:
    asked = threading.Event()

    def hang(_: Request) -> Reply:
        asked.set()
        threading.Event().wait(2)
        return Reply("late")

    with Site({"/careers": hang}) as site:

        async def cancelled() -> None:
            plan = BoardPlan("b", site.url("/careers"))
            task = asyncio.ensure_future(crawl(plan, InMemory(), LOCAL, now))
            await asyncio.to_thread(asked.wait, 10)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        run(cancelled)


def test_the_reactor_stays_on_its_loop() -> None:
    run(lambda: asyncio.sleep(0))
    with pytest.raises(RuntimeError, match="runs on another loop"):
        asyncio.run(crawl(BoardPlan("b", "http://127.0.0.1:9/"), InMemory(), LOCAL, now))


def test_a_keyboard_interrupt_cancels_and_comes_back() -> None:
    ended: list[str] = []

    async def main() -> None:
        try:
            asyncio.get_running_loop().call_soon(_interrupt)
            await asyncio.sleep(60)
        finally:
            ended.append("cleanly")

    with pytest.raises(KeyboardInterrupt):
        run(main)
    assert ended == ["cleanly"]


def _interrupt() -> None:
    raise KeyboardInterrupt


def test_a_server_that_does_not_answer_is_a_failure() -> None:
    with Site(board_of(2)) as site:
        url = site.url("/careers")
        assert Watched(url).crawl().outcome == "complete"
    down = Watched(url).crawl()
    assert down.outcome == "failed"
    assert "the connection was refused" in (down.reason or "")


def test_a_name_that_does_not_resolve_is_a_failure() -> None:
    seen = Watched("http://nowhere.invalid/careers").crawl()
    assert seen.outcome == "failed"
    assert "there is no such host" in (seen.reason or "")


def test_a_robots_txt_that_says_when_to_come_back_is_heeded() -> None:
    with Site(board_of(1)) as site:
        site["/robots.txt"] = Reply("busy", 503, {"Retry-After": "60"})
        board = Watched(site.url("/careers"))
        assert board.crawl().report.retry_after == board.now + timedelta(minutes=1)
        assert site.asked() == []


def test_a_server_that_drips_is_cut_off() -> None:
    with Site(board_of(2)) as site:
        board = Watched(
            site.url("/careers"), settings=replace(LOCAL, timeout=timedelta(seconds=0.3))
        )
        assert board.crawl().outcome == "complete"

        def drip(_: Request) -> Reply:
            threading.Event().wait(1)
            return Reply("late")

        site["/careers"] = drip
        seen = board.crawl()
        assert seen.outcome == "failed"
        assert "took too long" in (seen.reason or "")


def test_a_crawl_delay_of_robots_txt_is_kept() -> None:
    with Site(board_of(2)) as site:
        site["/robots.txt"] = Reply("User-agent: *\nCrawl-delay: 0.2", content_type="text/plain")
        seen = Watched(site.url("/careers")).crawl()
        assert seen.outcome == "complete"
        assert seen.report.seconds >= 0.2 * (len(site.asked()) - 1)


def test_pages_that_robots_txt_forbids_are_not_asked() -> None:
    with Site(board_of(3)) as site:
        board = Watched(site.url("/careers"))
        assert board.crawl().outcome == "complete"
        site["/robots.txt"] = Reply("User-agent: *\nDisallow: /jobs/2", content_type="text/plain")
        site.log.clear()
        seen = board.crawl()
        assert seen.fetches() == {"unchanged": 2, "blocked": 1}
        assert "/jobs/2-engineer" not in site.asked()
        site["/robots.txt"] = Reply("User-agent: *\nDisallow: /", content_type="text/plain")
        assert board.crawl().outcome == "blocked"


def test_many_forbidden_pages_do_not_end_the_crawl() -> None:
    with Site(board_of(30)) as site:
        board = Watched(site.url("/careers"))
        assert board.crawl().outcome == "complete"
        site["/robots.txt"] = Reply("User-agent: *\nDisallow: /jobs/1", content_type="text/plain")
        assert board.crawl().fetches() == {"unchanged": 19, "blocked": 11}


def test_a_robots_txt_that_leads_to_a_refused_url_keeps_out() -> None:
    with Site(board_of(2)) as site:
        site["/robots.txt"] = Reply("", 301, {"Location": "http://me:secret@127.0.0.1/robots.txt"})
        seen = Watched(site.url("/careers")).crawl()
        assert seen.outcome == "failed"
        assert "carries a user name" in (seen.reason or "")
        assert site.asked() == []


def test_a_page_that_leads_to_a_refused_url_is_a_failure() -> None:
    with Site(board_of(2)) as site:
        board = Watched(site.url("/careers"))
        assert board.crawl().outcome == "complete"
        site["/careers"] = Reply("", 301, {"Location": "http://me:secret@127.0.0.1/"})
        assert board.crawl().outcome == "failed"


def test_the_tries_leave_some_for_the_sitemap() -> None:
    routes = board_of(4)
    words = "alder birch cedar elm fir hazel larch maple oak pine rowan spruce willow yew".split()
    menu = [f"/{word}" for word in words]
    routes["/careers"] = listing_page(menu)
    with Site(routes) as site:
        entries = "".join(
            f"<url><loc>{site.url(f'/jobs/{n}-engineer')}</loc></url>" for n in (1, 2)
        )
        site["/sitemap.xml"] = Reply(f"<urlset>{entries}</urlset>", content_type="text/xml")
        seen = Watched(site.url("/careers")).crawl(probes=12)
        assert seen.outcome == "complete"
        assert len(seen.titles()) == 2


def test_a_robots_txt_behind_too_many_redirects_is_none() -> None:
    with Site(board_of(2)) as site:
        site["/robots.txt"] = lambda _: Reply("", 301, {"Location": f"/robots.txt?{len(site.log)}"})
        assert Watched(site.url("/careers")).crawl().outcome == "complete"


def test_scrapy_lists_and_runs_the_spider_from_the_root(tmp_path: Path) -> None:
    scrapy = [sys.executable, "-m", "scrapy"]
    env = {"PATH": "", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    env |= {"JOBDIFF_NETWORK__ALLOW_PRIVATE": "true", "JOBDIFF_CRAWLER__DELAY": "0s"}
    listed = subprocess.run(
        [*scrapy, "list"], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    assert listed.stdout.split() == ["careers"]
    out = tmp_path / "out.jsonl"
    with Site(board_of(3)) as site:
        command = [
            *scrapy,
            "crawl",
            "careers",
            "-a",
            f"board={site.url('/careers')}",
            "-O",
            str(out),
        ]
        ran = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    told = [json.loads(line) for line in out.read_text().splitlines()]
    assert sorted(each["title"] for each in told) == ["Engineer 1", "Engineer 2", "Engineer 3"]
    assert {each["schema"] for each in told} == {"jobdiff.posting/1"}
    assert all(each["url"] for each in told)
    assert ran.stderr == ""
