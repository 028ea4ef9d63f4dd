"""What two days of each platform's board come to, down to the events."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import pytest

from tests.crawler.boards import Job, StandIn, answer, play
from tests.crawler.boards_more import ALL, BY_NAME, feed, rss_item
from tests.crawler.diary import Entry, diary_of
from tests.crawler.site import Reply, Request, Route, Site, html

SMALL = {"lever": 101, "oracle_hcm": 201, "workday": 21}
each = pytest.mark.parametrize("platform", ALL, ids=lambda one: one.name)


def jobs(platform: StandIn) -> list[Job]:
    count = SMALL.get(platform.name, platform.count)
    return [Job(number) for number in range(1, count + 1)]


def next_day(platform: StandIn) -> list[Job]:
    """The second has another title, the third is gone, and there is a new one."""
    first = jobs(platform)
    later = [Job(2, "Senior Engineer") if job.number == 2 else job for job in first]
    return [job for job in later if job.number != 3] + [Job(len(first) + 1)]


def cut(route: Route) -> Route:
    """The same answer, of which only the first half arrives."""

    def half(request: Request) -> Reply:
        answered = route(request) if callable(route) else route
        reply = Reply(answered) if isinstance(answered, str) else answered
        return replace(reply, cut=max(1, len(reply.bytes) // 2), etag=False)

    return half


def nothing_happened(entry: Entry) -> bool:
    return entry.outcome in ("partial", "failed") and not entry.verdict.events


@each
def test_two_days_tell_one_changed_one_removed_one_new(platform: StandIn) -> None:
    with Site() as site:
        play(site, platform, jobs(platform))
        diary = diary_of(site, platform)
        first = diary.crawl()
        assert (first.outcome, first.events()) == ("complete", [])
        assert diary.open() == sorted(job.name for job in jobs(platform))
        play(site, platform, next_day(platform))
        second = diary.crawl()
        told = [("changed", "Senior Engineer"), ("new", next_day(platform)[-1].name)]
        assert (second.outcome, second.events()) == ("complete", [*told, ("removed", "Engineer 3")])
        assert diary.crawl().events() == []


@each
def test_a_list_that_is_cut_short_changes_nothing(platform: StandIn) -> None:
    with Site() as site:
        play(site, platform, jobs(platform))
        diary = diary_of(site, platform)
        assert diary.crawl().outcome == "complete"
        whole = dict(site.routes)
        for path in {*platform.lists, *(each.partition("?")[0] for each in platform.lists)}:
            if path in site.routes:
                site[path] = cut(site.routes[path])
        assert nothing_happened(diary.crawl())
        site.routes.update(whole)
        again = diary.crawl()
        assert (again.outcome, again.verdict.events) == ("complete", ())


@pytest.mark.parametrize(
    "platform", [one for one in ALL if len(one.lists) > 1], ids=lambda one: one.name
)
def test_a_list_that_is_not_read_to_its_end_changes_nothing(platform: StandIn) -> None:
    with Site() as site:
        play(site, platform, jobs(platform))
        diary = diary_of(site, platform)
        assert diary.crawl().outcome == "complete"
        entry = diary.crawl(page_cap=1)
        assert nothing_happened(entry)
        assert entry.reason == "its list has more than 1 parts"


# --- what each platform's list may leave out or say twice ----------------------------------------


@pytest.mark.parametrize(("name", "most"), [("smartrecruiters", 3000), ("workday", 2000)])
def test_a_list_as_long_as_the_platform_shows_at_most_may_go_on_unseen(
    name: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crawler import platforms

    assert most in platforms.PLATFORMS[name].most
    short = replace(platforms.PLATFORMS[name], most=range(8, 9))
    monkeypatch.setitem(platforms.PLATFORMS, name, short)
    platform = BY_NAME[name]
    with Site() as site:
        play(site, platform, [Job(number) for number in range(1, 9)])
        diary = diary_of(site, platform)
        entry = diary.crawl()
        assert entry.outcome == "partial"
        assert entry.reason == f"its list has 8 postings, and {name} shows 8 at most"
        play(site, platform, [Job(number) for number in range(2, 10)])
        assert [kind for kind, _ in diary.crawl().events()] == []
        play(site, platform, [Job(number) for number in range(2, 9)])
        assert diary.crawl().outcome == "complete"


def test_a_group_that_is_shorter_than_it_says_is_partial() -> None:
    platform = BY_NAME["smartrecruiters"]
    with Site() as site:
        play(site, platform, jobs(platform))
        diary = diary_of(site, platform)
        assert diary.crawl().outcome == "complete"
        site["/Acme/api/more"] = Reply("<p></p>")
        entry = diary.crawl()
        assert nothing_happened(entry)
        assert entry.reason == "a group of its list ended after 2 of 6 postings"


def test_a_board_without_groups_is_read_by_its_own_page() -> None:
    """Where there is no address for groups, the board's HTML has the links, page by page."""
    platform = BY_NAME["smartrecruiters"]
    with Site() as site:
        play(site, platform, jobs(platform))
        links = [
            f'<a href="{site.url(platform.page(job))}">{job.name}</a>' for job in jobs(platform)
        ]
        for path in [path for path in site.routes if "/api/" in path]:
            del site.routes[path]
        site["/Acme"] = (
            f"<html><body>{''.join(links[:5])}<a rel=next href='?page=2'>2</a></body></html>"
        )
        site["/Acme?page=2"] = f"<html><body>{''.join(links[5:])}</body></html>"
        diary = diary_of(site, platform)
        assert diary.crawl().outcome == "complete"
        assert diary.open() == sorted(job.name for job in jobs(platform))
        assert site.asked()[:3] == ["/Acme/api/groups?page=0", "/Acme", "/Acme?page=2"]


