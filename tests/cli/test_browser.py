"""``--browser``: what is kept with a board, what is refused, and a page that is drawn."""

from __future__ import annotations

import pytest

from crawler.browser import missing
from jobdiff.config.model import BoardEntry
from tests.cli.program import Jobdiff
from tests.crawler.site import Site, board_of
from tests.crawler.test_browser import drawn_board

drawn = pytest.mark.skipif(missing() is not None, reason=str(missing()))


def test_a_board_is_asked_plainly_unless_told_otherwise(jobdiff: Jobdiff) -> None:
    with Site(board_of(2)) as site:
        [board] = jobdiff("add", site.url("/careers"), "--json").objects("jobdiff.board/1")
        assert board["browser"] == "never"
        refused = jobdiff("add", site.url("/careers"), "--browser", "sometimes")
        assert refused.code == 2
        assert "write always, auto, never" in refused.err
    assert BoardEntry(url=site.url("/careers")).browser == "never"


def test_without_a_chromium_the_browser_is_refused_with_what_to_do(
    jobdiff: Jobdiff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    for command in ("detect", "add", "check"):
        refused = jobdiff(command, "http://127.0.0.1:1/", "--browser", "auto")
        assert refused.code == 2, command
        assert "install" in refused.err


@drawn
def test_a_page_that_a_script_draws_is_detected_kept_and_read(jobdiff: Jobdiff) -> None:
    with Site(drawn_board(2)) as site:
        url = site.url("/careers")
        [found] = jobdiff("detect", url, "--browser", "auto", "--json").objects()
        assert (found["strategy"], found["postings"]) == ("listing", 2)
        [board] = jobdiff("add", url, "--name", "Acme", "--browser", "auto", "--json").objects()
        assert board["browser"] == "auto"
        [crawl] = jobdiff("crawl", "Acme", "--json").objects("jobdiff.crawl/1")
        assert (crawl["outcome"], crawl["postings"]) == ("complete", 2)
