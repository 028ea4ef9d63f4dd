"""Servers lie: what they call unchanged is read again now and then, and not all at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crawler.revisit import body_seen_at, is_body_due, is_due
from storage.pages import PageRecord, Role
from tests.crawler.site import Reply, Request, Site, board_of, listing_page, posting_page
from tests.crawler.visits import START, Watched

DAY = timedelta(days=1)


def record(
    url: str = "https://a.org/jobs/1",
    *,
    role: Role = "detail",
    checked: float = 0,
    changed: float = 0,
    body: float | None = 0,
) -> PageRecord:
    """A page, times in days before START."""

    def ago(days: float) -> datetime:
        return START - days * DAY

    return PageRecord(
        url=url,
        role=role,
        checked_at=ago(checked),
        changed_at=ago(changed),
        lastmod="2026-01-01",
        body_at=None if body is None else ago(body),
    )


def due_after(one: PageRecord) -> float:
    """After how many days without an answer a page is asked, to a tenth."""
    lastmod = one.lastmod
    steps = (n / 10 for n in range(400))
    return next(d for d in steps if is_due(one, lastmod, one.checked_at + d * DAY, None, 10))


def test_pages_that_changed_lately_are_asked_sooner() -> None:
    urls = [f"https://a.org/jobs/{n}" for n in range(40)]
    lately = [due_after(record(url, checked=0, changed=1)) for url in urls]
    for_long = [due_after(record(url, checked=0, changed=90)) for url in urls]
    assert all(a < b for a, b in zip(lately, for_long, strict=True))
    assert min(lately) >= 7
    assert max(for_long) <= 14.1
    assert len(set(lately)) > 15


@pytest.mark.parametrize(
    ("role", "body", "due"),
    [
        ("detail", 0, False),
        ("detail", 13.9, False),
        ("detail", 28.1, True),
        ("listing", 0.9, False),
        ("listing", 2.1, True),
        ("detail", -1, True),
    ],
)
def test_a_body_comes_once_in_a_while(role: Role, body: float, due: bool) -> None:
    assert is_body_due(record(role=role, body=body), START) is due


def test_where_no_body_is_on_record_its_last_change_counts() -> None:
    assert not is_body_due(record(body=None, changed=1), START)
    assert is_body_due(record(body=None, changed=40), START)


def test_when_a_body_came_is_kept_to_the_day() -> None:
    one = record(body=0)
    assert body_seen_at(one, START + DAY / 2) == START
    assert body_seen_at(one, START + DAY * 2) == START + DAY * 2
    assert body_seen_at(record(body=None), START) == START


def test_a_server_that_says_unchanged_for_ever_is_found_out() -> None:
    def lying(request: Request) -> Reply:
        if "if-none-match" in request.headers:
            return Reply(status=304)
        return Reply(posting_page(1, title="Director"), headers={"ETag": '"same"'})

    with Site(board_of(3, etag=True)) as site:
        board = Watched(site.url("/careers"))
        assert board.crawl().outcome == "complete"
        site["/jobs/1-engineer"] = lying
        for _ in range(3):
            assert "Director" not in board.crawl(4 * DAY).titles()
        assert "Director" in board.crawl(18 * DAY).titles()


def test_a_listing_is_not_believed_for_longer_than_two_days() -> None:
    def lying(request: Request) -> Reply:
        if "if-none-match" in request.headers:
            return Reply(status=304)
        more = [f"/jobs/{n}-engineer" for n in (1, 2, 3, 4)]
        return Reply(listing_page(more), headers={"ETag": '"same"'})

    with Site(board_of(4, etag=True)) as site:
        site["/careers"] = Reply(
            listing_page([f"/jobs/{n}-engineer" for n in (1, 2, 3)]), headers={"ETag": '"same"'}
        )
        board = Watched(site.url("/careers"))
        assert board.crawl().titles() == ["Engineer 1", "Engineer 2", "Engineer 3"]
        site["/careers"] = lying
        assert "Engineer 4" not in board.crawl(DAY / 2).titles()
        assert "Engineer 4" in board.crawl(2 * DAY).titles()


def test_a_server_that_only_ever_says_unchanged_is_believed() -> None:
    with Site(board_of(3, etag=True)) as site:
        board = Watched(site.url("/careers"))
        assert board.crawl().outcome == "complete"
        site["/jobs/1-engineer"] = Reply(status=304)
        seen = board.crawl(60 * DAY)
        assert (seen.outcome, seen.fetches()) == ("complete", {"unchanged": 3})
