from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.discovery import STRATEGIES, strategy_named
from crawler.platforms import PLATFORMS
from jobdiff.config.model import PlatformSettings, PlatformsSection
from tests.crawler.boards import Job, StandIn, answer, own_page, play
from tests.crawler.boards_more import ALL, BY_NAME
from tests.crawler.site import Reply, Request, Site, html, listing_page
from tests.crawler.visits import LOCAL, Seen, Watched

each = pytest.mark.parametrize("platform", ALL, ids=lambda one: one.name)
GREENHOUSE = BY_NAME["greenhouse"]


def board_on(site: Site, platform: StandIn, url: str | None = None, **settings: str) -> Watched:
    chosen = PlatformSettings(api=site.url("").rstrip("/"), **settings)  # type: ignore[arg-type]
    return Watched(
        url or platform.board, settings=replace(LOCAL, platforms={platform.name: chosen})
    )


def jobs(platform: StandIn) -> list[Job]:
    return [Job(number) for number in range(1, platform.count + 1)]


def changed_jobs(platform: StandIn) -> list[Job]:
    """The second has another title, the third is gone, and there is a new one."""
    later = [Job(2, "Senior Engineer") if job.number == 2 else job for job in jobs(platform)]
    return [job for job in later if job.number != 3] + [Job(platform.count + 1)]


def gone(seen: Seen) -> list[str]:
    return [one.url for one in seen.observations if one.fetch in ("gone", "ended")]


@each
def test_a_board_is_crawled_to_its_last_posting(platform: StandIn) -> None:
    with Site() as site:
        play(site, platform, jobs(platform))
        seen = board_on(site, platform).crawl()
        assert (seen.outcome, seen.report.strategy) == ("complete", platform.name)
        assert seen.titles() == sorted(job.name for job in jobs(platform))
        read = [one for one in seen.observations if one.posting]
        own = f"{platform.name}:{platform.tenant}:"
        assert all(one.keys[0].startswith(own) for one in read)
        assert all(one.asked and one.listed for one in read) is not platform.bare
        parts = len(platform.lists)
        assert tuple(site.asked()[:parts]) == platform.lists
        assert sorted(site.asked()[parts:]) == sorted(map(platform.asked, jobs(platform)))
        if not platform.bare:
            assert all(one.posting and one.posting.date_posted for one in read)
        if platform.ends and not platform.bare:
            assert all(one.posting and one.posting.valid_through for one in read)


@each
def test_an_unchanged_board_costs_its_list(platform: StandIn) -> None:
    with Site() as site:
        play(site, platform, jobs(platform))
        board = board_on(site, platform)
        assert len(board.crawl().titles()) == platform.count
        site.log.clear()
        seen = board.crawl()
        assert seen.outcome == "complete"
        assert tuple(site.asked()) == platform.lists
        assert seen.fetches() == {"unchanged": platform.count}
        assert seen.titles() == []
        if platform.name != "workday":
            assert seen.report.not_modified == len(platform.lists) - platform.anew


@each
def test_one_changed_one_gone_one_new(platform: StandIn) -> None:
    with Site() as site:
        play(site, platform, jobs(platform))
        board = board_on(site, platform)
        assert board.crawl().outcome == "complete"
        play(site, platform, changed_jobs(platform))
        site.log.clear()
        seen = board.crawl()
        assert seen.outcome == "complete"
        new = Job(platform.count + 1)
        assert seen.titles() == sorted([new.name, "Senior Engineer"])
        assert gone(seen) == [site.url(platform.page(Job(3)))]
        asked = site.asked()[len(platform.lists) :]
        assert asked == [platform.asked(job) for job in (new, Job(2), Job(3))]
        assert seen.fetches()["unchanged"] == platform.count - 2


@each
def test_a_list_that_fails_changes_nothing(platform: StandIn) -> None:
    with Site() as site:
        play(site, platform, jobs(platform))
        board = board_on(site, platform)
        assert board.crawl().outcome == "complete"
        play(site, platform, changed_jobs(platform))
        last = len(platform.lists)
        answered = _fail_at(site, last)
        site.log.clear()
        seen = board.crawl()
        assert seen.outcome == ("partial" if last > 1 else "failed")
        assert not gone(seen)
        assert platform.page(Job(3)) not in site.asked()
        assert answered
        assert seen.report.learnt["strategy"] == platform.name


