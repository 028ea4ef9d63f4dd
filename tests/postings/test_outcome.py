from __future__ import annotations

import pytest

from postings.model import Evidence, EvidenceKind, Fetch, Observation
from postings.outcome import judge
from postings.visits import Crawl, PageSeen
from tests.postings.world import BOARD_URL, START, page_of

SEEN = (Observation(page_of(1), START, "unchanged", listed=True),)


def listing(
    fetch: Fetch = "changed", *, postings: int = 30, first: bool = True, **more: object
) -> PageSeen:
    return PageSeen(BOARD_URL, "listing", fetch, START, postings=postings, first=first, **more)  # type: ignore[arg-type]


def detail(fetch: Fetch) -> PageSeen:
    return PageSeen(page_of(1), "detail", fetch, START, detail="HTTP 500")


def crawl(*pages: PageSeen, exhausted: bool = True, **more: object) -> Crawl:
    return Crawl("c", BOARD_URL, START, pages, exhausted=exhausted, **more)  # type: ignore[arg-type]


def test_everything_arrived_and_ended_by_itself_is_complete() -> None:
    assert judge(crawl(listing()), SEEN) == ("complete", None)


def test_failed_details_make_only_their_postings_unknown() -> None:
    failed = (Observation(page_of(1), START, "failed", listed=True),)
    assert judge(crawl(listing(), detail("failed")), failed)[0] == "complete"


@pytest.mark.parametrize(
    ("fetch", "outcome"),
    [("blocked", "blocked"), ("failed", "failed"), ("gone", "failed"), ("ended", "unreadable")],
)
def test_the_board_s_own_page_decides_first(fetch: Fetch, outcome: str) -> None:
    found, reason = judge(crawl(listing(fetch, postings=0)), SEEN)
    assert (found, bool(reason)) == (outcome, True)


def test_blocked_comes_before_failed() -> None:
    assert judge(crawl(listing("failed"), listing("blocked")), SEEN)[0] == "blocked"


def test_a_later_page_of_the_listing_that_fails_is_partial() -> None:
    outcome, reason = judge(crawl(listing(), listing("failed", first=False)), SEEN)
    assert outcome == "partial"
    assert BOARD_URL in (reason or "")


def test_a_cap_is_partial_and_named() -> None:
    assert judge(crawl(listing(), truncated="stopped after 200 pages"), SEEN) == (
        "partial",
        "stopped after 200 pages",
    )
    assert judge(crawl(listing(), exhausted=False), SEEN)[0] == "partial"


def test_nothing_that_tells_postings_is_unreadable() -> None:
    outcome, reason = judge(crawl(listing(postings=0)), ())
    assert (outcome, BOARD_URL in (reason or "")) == ("unreadable", True)


def test_nothing_in_words_is_empty() -> None:
    assert judge(crawl(listing(postings=0, says_empty=True)), ())[0] == "empty"


@pytest.mark.parametrize("fetch", ["blocked", "failed"])
def test_at_the_first_visit_unreadable_details_are_all_there_is(fetch: Fetch) -> None:
    outcome, reason = judge(crawl(listing(), detail(fetch)), (), first_visit=True)
    assert (outcome, "HTTP 500" in (reason or "")) == (fetch, True)


def test_a_listing_that_tells_postings_is_a_listing_though_none_could_be_read() -> None:
    assert judge(crawl(listing(), detail("ended")), ())[0] == "complete"
    assert judge(crawl(listing()), (), first_visit=True)[0] == "unreadable"


def test_no_page_at_all_is_failed() -> None:
    assert judge(crawl(), ())[0] == "failed"


def test_the_crawl_of_a_dead_process_is_partial() -> None:
    assert judge(crawl(listing(), takeover=True), SEEN)[0] == "partial"


def test_a_board_that_is_one_posting_s_page_may_be_gone() -> None:
    page = listing("gone", postings=0)
    assert judge(crawl(page, single=True), (_over("http_status"),))[0] == "complete"
    assert judge(crawl(page), (_over("http_status"),))[0] == "failed"


def test_a_single_page_that_only_lost_its_markup_is_unreadable() -> None:
    page = listing("ended", postings=0)
    assert judge(crawl(page, single=True), (_over("markup_removed"),))[0] == "unreadable"


def _over(kind: EvidenceKind) -> Observation:
    evidence = (Evidence(kind, BOARD_URL, START, "it is over"),)
    fetch: Fetch = "gone" if kind == "http_status" else "ended"
    return Observation(BOARD_URL, START, fetch, evidence=evidence)
