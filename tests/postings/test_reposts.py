from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from postings.model import Identifier, Known, Place, Posting
from postings.reposts import age_in_days
from tests.postings.world import BOARD_URL, START, World, job, jobs, page_of

DAY = timedelta(days=1)


def at(url: str, world: World) -> Known:
    (found,) = [one for one in world.known.values() if one.url == url]
    return found


def again(number: int, under: int, **changes: object) -> Posting:
    """The same job under another number."""
    return job(number, identifier=Identifier("Example", f"R-{under}"), **changes)


def test_a_job_that_is_posted_again_under_a_new_number_is_a_repost() -> None:
    world = World()
    world.crawl(START, jobs(1, 2))
    world.crawl(START + DAY, jobs(2))
    assert world.state(page_of(1)) == "removed"
    world.crawl(START + 5 * DAY, {**jobs(2), page_of(9): again(1, 9)})

    first, second = at(page_of(1), world), at(page_of(9), world)
    assert (second.repost_of, second.reposted) == (first.id, 1)
    assert (first.repost_of, first.reposted) == (None, 0)
    assert world.kinds()[-1] == ("new", page_of(9))
    assert "a repost: it says the same as posting " + first.id[:8] in (
        world.events[-1].evidence[-1].detail
    )


def test_the_same_job_back_at_its_place_is_reopened_and_no_repost() -> None:
    world = World()
    for day, listed in enumerate([jobs(1, 2), jobs(2), jobs(1, 2)]):
        world.crawl(START + day * DAY, listed)
    assert world.kinds()[-1] == ("reopened", page_of(1))
    assert at(page_of(1), world).reposted == 0


def test_a_repost_in_the_very_crawl_in_which_the_old_one_goes_is_known() -> None:
    world = World()
    world.crawl(START, jobs(1, 2))
    world.crawl(START + DAY, {**jobs(2), page_of(9): again(1, 9)})
    assert at(page_of(9), world).repost_of == at(page_of(1), world).id


def test_a_repost_is_known_as_soon_as_the_old_one_is_known_to_be_gone() -> None:
    world = World()
    world.crawl(START, jobs(1, 2))
    shown = {**jobs(2), page_of(9): again(1, 9)}
    for day in (1, 2, 3):
        world.crawl(START + day * DAY, shown, answers={page_of(1): "failed"})
        gone = world.state(page_of(1)) == "removed"
        assert at(page_of(9), world).reposted == int(gone)
    assert gone


def test_a_chain_of_reposts_is_counted() -> None:
    world = World()
    for day in range(4):
        world.crawl(START + day * DAY, {**jobs(2), page_of(10 + day): again(1, 10 + day)})
    assert [at(page_of(10 + day), world).reposted for day in range(4)] == [0, 1, 2, 3]


def test_siblings_are_no_reposts() -> None:
    twins = {page_of(1): job(1), page_of(9): again(1, 9)}
    world = World()
    world.crawl(START, jobs(2))
    world.crawl(START + DAY, {**jobs(2), **twins})
    elsewhere = again(1, 7, locations=(Place(locality="Thun", country="CH"),))
    world.crawl(START + 2 * DAY, {**jobs(2), page_of(7): elsewhere})
    assert {one.reposted for one in world.known.values()} == {0}
    assert len(world.known) == 4


def test_a_second_one_beside_the_first_is_a_repost_only_with_a_later_date() -> None:
    for posted, expected in (("2026-03-01", 0), (None, 0), ("2026-03-04", 1)):
        world = World()
        world.crawl(START, jobs(1, 2))
        shown = {**jobs(1, 2), page_of(9): again(1, 9, date_posted=posted)}
        world.crawl(START + DAY, shown)
        assert at(page_of(9), world).reposted == expected
        world.crawl(START + 2 * DAY, {**jobs(2), page_of(9): shown[page_of(9)]})
        assert at(page_of(9), world).reposted == expected


def test_another_text_under_the_same_title_is_another_job() -> None:
    for text, expected in (
        ("<p>Build thing number 1.</p>", 1),
        ("<p>Cook for the whole house, early shift.</p>", 0),
        (None, 0),
    ):
        world = World()
        world.crawl(START, jobs(1, 2))
        world.crawl(START + DAY, jobs(2))
        world.crawl(START + 2 * DAY, {**jobs(2), page_of(9): again(1, 9, description_html=text)})
        assert at(page_of(9), world).reposted == expected


def test_two_without_a_text_are_the_same_by_title_and_place() -> None:
    world = World()
    world.crawl(START, {**jobs(2), page_of(1): job(1, description_html=None)})
    world.crawl(START + DAY, jobs(2))
    world.crawl(START + 2 * DAY, {**jobs(2), page_of(9): again(1, 9, description_html=None)})
    assert at(page_of(9), world).reposted == 1


def test_each_posting_is_reposted_once() -> None:
    world = World()
    world.crawl(START, jobs(1, 2))
    world.crawl(START + DAY, jobs(2))
    shown = {**jobs(2), page_of(8): again(1, 8), page_of(9): again(1, 9)}
    world.crawl(START + 2 * DAY, shown)
    assert sorted(at(page_of(number), world).reposted for number in (8, 9)) == [0, 1]


@pytest.mark.parametrize(
    ("dates", "bumps"),
    [
        (("2026-03-01", "2026-03-01", "2026-03-01"), 0),
        (("2026-03-01", "2026-03-05", "2026-03-09"), 2),
        (("2026-03-05", "2026-03-01", "2026-03-05"), 0),
        ((None, "2026-03-01", None), 0),
        (("2026-03-01", None, "2026-03-02"), 1),
        (("2026-03-01T23:30:00-05:00", "2026-03-02T04:30:00Z", "2026-03-02T05:30:00+01:00"), 0),
        (("2026-03-01T08:00:00Z", "2026-03-01T18:00:00Z", "2026-03-02"), 1),
    ],
)
def test_date_bumps_are_counted_and_tell_nobody(dates: tuple[str | None, ...], bumps: int) -> None:
    world = World()
    for day, posted in enumerate(dates):
        world.crawl(START + day * DAY, {page_of(1): job(1, date_posted=posted), **jobs(2)})
    assert at(page_of(1), world).date_bumps == bumps
    assert [kind for kind, _ in world.kinds()] == ["new", "new"]


def test_a_posting_on_the_board_itself_may_be_a_repost_of_an_expired_one() -> None:
    world = World()
    world.crawl(START, {page_of(1): job(1, valid_through="2026-03-03"), **jobs(2)})
    world.crawl(START + 4 * DAY, jobs(2))
    world.crawl(START + 6 * DAY, {**jobs(2), BOARD_URL + "/x": again(1, 3)})
    assert at(BOARD_URL + "/x", world).reposted == 1


@pytest.mark.parametrize(
    ("posted", "days"),
    [
        (None, 10),
        ("2026-02-10", 30),
        ("2026-02-10T23:30:00-05:00", 29),
        ("2026-03-05", 10),
        ("1970-01-01", 10),
        ("soon", 10),
    ],
)
def test_age_counts_from_the_date_that_is_stated_or_seen_whichever_is_first(
    posted: str | None, days: int
) -> None:
    seen = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    assert age_in_days(posted, seen, datetime(2026, 3, 12, 1, 0, tzinfo=UTC)) == days
    assert age_in_days(posted, seen, datetime(2020, 1, 1, tzinfo=UTC)) == 0