def _fail_at(site: Site, number: int) -> list[int]:
    """Let the request for that part of the list fail."""
    answered: list[int] = []
    routes = dict(site.routes)

    def fails(request: Request) -> Reply:
        if not request.path.startswith(("/jobs/", "/job/", "/j/", "/careers/", "/en/")) or (
            request.path == "/careers/list"
        ):
            answered.append(1)
            if len(answered) == number and "/Careers/job/" not in request.path:
                return Reply("oops", 500)
        route = routes.get(request.path, routes.get(request.path.partition("?")[0]))
        if callable(route):
            return route(request)
        return route if isinstance(route, Reply) else Reply("", 404)

    site.everywhere = fails
    return answered


@each
def test_an_answer_of_another_shape_is_a_failure(platform: StandIn) -> None:
    with Site() as site:
        play(site, platform, jobs(platform))
        board = board_on(site, platform)
        assert board.crawl().outcome == "complete"
        site.everywhere = Reply('{"message": "hello"}', content_type="application/json")
        seen = board.crawl()
        assert seen.outcome == "failed"
        assert "its list could not be read" in (seen.reason or "")
        assert not seen.observations


@each
def test_a_list_without_an_entry_says_that_there_is_nothing(platform: StandIn) -> None:
    with Site() as site:
        play(site, platform, [])
        assert board_on(site, platform).crawl().outcome == "empty"


@each
def test_detail_never_keeps_to_the_list(platform: StandIn) -> None:
    with Site() as site:
        play(site, platform, jobs(platform))
        board = board_on(site, platform, detail="never")
        first = board.crawl()
        lists = platform.full or platform.lists
        assert first.titles() == sorted(job.name for job in jobs(platform))
        assert tuple(site.asked()) == lists
        play(site, platform, changed_jobs(platform))
        site.log.clear()
        second = board.crawl()
        assert {"Senior Engineer", Job(platform.count + 1).name} <= set(second.titles())
        assert site.asked()[len(lists) :] == [platform.asked(Job(3))]


# --- the registry --------------------------------------------------------------------------------


def test_every_platform_has_a_stand_in_a_strategy_and_settings() -> None:
    assert set(PLATFORMS) == set(BY_NAME)
    assert set(PLATFORMS) == set(PlatformsSection.model_fields)
    assert set(PLATFORMS) <= set(STRATEGIES)
    assert strategy_named("lever").name == "lever"


@each
def test_a_board_is_recognised_offline_and_a_posting_is_no_board(platform: StandIn) -> None:
    found = [name for name, one in PLATFORMS.items() if one.board_at(platform.board)]
    assert found == [platform.name]
    assert PLATFORMS[platform.name].board_at("https://example.org/careers") is None


# --- how a board is found ------------------------------------------------------------------------


def embedding(more: str = "") -> str:
    frame = '<script src="https://boards.greenhouse.io/embed/job_board/js?for=acme"></script>'
    return html("Careers", f"<h1>Careers at Acme</h1><p>We hire.</p>{frame}{more}")


def test_a_site_of_oracle_on_an_own_domain_is_read_by_its_list_and_that_is_sticky() -> None:
    oracle = BY_NAME["oracle_hcm"]
    told = (
        '<div id="app"></div><script>var CX_CONFIG = {app: {siteNumber: "CX_1", apiBaseUrl: '
        '"https://acme.fa.us2.oraclecloud.com:443"}};</script>'
    )
    with Site() as site:
        play(site, oracle, jobs(oracle))
        site["/en/sites/careers/jobs"] = html("Careers", told)
        board = board_on(site, oracle, site.url("/en/sites/careers/jobs"))
        seen = board.crawl()
        assert (seen.outcome, seen.report.strategy) == ("complete", "oracle_hcm")
        assert len(seen.titles()) == oracle.count
        site.log.clear()
        assert board.crawl().outcome == "complete"
        assert tuple(site.asked()) == oracle.lists


