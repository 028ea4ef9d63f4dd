"""How each platform says that a posting is over, once its complete list lacks it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.crawler.boards import Job, StandIn, answer, own_page, play
from tests.crawler.boards_more import BY_NAME, icims_bare_page, microdata
from tests.crawler.diary import Diary, Entry, diary_of
from tests.crawler.site import Reply, Site, html, script

LIVE = [Job(number) for number in range(1, 5)]
GONE = Job(4)
SHELL = '<div id="root"></div><script src="/app.js"></script>'


@dataclass(frozen=True)
class Ending:
    """How one platform answers for a posting that is over.

    Attributes:
        routes: what its page, and what else tells of it, answers.
        kind: of the evidence.
        says: stands in the evidence.
    """

    name: str
    routes: dict[str, Reply]
    kind: str
    says: str


def _page(platform: str, reply: Reply) -> dict[str, Reply]:
    return {BY_NAME[platform].page(GONE): reply}


def _says(sentence: str) -> Reply:
    return Reply(html("Engineer 4", f"<h1>Engineer 4</h1><p>{sentence}</p>"))


_WORKDAY = "/wday/cxs/acme/Careers/job/Bern/Engineer_R4"
_CLOSED = html(
    "Opportunity",
    "<script>new US.Opportunity.CandidateOpportunityDetail"
    '({"Id": "4", "Title": "Engineer 4", "OpportunityIsClosed": true});</script>',
)
UNPUBLISHED = Reply('{"errorCode": "S22", "httpStatus": 403}', 403, content_type="application/json")
ENDINGS = (
    Ending(
        "greenhouse",
        {
            **_page("greenhouse", Reply("", 302, {"Location": "/acme?error=true"})),
            "/acme": Reply(html("Jobs at Acme", "<h1>Jobs at Acme</h1><p>Three.</p>" * 20)),
        },
        "redirect",
        "redirected",
    ),
    Ending(
        "workday",
        {**_page("workday", Reply(html("Workday", SHELL))), _WORKDAY: UNPUBLISHED},
        "http_status",
        "unpublished",
    ),
    Ending(
        "workday",
        {**_page("workday", Reply(html("Workday", SHELL))), _WORKDAY: Reply("{}", 404)},
        "http_status",
        "HTTP 404",
    ),
    Ending("ashby", _page("ashby", Reply(html("Jobs", SHELL))), "closing_phrase", 'titled "Jobs"'),
    Ending(
        "smartrecruiters",
        _page("smartrecruiters", _says("Sorry, this job has expired.")),
        "closing_phrase",
        "this job has expired",
    ),
    Ending(
        "teamtailor",
        _page("teamtailor", _says("This job is no longer active.")),
        "closing_phrase",
        "no longer active",
    ),
    Ending(
        "successfactors",
        _page("successfactors", _says("This position has been filled.")),
        "closing_phrase",
        "position has been filled",
    ),
    Ending("icims", _page("icims", Reply("gone", 404)), "http_status", "404"),
    Ending(
        "workable",
        {
            **_page("workable", Reply("", 302, {"Location": "/acme/?not_found=true"})),
            "/acme/?not_found=true": Reply(html("Acme", SHELL)),
        },
        "redirect",
        "redirected",
    ),
    Ending(
        "jobvite",
        {
            **_page("jobvite", Reply("", 302, {"Location": "/acme?error=404"})),
            "/acme?error=404": Reply(html("Acme", "<h1>Acme careers</h1>")),
        },
        "redirect",
        "redirected",
    ),
    Ending(
        "rippling",
        {
            **_page("rippling", Reply(html("Rippling", SHELL))),
            f"/platform/api/ats/v1/board/acme/jobs/{Job(4).id}": Reply("{}", 404),
        },
        "http_status",
        "HTTP 404",
    ),
    Ending(
        "ukg",
        _page("ukg", Reply(_CLOSED)),
        "closing_phrase",
        "its page says that it is closed",
    ),
    Ending("oracle_hcm", {}, "closing_phrase", "no entry for it any more"),
    Ending(
        "bamboohr",
        {
            **_page("bamboohr", Reply(html("BambooHR", SHELL))),
            "/careers/4/detail": Reply("{}", 404, content_type="application/json"),
        },
        "http_status",
        "HTTP 404",
    ),
    Ending(
        "jazzhr",
        _page("jazzhr", _says("This job is no longer available.")),
        "closing_phrase",
        "no longer",
    ),
)
each = pytest.mark.parametrize("ending", ENDINGS, ids=lambda one: f"{one.name}-{one.says}")


def crawled(site: Site, platform: StandIn) -> Diary:
    """The diary of a board, a day after four postings were seen on it; the last is off the list."""
    play(site, platform, LIVE)
    diary = diary_of(site, platform)
    assert (diary.crawl().outcome, len(diary.open())) == ("complete", 4)
    page = {path: site.routes[path] for path in (platform.page(GONE), platform.asked(GONE))}
    play(site, platform, LIVE[:3])
    site.routes.update(page)
    return diary


def evidence(entry: Entry) -> list[tuple[str, str]]:
    return [(one.kind, one.detail) for event in entry.verdict.events for one in event.evidence]


@each
def test_a_posting_that_is_over_is_removed_at_once(ending: Ending) -> None:
    platform = BY_NAME[ending.name]
    with Site() as site:
        diary = crawled(site, platform)
        if platform.asks:
            del site.routes[platform.asks(GONE)]
        site.routes.update(ending.routes)
        entry = diary.crawl()
        assert (entry.outcome, entry.events()) == ("complete", [("removed", "Engineer 4")])
        found = dict(evidence(entry))
        assert ending.says in found[ending.kind]
        assert "absent_from_listing" in found


@pytest.mark.parametrize("name", sorted(set(BY_NAME) - {"workable"}))
def test_a_posting_that_only_left_the_list_stays_open(name: str) -> None:
    """Confidential postings stay up: a list that lacks one is no proof."""
    with Site() as site:
        diary = crawled(site, BY_NAME[name])
        entry = diary.crawl()
        assert (entry.outcome, entry.events()) == ("complete", [])
        assert "Engineer 4" in diary.open()
        assert [one.unlisted for one in diary.postings.values()].count(True) == 1


def test_a_page_that_is_drawn_by_script_proves_nothing_by_standing_unchanged() -> None:
    with Site() as site:
        diary = crawled(site, BY_NAME["workable"])
        entries = [diary.crawl() for _ in range(3)]
        assert [entry.events() for entry in entries] == [[], [], [("removed", "Engineer 4")]]
        assert any("could not be read" in detail for _, detail in evidence(entries[-1]))


def test_a_wall_before_workdays_api_is_no_proof() -> None:
    platform = BY_NAME["workday"]
    with Site() as site:
        diary = crawled(site, platform)
        site[platform.page(GONE)] = Reply(html("Workday", SHELL))
        site[_WORKDAY] = Reply("<html><p>Access denied</p></html>", 403)
        assert diary.crawl().events() == []
        site[_WORKDAY] = UNPUBLISHED
        assert diary.crawl().events() == [("removed", "Engineer 4")]


@pytest.mark.parametrize("name", ["workday", "oracle_hcm", "ashby"])
def test_what_the_list_has_is_not_over_whatever_else_says_so(name: str) -> None:
    platform = BY_NAME[name]
    with Site() as site:
        play(site, platform, LIVE)
        diary = diary_of(site, platform)
        diary.crawl()
        play(site, platform, [*LIVE[:3], Job(4, "Chief")])
        site.routes.update({platform.page(GONE): Reply(html("Jobs", SHELL)), _WORKDAY: UNPUBLISHED})
        if platform.asks:
            del site.routes[platform.asks(GONE)]
        for _ in range(3):
            entry = diary.crawl()
            assert entry.outcome == "complete"
            assert "removed" not in dict(entry.events())


# --- where a posting's content stands elsewhere --------------------------------------------------


def test_workdays_api_tells_what_a_page_that_is_drawn_by_script_does_not() -> None:
    platform = BY_NAME["workday"]
    info = {
        "jobReqId": "R2", "title": "Engineer 2", "jobDescription": "<p>Work.</p>",
        "startDate": "2026-01-05", "endDate": "2027-01-01", "timeType": "Full time",
        "location": "Bern, Switzerland", "additionalLocations": ["Basel, Switzerland"],
        "remoteType": "Hybrid", "externalUrl": "https://acme.example.org/",
    }  # fmt: skip
    with Site() as site:
        play(site, platform, LIVE)
        path = platform.page(Job(2))
        site[path] = Reply(html("Workday", SHELL))
        site["/wday/cxs/acme/Careers/job/Bern/Engineer_R2"] = answer(
            {"jobPostingInfo": info, "hiringOrganization": {"name": "Acme"}}
        )
        diary = diary_of(site, platform)
        diary.crawl()
        [told] = [
            one.snapshot.posting
            for one in diary.postings.values()
            if one.snapshot.posting.title == "Engineer 2"
        ]
        assert told.source.syntax == "api:workday/posting"
        assert (told.valid_through, told.remote, told.organization.name) == (
            "2027-01-01", "hybrid", "Acme",
        )  # fmt: skip
        assert [place.locality for place in told.locations] == ["Bern", "Basel"]
        site.log.clear()
        assert diary.crawl().events() == []
        assert site.asked() == ["/wday/cxs/acme/Careers/jobs"]


def test_a_posting_of_rippling_gets_its_description_from_the_api() -> None:
    """Once, where the list's entry is new and its page is drawn by script."""
    platform = BY_NAME["rippling"]
    with Site() as site:
        play(site, platform, LIVE)
        path = platform.page(Job(2))
        about = f"/platform/api/ats/v1/board{path}"
        site[path] = Reply(html("Rippling", SHELL))
        site[about] = answer(
            {
                "uuid": Job(2).id,
                "name": "Engineer 2",
                "description": {"role": "<p>Work.</p>", "company": "<p>Acme.</p>"},
                "workLocations": ["Bern, Switzerland"],
                "url": site.url(path),
            }
        )
        diary = diary_of(site, platform)
        diary.crawl()
        assert about in site.asked()
        [told] = [
            one.snapshot.posting
            for one in diary.postings.values()
            if one.snapshot.posting.title == "Engineer 2"
        ]
        assert told.source.syntax == "api:rippling/posting"
        assert told.description_text == "Work.\n\nAcme."
        site.log.clear()
        assert diary.crawl().events() == []
        assert site.asked() == list(platform.lists)


