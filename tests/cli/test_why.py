"""What ``show --why`` says of postings that are in doubt."""

from __future__ import annotations

from typing import Any

import pytest

from jobdiff.demo.site import SiteServer
from tests.cli.program import Jobdiff


def why(jobdiff: Jobdiff, posting: dict[str, Any], now: str) -> list[tuple[str, str]]:
    told = jobdiff("show", posting["id"], "--why", "--json", "--now", now)
    assert told.code == 0, told.err
    (chain,) = told.objects("jobdiff.why/1")
    return [(one["about"], one["text"]) for one in chain["reasons"]]


@pytest.fixture
def in_doubt(jobdiff: Jobdiff, cut: SiteServer) -> tuple[dict[str, Any], dict[str, Any]]:
    """A posting that is still there, and one that a page cut to a third has lost."""
    jobdiff("add", cut.url, "--name", "Bakery", "--every", "1d", "--now", "2026-03-01T09:00:00Z")
    for cut.day in (1, 2, 3):
        crawled = jobdiff("crawl", "--now", f"2026-03-0{cut.day + 1}T09:00:00Z")
        assert crawled.code == 0, crawled.err
    known = jobdiff("postings", "--json", "--now", "2026-03-04T10:00:00Z").objects()
    there = max(known, key=lambda one: one["last_seen"])
    lost = min(known, key=lambda one: one["last_seen"])
    assert there["last_seen"] > lost["last_seen"]
    return there, lost


def test_a_quarantine_is_said_of_the_postings_that_it_is_about(
    jobdiff: Jobdiff, in_doubt: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    there, lost = (dict(why(jobdiff, one, "2026-03-04T10:00:00Z")) for one in in_doubt)
    assert "quarantine" not in there
    assert lost["quarantine"].startswith("8 postings of its board are gone at once")
    assert "crawls of its board since it was last seen" in lost["question"]
    asked = [text for about, text in why(jobdiff, in_doubt[1], "2026-03-04T10:00:00Z")
             if about == "question"]  # fmt: skip
    assert asked[0].startswith("missing from 1 complete listing since 2026-03-03 09:00 UTC; ")


def test_a_stale_posting_says_since_when(
    jobdiff: Jobdiff, in_doubt: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    assert "stale" not in dict(why(jobdiff, in_doubt[0], "2026-03-04T10:00:00Z"))
    later = dict(why(jobdiff, in_doubt[0], "2026-03-20T10:00:00Z"))
    assert later["stale"].startswith("stale: its board was last read completely 2026-03-0")
    text = jobdiff("show", in_doubt[0]["id"], "--why", "--now", "2026-03-20T10:00:00Z").out
    assert "stale: its board was last read completely" in text
