"""Single entries of a list that cannot be read, lists that are not there, and boards that move."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawler.platforms import PLATFORMS
from crawler.platforms.platform import Query, Tenant
from tests.crawler.boards import Job, StandIn, answer, play
from tests.crawler.boards_more import ALL, BY_NAME
from tests.crawler.diary import diary_of
from tests.crawler.site import Reply, Site, board_of, html, posting_page
from tests.crawler.visits import LOCAL

GREENHOUSE = BY_NAME["greenhouse"]
LIVE = [Job(number) for number in range(1, 5)]
LISTS: dict[str, tuple[str, list[Any]]] = {
    "greenhouse": ("jobs", [{"id": 9, "location": "here"}, 7, None, {"title": "no id"}]),
    "ashby": ("jobs", [{"id": "x", "address": "here"}, {"isListed": True}]),
    "workday": ("jobPostings", [{"title": "x"}, {"title": "y", "externalPath": ["y"]}, "x"]),
    "recruitee": ("offers", [{"id": 1, "salary": "much"}, {}]),
    "teamtailor": ("items", [{"id": 1, "_jobposting": 7}, []]),
    "workable": ("jobs", [{"shortcode": "A", "locations": 7}, {}, 1]),
    "pinpoint": ("data", [{"id": 1, "job": "x"}, {}]),
    "bamboohr": ("result", [{"id": 1, "location": "x"}, {}]),
    "lever": ("", [{"id": 1, "categories": "x"}, {}]),
    "rippling": ("", [{"uuid": "a", "workLocation": "x"}, {}]),
    "breezy": ("", [{"id": "a", "type": "x"}, {}]),
    "gem": ("", [{"id": "a", "departments": "x"}, {}]),
    "ukg": ("opportunities", [{"Id": "a", "Locations": "x"}, {}]),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_malformed_entry_costs_only_itself(name: str) -> None:
    path = "" if name in ("lever", "rippling", "breezy", "gem") else LISTS[name][0]
    platform, tenant = PLATFORMS[name], Tenant("acme", "https://acme.example.org", "careers")
    good = {
        "id": "7", "Id": "7", "uuid": "7", "shortcode": "7", "title": "Cook", "name": "Cook",
        "jobOpeningName": "Cook", "text": "Cook", "externalPath": "/job/Bern/Cook_7",
    }  # fmt: skip
    rows = [LISTS[name][1][0], good, *LISTS[name][1][1:]]
    body = json.dumps({path: rows} if path else rows).encode()
    part = platform.read(body, tenant, platform.first(tenant))
    assert "7" in [job.id for job in part.jobs]
    assert part.unread
    assert len(part.jobs) + len(part.unread) == len(rows)
    broken = json.dumps({path: ["x", 7, [7]]} if path else ["x", 7, [7]]).encode()
    with pytest.raises(ValueError, match="none of its entries"):
        platform.read(broken, tenant, Query("/list"))


def test_what_could_not_be_read_does_not_look_absent() -> None:
    with Site() as site:
        play(site, GREENHOUSE, LIVE)
        diary = diary_of(site, GREENHOUSE)
        assert diary.crawl().outcome == "complete"
        [path] = GREENHOUSE.lists
        listed = site.routes[path]
        assert isinstance(listed, Reply)
        told = json.loads(listed.bytes)["jobs"]
        del site.routes[GREENHOUSE.page(Job(2))]
        site[path] = answer({"jobs": [told[0], {"id": 1002, "location": "x"}, *told[2:]]})
        for _ in range(3):
            entry = diary.crawl()
            assert entry.outcome == "partial"
            assert entry.reason == (
                "one entry of its list could not be read: entry 2: it has another shape"
            )
            assert entry.events() == []
        assert len(diary.open()) == 4


# --- lists that are not there --------------------------------------------------------------------

EMBED = '<script src="https://boards.greenhouse.io/embed/job_board/js?for=acme"></script>'
LINK = '<a href="https://boards.greenhouse.io/acme">Our board</a>'


def own_board(site: Site, numbers: int = 3, more: str = EMBED) -> None:
    """A site of its own whose careers page also leads to a platform's board."""
    routes = board_of(numbers)
    page = routes["/careers"]
    assert isinstance(page, Reply)
    text = page.bytes.decode()
    site.routes.update({**routes, "/careers": text.replace("</body>", f"{more}</body>")})