def test_ukgs_posting_is_read_from_its_own_page_with_one_request() -> None:
    platform = BY_NAME["ukg"]
    with Site() as site:
        play(site, platform, LIVE)
        diary = diary_of(site, platform)
        diary.crawl()
        assert len(site.asked()) == len(platform.lists) + len(LIVE)
        told = [one.snapshot.posting for one in diary.postings.values()]
        assert {one.source.syntax for one in told} == {"api:ukg/posting"}
        assert all(one.description_text for one in told)
        site[platform.page(Job(2))] = Reply(html("Opportunity", SHELL))
        assert diary.crawl().events() == []


def test_oracles_postings_are_asked_at_its_api_and_never_at_their_pages() -> None:
    platform = BY_NAME["oracle_hcm"]
    with Site() as site:
        play(site, platform, LIVE)
        diary = diary_of(site, platform)
        diary.crawl()
        assert not any("/hcmUI/" in path for path in site.asked())
        told = [one.snapshot.posting for one in diary.postings.values()]
        assert all(one.description_text and one.valid_through == "2027-01-01" for one in told)
        assert all("/sites/CX_1/job/" in one.url for one in diary.postings.values())


def test_a_page_that_only_frames_its_content_is_read_inside_of_the_frame() -> None:
    platform = BY_NAME["icims"]
    with Site() as site:
        play(site, platform, LIVE)
        for job in LIVE:
            site.routes.update(icims_bare_page(job))
        diary = diary_of(site, platform)
        assert diary.crawl().outcome == "complete"
        assert diary.open() == [job.name for job in LIVE]
        assert all("in_iframe" not in one.url for one in diary.postings.values())
        placeholders = [one.snapshot.posting.locations for one in diary.postings.values()]
        assert all(place.locality is None for places in placeholders for place in places)
        site["/sitemap.xml"] = Reply("", 404)
        for number in (0, 1):
            site[f"/jobs/search?pr={number}&in_iframe=1"] = Reply("", 404)
        assert diary.crawl().outcome == "failed"
        play(site, platform, LIVE[:3])
        for job in LIVE:
            site.routes.update(icims_bare_page(job))
        assert diary.crawl().events() == []
        site[f"{platform.page(GONE)}?in_iframe=1"] = _says(
            "Sorry, this job is no longer available."
        )
        assert diary.crawl().events() == [("removed", "Engineer 4")]


