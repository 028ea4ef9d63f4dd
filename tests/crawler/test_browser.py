"""Pages that only a script draws, drawn by a real Chromium within the guards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crawler.browser import checked, missing
from crawler.job import InMemory
from crawler.ports import BoardPlan, CrawlReport, Forgetful, Memory
from crawler.reactor import run
from crawler.run import crawl
from crawler.settings_for import CrawlerSettings
from postings.errors import ConfigurationError
from postings.model import Observation
from tests.crawler.site import Reply, Site, board_of, html
from tests.crawler.visits import LOCAL, START, Remembered

drawn = pytest.mark.skipif(missing() is not None, reason=str(missing()))
SETTINGS = replace(LOCAL, timeout=timedelta(seconds=15))
DRAW = """
fetch('/api/jobs').then(answer => answer.json()).then(jobs => {
  document.getElementById('root').innerHTML = '<h1>Jobs</h1>' + jobs.map(
    job => `<a href="${job.url}">${job.title}</a>`).join(' ')
})
"""


def script_of(code: str) -> Reply:
    return Reply(html("Jobs", f'<div id="root"></div><script>{code}</script>'))


def drawn_board(count: int) -> dict[str, Any]:
    jobs = [{"url": f"/jobs/{n}-engineer", "title": f"E {n}"} for n in range(1, count + 1)]
    frame = html("Jobs", '<div id="root"></div><script src="/app.js"></script>')
    return board_of(count) | {
        "/careers": Reply(frame, etag=True),
        "/app.js": Reply(DRAW, content_type="text/javascript"),
        "/api/jobs": Reply(json.dumps(jobs), content_type="application/json"),
    }


def crawled(
    url: str,
    browser: str,
    settings: CrawlerSettings = SETTINGS,
    memory: Memory | None = None,
    strategy: str = "auto",
) -> tuple[CrawlReport, InMemory]:
    kept = InMemory()
    plan = BoardPlan("b", url, strategy, memory=memory or Forgetful(), browser=browser)
    return run(lambda: crawl(plan, kept, settings, lambda: START)), kept


def postings(kept: InMemory) -> int:
    return sum(isinstance(item, Observation) and item.posting is not None for item in kept.items)


@pytest.fixture
def other() -> Iterator[Site]:
    """A site at an address of its own, which crawls of these tests may not ask."""
    with Site(host="127.0.0.2") as site:
        site["/"] = Reply("secret")
        yield site


def guarded(**options: Any) -> CrawlerSettings:
    return replace(SETTINGS, allow_private=False, exempt=frozenset(("127.0.0.1",)), **options)


# --- what is drawn -------------------------------------------------------------------------------


@drawn
def test_an_empty_frame_is_drawn_and_whole_pages_are_not() -> None:
    with Site(drawn_board(3)) as site:
        report, kept = crawled(site.url("/careers"), "auto")
        assert postings(kept) == 3
        assert report.crawl.exhausted
        assert site.asked().count("/careers") == 2
        assert site.asked().count("/app.js") == 1


@drawn
def test_a_drawn_page_is_known_again_by_what_was_drawn() -> None:
    with Site(drawn_board(1)) as site:
        memory = Remembered()
        memory.keep(crawled(site.url("/careers"), "auto", memory=memory)[1].items)
        again, _ = crawled(site.url("/careers"), "auto", memory=memory)
        assert again.not_modified == 2
        frames = [request for request in site.log if request.path == "/careers"]
        assert len(frames) == 4
        assert not any("if-none-match" in request.headers for request in frames)
        site["/api/jobs"] = Reply("[]", content_type="application/json")
        report, _ = crawled(site.url("/careers"), "auto", memory=memory)
        assert report.crawl.pages[0].fetch == "changed"


def test_without_a_browser_the_program_says_that_the_page_needs_one() -> None:
    with Site(drawn_board(3)) as site:
        report, kept = crawled(site.url("/careers"), "never")
        assert postings(kept) == 0
        assert any("seems to be drawn by a script" in note for note in report.notes)
        assert "/app.js" not in site.asked()


def test_a_mode_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="write always, auto, never"):
        checked("sometimes")


# --- the guards ----------------------------------------------------------------------------------


@drawn
def test_a_page_reaches_no_private_address(other: Site) -> None:
    there = other.url("/")
    code = f"""
      const tried = [fetch('{there}'), fetch('{there.replace("127.0.0.2", "2130706434")}'),
        fetch('{there.replace("127.0.0.2", "[::ffff:127.0.0.2]")}')]
      new Image().src = '{there}'; navigator.sendBeacon('{there}')
      new WebSocket('{there.replace("http", "ws")}'); new EventSource('{there}')
      document.head.innerHTML += '<link rel="stylesheet" href="{there}">'
      document.body.innerHTML += '<iframe src="{there}"></iframe>'
      Promise.allSettled(tried).then(() => {{ document.title = 'tried' }})
    """
    with Site({"/careers": script_of(code)}) as site:
        crawled(site.url("/careers"), "always")
        assert other.log
        other.log.clear()
        report, _ = crawled(site.url("/careers"), "always", guarded())
        assert report.crawl.pages[0].fetch == "changed"
        assert other.log == []


@drawn
@pytest.mark.parametrize("code", ["location = '{}'", "<redirect>"])
def test_a_page_that_leads_to_a_private_address_is_not_followed(code: str, other: Site) -> None:
    page = script_of(code.format(other.url("/")))
    if code == "<redirect>":
        page = Reply("", 302, {"Location": other.url("/")})
    with Site({"/careers": page}) as site:
        crawled(site.url("/careers"), "always", guarded())
        assert "/careers" in site.asked()
        assert other.log == []


@drawn
def test_what_robots_txt_forbids_is_not_asked_by_a_script_either() -> None:
    with Site(drawn_board(2)) as site:
        site["/robots.txt"] = Reply("User-agent: *\nDisallow: /api/\n")
        _, kept = crawled(site.url("/careers"), "always")
        assert "/app.js" in site.asked()
        assert "/api/jobs" not in site.asked()
        assert postings(kept) == 0


@drawn
def test_a_script_without_end_and_a_page_without_end_are_cut() -> None:
    pages = {
        "/busy": script_of("for (;;) {}"),
        "/huge": Reply("<html>" + "<p>x</p>" * 2_500_000),
    }
    with Site(pages) as site:
        for path in pages:
            report, _ = crawled(site.url(path), "always", guarded(timeout=timedelta(seconds=4)))
            [page] = report.crawl.pages
            assert page.fetch == "failed"
            assert "too long" in page.detail or "16 MiB" in page.detail