def test_a_list_that_only_the_page_told_of_and_that_is_missing_is_done_without() -> None:
    with Site() as site:
        own_board(site)
        diary = diary_of(site, GREENHOUSE, site.url("/careers"))
        entry = diary.crawl()
        assert (entry.outcome, len(diary.open())) == ("complete", 3)
        assert entry.report.strategy == "listing"
        said = "the list of acme on greenhouse is not found; its page is read instead"
        assert entry.report.notes == (said,)
        assert GREENHOUSE.lists[0] in site.asked()
        site.log.clear()
        assert (diary.crawl().outcome, GREENHOUSE.lists[0] in site.asked()) == ("complete", False)


@pytest.mark.parametrize("missing", [Reply("", 500), Reply("{}"), Reply("", 403)])
def test_a_list_that_fails_in_another_way_is_waited_for(missing: Reply) -> None:
    with Site() as site:
        own_board(site)
        site[GREENHOUSE.lists[0]] = missing
        entry = diary_of(site, GREENHOUSE, site.url("/careers")).crawl()
        assert entry.outcome in ("failed", "blocked")
        assert entry.report.notes == ()


def test_a_missing_list_of_a_board_at_the_platform_itself_is_a_failure() -> None:
    with Site() as site:
        entry = diary_of(site, GREENHOUSE).crawl()
        assert (entry.outcome, entry.report.notes) == ("failed", ())
        assert entry.reason.startswith("HTTP 404")


def test_a_list_that_was_read_before_is_left_once_the_page_does_not_lead_to_it() -> None:
    with Site() as site:
        play(site, GREENHOUSE, LIVE)
        site["/careers"] = html("Careers", f"<h1>Careers at Acme</h1>{EMBED}")
        diary = diary_of(site, GREENHOUSE, site.url("/careers"))
        assert (diary.crawl().report.strategy, len(diary.open())) == ("greenhouse", 4)
        del site.routes[GREENHOUSE.lists[0]]
        entry = diary.crawl()
        assert (entry.outcome, entry.verdict.events) == ("failed", ())
        own_board(site, more="")
        entry = diary.crawl()
        assert (entry.outcome, entry.report.strategy) == ("complete", "listing")
        assert entry.events() == []
        assert len(entry.report.notes) == 1


# --- boards that move to a platform --------------------------------------------------------------


def moved(site: Site, more: str) -> None:
    play(site, GREENHOUSE, LIVE)
    site["/careers"] = html("Careers", f"<h1>Careers at Acme</h1><p>We hire.</p>{more}")


@pytest.mark.parametrize("more", [EMBED, LINK])
def test_a_board_that_moves_to_a_platform_is_followed_and_that_is_no_news(more: str) -> None:
    with Site() as site:
        own_board(site, more="")
        diary = diary_of(site, GREENHOUSE, site.url("/careers"))
        assert diary.crawl().report.strategy == "listing"
        moved(site, more)
        entry = diary.crawl()
        assert (entry.outcome, entry.report.strategy) == ("complete", "greenhouse")
        assert entry.events() == []
        assert all(event.baseline for event in entry.verdict.events)
        play(site, GREENHOUSE, [*LIVE, Job(5)])
        assert diary.crawl().events() == [("new", "Engineer 5")]


def test_a_mere_link_does_not_make_a_board_leave_a_listing_that_works() -> None:
    with Site() as site:
        own_board(site, more="")
        diary = diary_of(site, GREENHOUSE, site.url("/careers"))
        diary.crawl()
        own_board(site, numbers=4, more=LINK)
        site[GREENHOUSE.lists[0]] = answer({"jobs": []})
        entry = diary.crawl()
        assert (entry.report.strategy, entry.events()) == ("listing", [("new", "Engineer 4")])