def test_a_site_without_the_one_feed_is_asked_for_the_other() -> None:
    platform = BY_NAME["successfactors"]
    with Site() as site:
        play(site, platform, jobs(platform))
        told = "".join(rss_item(site, job) for job in jobs(platform))
        site["/sitemal.xml"] = Reply("<html><p>Search jobs</p></html>")
        site["/googlefeed.xml"] = feed(told)
        diary = diary_of(site, platform)
        assert diary.crawl().outcome == "complete"
        assert site.asked()[:2] == ["/sitemal.xml", "/googlefeed.xml"]
        assert diary.open() == sorted(job.name for job in jobs(platform))
        before = len(site.log)
        site["/googlefeed.xml"] = Reply("oops", 500)
        assert nothing_happened(diary.crawl())
        assert len(site.log) > before


def test_a_site_without_a_sitemap_is_searched_page_by_page() -> None:
    platform = BY_NAME["icims"]
    for sitemap in (Reply("", 404), Reply("<urlset></urlset>", content_type="text/xml")):
        with Site() as site:
            play(site, platform, jobs(platform))
            site["/sitemap.xml"] = sitemap
            diary = diary_of(site, platform)
            assert diary.crawl().outcome == "complete"
            assert site.asked()[:3] == ["/sitemap.xml", *platform.full]
            assert diary.open() == sorted(job.name for job in jobs(platform))


def test_a_text_that_was_escaped_twice_is_read_as_it_was_meant() -> None:
    platform = BY_NAME["greenhouse"]
    with Site() as site:
        play(site, platform, jobs(platform))
        told = {
            "id": 1001,
            "title": "Engineer 1",
            "absolute_url": site.url(platform.page(Job(1))),
            "content": escape(escape("<p>R&D</p>")),
            "location": {"name": "Bern, Switzerland"},
        }
        site[platform.lists[0]] = answer({"jobs": [told]})
        diary = diary_of(site, platform, detail="never")
        diary.crawl()
        [one] = diary.postings.values()
        assert one.snapshot.posting.description_text == "R&D"