def test_a_page_that_embeds_a_board_is_read_by_its_list_and_that_is_sticky() -> None:
    with Site() as site:
        play(site, GREENHOUSE, jobs(GREENHOUSE))
        site["/careers"] = embedding()
        board = board_on(site, GREENHOUSE, site.url("/careers"))
        first = board.crawl()
        assert (first.outcome, len(first.titles())) == ("complete", 4)
        assert first.report.learnt["strategy"] == "greenhouse"
        assert site.asked()[:2] == ["/careers", *GREENHOUSE.lists]
        site["/careers"] = html("Careers", "<h1>Careers</h1>")
        site.log.clear()
        assert board.crawl().outcome == "complete"
        assert tuple(site.asked()) == GREENHOUSE.lists


def test_a_page_that_leads_to_two_boards_is_read_as_it_stands() -> None:
    with Site() as site:
        play(site, GREENHOUSE, jobs(GREENHOUSE))
        other = '<a href="https://boards.greenhouse.io/other">Our friends</a>'
        site["/careers"] = embedding(other)
        seen = board_on(site, GREENHOUSE, site.url("/careers")).crawl()
        assert GREENHOUSE.lists[0] not in site.asked()
        assert seen.outcome == "unreadable"


def test_a_page_with_postings_of_its_own_is_not_left_for_a_platform() -> None:
    with Site() as site:
        play(site, GREENHOUSE, jobs(GREENHOUSE))
        site["/careers"] = embedding() + own_page(Job(8)) + own_page(Job(9))
        seen = board_on(site, GREENHOUSE, site.url("/careers")).crawl()
        assert GREENHOUSE.lists[0] not in site.asked()
        assert seen.titles() == ["Engineer 8", "Engineer 9"]


def test_a_platform_can_be_asked_for_on_the_employers_own_domain() -> None:
    recruitee = BY_NAME["recruitee"]
    with Site() as site:
        play(site, recruitee, jobs(recruitee))
        site["/"] = listing_page(["/about"])
        board = Watched(site.url("/"), strategy="recruitee")
        seen = board.crawl()
        assert (seen.outcome, len(seen.titles())) == ("complete", 4)
        assert site.asked()[0] == "/api/offers/"


# --- lists that do not tell everything -----------------------------------------------------------


def test_a_list_that_repeats_its_first_page_is_truncated() -> None:
    workday = BY_NAME["workday"]
    with Site() as site:
        play(site, workday, jobs(workday))
        board = board_on(site, workday)
        assert board.crawl().outcome == "complete"
        told = [
            {"title": f"Engineer {n}", "externalPath": f"/job/Bern/Engineer_R{n}"}
            for n in range(1, 21)
        ]
        site[workday.lists[0]] = answer({"total": 45, "jobPostings": told})
        site.log.clear()
        seen = board.crawl()
        assert (seen.outcome, seen.reason) == (
            "partial",
            "its list repeats itself after 20 postings",
        )
        assert site.asked() == [*[workday.lists[0]] * 2, "/Careers/siteMap.xml"]
        assert not gone(seen)


def test_a_list_that_ends_before_its_total_is_truncated() -> None:
    bamboohr = BY_NAME["bamboohr"]
    with Site() as site:
        play(site, bamboohr, jobs(bamboohr))
        board = board_on(site, bamboohr)
        assert board.crawl().outcome == "complete"
        told = [{"id": "1", "jobOpeningName": "Engineer 1", "location": {"city": "Bern"}}]
        site["/careers/list"] = answer({"meta": {"totalCount": 4}, "result": told})
        for _ in range(2):
            seen = board.crawl()
            assert seen.reason == "its list ended after 1 of 4 postings"
            assert not gone(seen)


def test_a_list_of_more_parts_than_the_cap_is_truncated() -> None:
    workday = BY_NAME["workday"]
    with Site() as site:
        play(site, workday, jobs(workday))
        seen = board_on(site, workday).crawl(page_cap=2)
        assert (seen.outcome, seen.reason) == ("partial", "its list has more than 2 parts")
        assert len(seen.titles()) == 40


# --- own pages -----------------------------------------------------------------------------------