def test_a_posting_of_which_only_the_address_is_known_waits_for_its_page() -> None:
    platform = BY_NAME["icims"]
    with Site() as site:
        play(site, platform, LIVE)
        site[platform.page(GONE)] = Reply(html("Careers", SHELL))
        diary = diary_of(site, platform)
        diary.crawl()
        assert diary.open() == [job.name for job in LIVE[:3]]
        site[platform.page(GONE)] = own_page(GONE)
        diary.crawl()
        assert diary.open() == [job.name for job in LIVE]


def test_the_closing_phrase_in_a_script_of_a_live_page_is_none() -> None:
    platform = BY_NAME["successfactors"]
    with Site() as site:
        diary = crawled(site, platform)
        hidden = script({"x": "y"}) + '<script>var t = "This position has been filled.";</script>'
        posted = "Wed Aug 05 02:00:00 UTC 2026"
        page = microdata(GONE, posted=posted).replace("</body>", f"{hidden}</body>")
        site[platform.page(GONE)] = page
        assert diary.crawl().events() == []
        site[platform.page(GONE)] = html("Engineer 4", f"<h1>Engineer 4</h1>{hidden}")
        assert diary.crawl().events() == []


def test_lost_markup_is_weighed_against_a_page_that_should_stand() -> None:
    """Without another page that is read, it might be lost on the whole site."""
    platform = BY_NAME["icims"]
    with Site() as site:
        diary = crawled(site, platform)
        site[platform.page(GONE)] = _says("We look for somebody. " * 20)
        site.log.clear()
        entry = diary.crawl()
        assert entry.events() == [("removed", "Engineer 4")]
        assert dict(evidence(entry))["markup_removed"] == "carries no JobPosting any more"
        asked = [platform.page(GONE), f"{platform.page(GONE)}?in_iframe=1", platform.page(Job(1))]
        assert site.asked() == ["/sitemap.xml", *asked]


def test_markup_that_is_lost_on_every_page_removes_nothing() -> None:
    platform = BY_NAME["icims"]
    with Site() as site:
        diary = crawled(site, platform)
        for job in LIVE:
            site[platform.page(job)] = _says("We look for somebody. " * 20)
        assert diary.crawl().events() == []
        assert len(diary.open()) == 4
