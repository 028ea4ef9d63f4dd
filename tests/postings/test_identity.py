"""One posting stays one, whatever its addresses do, and two stay two (rule 7)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.identity import bounded, keys_of, locators, numbers, url_key
from postings.model import Identifier, Place, Posting
from tests.postings.world import BOARD_URL, START, World, job, jobs

DAY = timedelta(days=1)
SITE = "https://example.org"
TEXT = "<p>" + " ".join(f"You build rocket part {number}." for number in range(20)) + "</p>"
NO_NUMBER = Identifier()


def bare(number: int, **changes: object) -> Posting:
    """A posting without an identifier: only its address and what it says tell it."""
    return job(number, **{"identifier": NO_NUMBER, "description_html": TEXT, **changes})


def told(world: World) -> list[str]:
    return [kind for kind, _ in world.kinds()]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/jobs/7?utm_source=mail&utm_campaign=x", "/jobs/7"),
        ("/jobs/7?gh_src=abc", "/jobs/7?gh_src=def"),
        ("/jobs/7;jsessionid=1F2E", "/jobs/7;jsessionid=9A8B"),
        ("/jobs/7#apply", "/jobs/7/"),
        ("/jobs?b=2&a=1", "/jobs?a=1&b=2"),
        ("/de/jobs/nurse", "/en/jobs/nurse"),
        ("/jobs/nurse?lang=de", "/jobs/nurse?lang=en"),
        ("/jobs/123456-senior-nurse", "/jobs/123456-lead-nurse"),
        ("/jobs/77-senior-nurse", "/jobs/77-lead-nurse"),
        ("/jobs/senior-nurse-123456", "/jobs/lead-nurse-123456"),
        ("/jobs/123456/senior-nurse", "/jobs/123456/lead-nurse"),
        ("/de/jobs/0a1b2c3d4e-nurse", "/en/jobs/0a1b2c3d4e-lead"),
    ],
)
@pytest.mark.parametrize("again", [False, True], ids=["the same words", "edited"])
def test_a_posting_whose_address_changes_is_one_posting(
    first: str, second: str, again: bool
) -> None:
    edited = bare(1, title="Lead engineer 1") if again else bare(1)
    world = World()
    world.crawl(START, {SITE + first: bare(1), **jobs(2)})
    world.crawl(START + DAY, {SITE + second: edited, **jobs(2)})
    world.crawl(START + 2 * DAY, {SITE + first: edited, **jobs(2)})
    assert told(world) == ["new", "new", *(["changed"] if again else [])]
    assert len(world.known) == 2


@pytest.mark.parametrize(
    ("first", "second", "other"),
    [
        ("/jobs?jobId=7", "/jobs?jobId=8", bare(5)),
        ("/jobs/2026-nurse", "/jobs/2026-cook", bare(5)),
        ("/jobs/123456-nurse", "/jobs/123457-cook", bare(5)),
        ("/jobs/123456-nurse", "/jobs/123456-cook", bare(5, description_html="<p>Cook soup.</p>")),
        ("/jobs/123456-nurse", "/jobs/123456-cook", bare(5, description_html=None)),
        ("/jobs/nurse", "/jobs/cook", bare(5)),
        ("/jobs/123456-nurse", "/jobs/123456-cook", bare(5, identifier=Identifier("Example", "5"))),
    ],
)
def test_another_job_in_its_stead_is_another_posting(
    first: str, second: str, other: Posting
) -> None:
    one = bare(1, identifier=Identifier("Example", "1")) if other.identifier.value else bare(1)
    world = World()
    world.crawl(START, {SITE + first: one, **jobs(2)})
    world.crawl(START + DAY, {SITE + second: other, **jobs(2)})
    assert sorted(told(world)) == ["new", "new", "new", "removed"]


def test_two_languages_that_stand_side_by_side_stay_as_they_are() -> None:
    german = bare(1, title="Ingenieur 1", description_html="<p>Raketen bauen.</p>")
    pages = {f"{SITE}/en/jobs/x": bare(1), f"{SITE}/de/jobs/x": german}
    world = World()
    for day in range(3):
        world.crawl(START + day * DAY, pages)
    assert told(world) == ["new", "new"]


def test_a_number_that_several_share_moves_nobody() -> None:
    world = World()
    world.crawl(START, {f"{SITE}/c/123456/a": bare(1), f"{SITE}/c/123456/b": bare(2)})
    world.crawl(START + DAY, {f"{SITE}/c/123456/x": bare(3), f"{SITE}/c/123456/y": bare(4)})
    assert sorted(told(world)) == ["new"] * 4 + ["removed"] * 2


def test_one_role_in_thirty_cities_stays_thirty_postings() -> None:
    towns = [f"Town {number}" for number in range(30)]
    shown = {
        f"{SITE}/jobs/{number}": bare(1, locations=(Place(locality=town, country="CH"),))
        for number, town in enumerate(towns)
    }
    world = World()
    for day in range(3):
        fresh = {f"{url}?t={day}": one for url, one in shown.items()}
        world.crawl(START + day * DAY, fresh)
    assert told(world) == ["new"] * 30
    assert len(world.known) == 30


def test_rows_for_each_place_under_one_number_are_a_posting_each() -> None:
    world = World()
    rows = {
        f"{BOARD_URL}/{town}": job(1, locations=(Place(locality=town, country="CH"),))
        for town in ("Bern", "Thun", "Biel")
    }
    for day in range(3):
        world.crawl(START + day * DAY, rows)
    assert told(world) == ["new"] * 3


def test_an_address_with_a_token_does_not_grow_without_end() -> None:
    world = World()
    for number in range(70):
        url = f"{SITE}/show?token={number:08x}"
        world.crawl(START + number * DAY / 4, {url: bare(1), **jobs(2)})
    assert told(world) == ["new", "new"]
    (one,) = [known for known in world.known.values() if "token" in known.url]
    addresses = [key for key in one.keys if key.startswith("url:")]
    assert len(addresses) == 50
    assert one.url.endswith(f"{69:08x}")
    assert bounded(["id:1", *addresses, "url:more", "content:1"]) == (
        "id:1", *addresses, "content:1",
    )  # fmt: skip


def test_a_place_is_named_by_its_language_free_address_and_its_number() -> None:
    key = url_key(f"{SITE}/de/jobs/123456-nurse?a=1")
    assert locators(["id:7", key, "content:1"]) == (
        "page:https://example.org/jobs/123456-nurse?a=1",
        "near:https://example.org/jobs/123456?a=1",
    )
    assert locators([url_key(f"{SITE}/jobs/nurse")]) == ("page:https://example.org/jobs/nurse",)


def test_the_address_of_a_page_with_several_postings_is_none_of_theirs() -> None:
    page = "https://example.org/careers"
    one = Posting(title="Nurse", url=f"{page}/?utm_source=mail")
    assert url_key(page) in keys_of(one, url=page, alone=True)
    assert url_key(page) not in keys_of(one, url=page, alone=False)
    elsewhere = Posting(title="Nurse", url=f"{page}/1")
    assert url_key(f"{page}/1") in keys_of(elsewhere, url=page, alone=False)


SPELLINGS = (
    "/jobs/{n}-nurse",
    "/jobs/{n}-head-nurse/",
    "/de/jobs/{n}-pflege",
    "/en/jobs/{n}-nurse?utm_source=mail",
    "/jobs/{n}-nurse;jsessionid=0A1B#apply",
    "/fr/jobs/{n}?gclid=x",
)


@given(
    st.lists(st.lists(st.sampled_from(SPELLINGS), min_size=5, max_size=5), min_size=2, max_size=5)
)
def test_siblings_that_only_their_address_tells_apart_survive_its_spellings(
    crawls: list[list[str]],
) -> None:
    world = World()
    for day, spellings in enumerate(crawls):
        shown = {
            SITE + spelling.format(n=770_000 + number): bare(1)
            for number, spelling in enumerate(spellings)
        }
        world.crawl(START + day * DAY, shown)
    assert told(world) == ["new"] * 5
    assert {one.state for one in world.known.values()} == {"open"}


def test_an_identifier_of_many_parts_is_not_spelled_out() -> None:
    assert len(numbers(["id:acme" + ":a" * 900])) <= 8