@pytest.mark.parametrize("name", ["workable", "rippling"])
def test_a_row_for_each_place_is_one_posting(name: str) -> None:
    platform = BY_NAME[name]
    with Site() as site:
        play(site, platform, jobs(platform))
        diary = diary_of(site, platform, detail="never")
        diary.crawl()
        assert len(diary.postings) == platform.count
        for one in diary.postings.values():
            assert [place.locality for place in one.snapshot.posting.locations] == ["Bern", "Basel"]


def test_oracles_list_that_ends_before_its_total_is_partial() -> None:
    platform = BY_NAME["oracle_hcm"]
    with Site() as site:
        play(site, platform, jobs(platform)[:4])
        diary = diary_of(site, platform)
        assert diary.crawl().outcome == "complete"
        told = {"TotalJobsCount": 4, "requisitionList": [{"Id": "7001", "Title": "Engineer 1"}]}
        empty = {"TotalJobsCount": 4, "requisitionList": []}
        site[platform.lists[0]] = answer({"items": [told]})
        for path in list(site.routes):
            if path.endswith("Requisitions"):
                site[path] = answer({"items": [empty]})
        entry = diary.crawl()
        assert nothing_happened(entry)
        assert entry.reason == "its list ended after 1 of 4 postings"


def workday_sitemap(site: Site, numbers: list[int]) -> Reply:
    urls = "".join(
        f"<url><loc>{site.url(f'/en-US/Careers/job/Bern/Engineer_R{number}')}</loc></url>"
        for number in numbers
    )
    other = f"<url><loc>{site.url('/Careers/introduceYourself')}</loc></url>"
    return Reply(f"<urlset>{urls}{other}</urlset>", content_type="text/xml")


def test_a_list_that_stops_too_early_is_completed_by_the_sites_sitemap() -> None:
    platform = BY_NAME["workday"]
    with Site() as site:
        play(site, platform, [Job(number) for number in range(1, 46)])
        diary = diary_of(site, platform)
        shown = [
            {"title": f"Engineer {n}", "externalPath": f"/job/Bern/Engineer_R{n}"}
            for n in range(1, 21)
        ]
        site[platform.lists[0]] = answer({"total": 45, "jobPostings": shown})
        site["/Careers/siteMap.xml"] = Reply(
            f"<sitemapindex><sitemap><loc>{site.url('/Careers/sm1.xml')}</loc></sitemap>"
            "</sitemapindex>",
            content_type="text/xml",
        )
        site["/Careers/sm1.xml"] = workday_sitemap(site, list(range(1, 46)))
        assert (diary.crawl().outcome, len(diary.open())) == ("complete", 45)
        site["/Careers/sm1.xml"] = workday_sitemap(site, list(range(1, 45)))
        del site.routes[platform.page(Job(45))]
        assert diary.crawl().events() == [("removed", "Engineer 45")]
        # One that lacks what the list has is not believed to be whole.
        site["/Careers/sm1.xml"] = workday_sitemap(site, list(range(2, 44)))
        entry = diary.crawl()
        assert nothing_happened(entry)
        assert entry.reason == "its list repeats itself after 20 postings"


def test_where_robots_keep_us_from_the_groups_the_boards_page_is_read_as_far_as_it_goes() -> None:
    platform = BY_NAME["smartrecruiters"]
    with Site() as site:
        play(site, platform, jobs(platform))
        site["/robots.txt"] = Reply(
            "User-agent: *\nDisallow: /Acme/api/", content_type="text/plain"
        )
        group = site.routes["/Acme/api/groups?page=1"]
        assert isinstance(group, Reply)
        site["/Acme"] = html("Acme", group.bytes.decode())
        diary = diary_of(site, platform)
        entry = diary.crawl()
        assert (entry.outcome, entry.reason) == (
            "partial",
            "its board's page may not show every group",
        )
        assert diary.open() == ["Engineer 7", "Engineer 8"]
        assert not any("/api/" in path for path in site.asked())