def test_a_board_at_a_platforms_own_address_is_read_by_its_list_whatever_was_learnt() -> None:
    with Site() as site:
        play(site, GREENHOUSE, LIVE)
        diary = diary_of(site, GREENHOUSE)
        diary.learnt = {"strategy": "listing", "shapes": ["boards.greenhouse.io/acme/jobs/*"]}
        entry = diary.crawl()
        assert (entry.outcome, entry.report.strategy) == ("complete", "greenhouse")


# --- pages read beside the list, and not any more ------------------------------------------------


@pytest.mark.parametrize("order", [("auto", "never"), ("never", "auto")])
@pytest.mark.parametrize(
    "platform", [BY_NAME["greenhouse"], BY_NAME["oracle_hcm"]], ids=lambda one: one.name
)
def test_reading_the_pages_or_only_the_list_is_no_change(
    platform: StandIn, order: tuple[str, str]
) -> None:
    with Site() as site:
        play(site, platform, LIVE)
        diary = diary_of(site, platform, detail=order[0])
        assert diary.crawl().outcome == "complete"
        before = {one.snapshot.id for one in diary.postings.values()}
        diary.settings = diary_of(site, platform, detail=order[1]).settings
        play(site, platform, [*LIVE, Job(5)])
        entry = diary.crawl()
        assert (entry.outcome, entry.events()) == ("complete", [("new", "Engineer 5")])
        assert before.isdisjoint(one.snapshot.id for one in diary.postings.values())
        play(site, platform, [Job(1, "Chief"), *LIVE[1:], Job(5)])
        assert diary.crawl().events() == [("changed", "Chief")]


# --- pages that show a platform without naming it ------------------------------------------------


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        (
            "successfactors",
            '<link rel="stylesheet" href="https://rmkcdn.successfactors.com/a.css">',
        ),
        ("successfactors", '<script src="https://cdn.jobs2web.com/x.js"></script>'),
        ("teamtailor", '<script src="https://assets-aws.teamtailor-cdn.com/a.js"></script>'),
        ("recruitee", '<script src="https://careers.recruiteecdn.com/a.js"></script>'),
    ],
)
def test_a_site_that_is_made_of_a_platforms_scripts_is_its(name: str, mark: str) -> None:
    platform = BY_NAME[name]
    with Site() as site:
        play(site, platform, LIVE)
        site["/search"] = html("Careers", f"{mark}<h1>Careers</h1><p>We hire.</p>")
        diary = diary_of(site, platform, site.url("/search"))
        diary.settings = LOCAL
        for _ in range(2):
            entry = diary.crawl()
            assert (entry.outcome, entry.report.strategy) == ("complete", name)
            assert len(diary.open()) == 4
        assert site.asked().count("/search") == 1


def test_a_page_of_no_platform_has_no_marks() -> None:
    assert [one.name for one in ALL if PLATFORMS[one.name].marks] == [
        "recruitee", "teamtailor", "successfactors",
    ]  # fmt: skip
    with Site() as site:
        site["/jobs/1"] = posting_page(1)
        site["/"] = html("Careers", '<script src="/a.js"></script><a href="/jobs/1">Engineer</a>')
        diary = diary_of(site, GREENHOUSE, site.url("/"))
        assert diary.crawl().report.strategy == "listing"


@pytest.mark.parametrize("name", ["personio", "successfactors", "icims"])
def test_xml_that_is_broken_in_one_place_is_read_around_it_and_is_partial(name: str) -> None:
    platform = BY_NAME[name]
    with Site() as site:
        play(site, platform, LIVE)
        diary = diary_of(site, platform)
        assert diary.crawl().outcome == "complete"
        told = site.routes[platform.lists[0]]
        assert isinstance(told, Reply)
        number = {"personio": b"<id>2<", "successfactors": b"1002", "icims": b"/jobs/2/"}[name]
        broken = told.bytes.replace(number, b"\xff&\x01" + number)
        site[platform.lists[0]] = Reply(broken, content_type="text/xml")
        entry = diary.crawl()
        assert entry.outcome == "partial"
        assert "its XML is broken" in entry.reason
        assert entry.events() == []
        assert {"Engineer 1", "Engineer 3", "Engineer 4"} <= set(diary.open())