def test_a_posting_that_is_listed_while_its_page_fails_keeps_what_it_said() -> None:
    with Site() as site:
        play(site, GREENHOUSE, jobs(GREENHOUSE))
        board = board_on(site, GREENHOUSE)
        assert len(board.crawl().titles()) == 4
        play(site, GREENHOUSE, [Job(1, "Principal"), *jobs(GREENHOUSE)[1:]])
        site["/jobs/1-engineer"] = Reply("oops", 500)
        second = board.crawl()
        assert second.titles() == []
        assert second.fetches() == {"unchanged": 3, "failed": 1}
        site["/jobs/1-engineer"] = own_page(Job(1, "Principal"))
        assert board.crawl().titles() == ["Principal"]


def test_a_new_posting_whose_page_fails_is_told_by_a_list_with_descriptions() -> None:
    with Site() as site:
        play(site, GREENHOUSE, jobs(GREENHOUSE))
        site["/jobs/2-engineer"] = Reply("oops", 500)
        seen = board_on(site, GREENHOUSE).crawl()
        assert (seen.outcome, len(seen.titles())) == ("complete", 4)


def test_a_new_posting_whose_page_fails_waits_where_the_list_says_little() -> None:
    workday = BY_NAME["workday"]
    with Site() as site:
        play(site, workday, jobs(workday))
        board = board_on(site, workday)
        site[workday.page(Job(7))] = Reply("oops", 500)
        seen = board.crawl()
        assert (seen.outcome, len(seen.titles())) == ("complete", 44)
        play(site, workday, jobs(workday))
        assert board.crawl().titles() == ["Engineer 7"]


def test_a_page_whose_posting_is_lost_while_it_is_listed_keeps_what_it_said() -> None:
    with Site() as site:
        play(site, GREENHOUSE, jobs(GREENHOUSE))
        board = board_on(site, GREENHOUSE)
        board.crawl()
        play(site, GREENHOUSE, [Job(1, "Principal"), *jobs(GREENHOUSE)[1:]])
        site["/jobs/1-engineer"] = html("Principal", "<h1>Principal</h1><p>We look for you.</p>")
        seen = board.crawl()
        assert seen.fetches() == {"unchanged": 4}


def test_pages_that_nothing_calls_changed_are_asked_again_after_a_week_or_two() -> None:
    with Site() as site:
        play(site, GREENHOUSE, jobs(GREENHOUSE))
        board = board_on(site, GREENHOUSE)
        board.crawl()
        site["/jobs/1-engineer"] = own_page(Job(1, "Principal"))
        site.log.clear()
        assert board.crawl(after=timedelta(days=6)).titles() == []
        assert tuple(site.asked()) == GREENHOUSE.lists
        assert board.crawl(after=timedelta(days=9)).titles() == ["Principal"]


def test_a_listed_posting_whose_page_is_gone_speaks_against_itself() -> None:
    with Site() as site:
        play(site, GREENHOUSE, jobs(GREENHOUSE))
        board = board_on(site, GREENHOUSE)
        board.crawl()
        play(site, GREENHOUSE, [*jobs(GREENHOUSE)[:3], Job(4, "Last")])
        del site.routes["/jobs/4-engineer"]
        seen = board.crawl()
        against = [one for one in seen.observations if one.fetch == "gone"]
        assert [(one.listed, one.url) for one in against] == [(True, site.url("/jobs/4-engineer"))]


def test_a_closed_posting_that_redirects_to_its_board_has_ended() -> None:
    with Site() as site:
        play(site, GREENHOUSE, jobs(GREENHOUSE))
        board = board_on(site, GREENHOUSE)
        board.crawl()
        play(site, GREENHOUSE, jobs(GREENHOUSE)[:3])
        site["/jobs/4-engineer"] = Reply("", 302, {"Location": "/jobs?error=true"})
        site["/jobs"] = html("Jobs at Acme", "<h1>Jobs at Acme</h1><p>Three of them.</p>" * 20)
        seen = board.crawl()
        ended = [one for one in seen.observations if one.fetch == "ended"]
        assert [one.evidence[0].kind for one in ended] == ["redirect"]
