from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.answer import Answer
from crawler.html import parse
from crawler.platforms import PLATFORMS, by_page, by_url, is_embedded, named
from crawler.platforms.merge import merged
from crawler.platforms.platform import Job, Part, Query, Tenant, Told
from postings.fingerprint import fingerprint
from postings.model import Posting
from postings.normalise import posting_of
from tests.crawler.site import html

REAL = Path(__file__).parents[3] / "shared" / "platforms"
PAGE = "https://acme.example.org/jobs/7"
GUID = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"


@pytest.mark.parametrize(
    ("url", "name", "key", "api"),
    [
        ("https://boards.greenhouse.io/Acme", "greenhouse", "acme", "boards-api.greenhouse.io"),
        ("https://job-boards.eu.greenhouse.io/acme/", "greenhouse", "acme", None),
        ("https://boards.greenhouse.io/embed/job_board?for=acme&b=x", "greenhouse", "acme", None),
        ("https://jobs.lever.co/acme?team=x", "lever", "acme", "api.lever.co"),
        ("https://jobs.eu.lever.co/acme", "lever", "acme", "api.eu.lever.co"),
        ("https://jobs.ashbyhq.com/Acme%20Inc", "ashby", "acme%20inc", "api.ashbyhq.com"),
        (
            "https://acme.wd103.myworkdayjobs.com/de-DE/Jobs/",
            "workday",
            "acme/jobs",
            "acme.wd103.myworkdayjobs.com",
        ),
        ("https://acme.wd5.myworkdayjobs.com/Jobs?q=x", "workday", "acme/jobs", None),
        ("https://Acme.recruitee.com", "recruitee", "acme", "acme.recruitee.com"),
        ("https://acme.na.teamtailor.com/jobs", "teamtailor", "acme", "acme.na.teamtailor.com"),
        ("https://acme.jobs.personio.com/?language=de", "personio", "acme", None),
        ("https://apply.workable.com/acme/#jobs", "workable", "acme", "apply.workable.com"),
        ("https://acme.workable.com/", "workable", "acme", "apply.workable.com"),
        ("https://acme.pinpointhq.com/en", "pinpoint", "acme", "acme.pinpointhq.com"),
        ("https://ats.rippling.com/en-GB/acme/jobs", "rippling", "acme", "api.rippling.com"),
        ("https://acme.bamboohr.com/careers", "bamboohr", "acme", "acme.bamboohr.com"),
        (
            "https://jobs.smartrecruiters.com/AcmeGroup1?x=1",
            "smartrecruiters",
            "acmegroup1",
            "careers.smartrecruiters.com",
        ),
        ("https://careers.smartrecruiters.com/Acme/", "smartrecruiters", "acme", None),
        ("https://acme.jobs2web.com/search", "successfactors", "acme", "acme.jobs2web.com"),
        ("https://careers-acme.icims.com/jobs/search?ss=1", "icims", "careers-acme", None),
        ("https://jobs.jobvite.com/careers/acme/jobs", "jobvite", "acme", "jobs.jobvite.com"),
        ("https://acme-inc.breezy.hr", "breezy", "acme-inc", "acme-inc.breezy.hr"),
        ("https://acme.applytojob.com/apply/", "jazzhr", "acme", "acme.applytojob.com"),
        ("https://app.jazz.co/widgets/basic/create/acme", "jazzhr", "acme", None),
        (
            "https://acme.fa.em2.oraclecloud.com/hcmUI/CandidateExperience/de/sites/CX_2001/jobs",
            "oracle_hcm",
            "acme.fa.em2/cx_2001",
            "acme.fa.em2.oraclecloud.com",
        ),
        (
            "https://jobs.example.org/hcmUI/CandidateExperience/en/sites/CX/requisitions",
            "oracle_hcm",
            "jobs.example.org/cx",
            "jobs.example.org",
        ),
        ("https://jobs.gem.com/Acme", "gem", "acme", "api.gem.com"),
        ("https://api.gem.com/job_board/v0/Acme/job_posts/", "gem", "acme", None),
        (
            f"https://recruiting.paylocity.com/Recruiting/Jobs/All/{GUID.upper()}/Acme-Inc",
            "paylocity",
            GUID,
            "recruiting.paylocity.com",
        ),
        (
            f"https://recruiting2.ultipro.com/ACM1000ACME/JobBoard/{GUID}/?q=&o=postedDateDesc",
            "ukg",
            f"acm1000acme/{GUID}",
            "recruiting2.ultipro.com",
        ),
        (f"https://acme.rec.pro.ukg.net/ACM1/JobBoard/{GUID}", "ukg", f"acm1/{GUID}", None),
    ],
)
def test_a_board_is_told_by_its_url(url: str, name: str, key: str, api: str | None) -> None:
    found = by_url(url)
    assert found is not None
    assert (found.platform.name, found.tenant.key) == (name, key)
    assert api is None or found.tenant.api == f"https://{api}"


@pytest.mark.parametrize(
    "url",
    [
        "https://boards.greenhouse.io/acme/jobs/123",
        "https://boards.greenhouse.io/embed/job_board",
        "https://jobs.lever.co/acme/6b1f8a52-7f0c-4b8e-9f43-0c9a4c0f1d11/apply",
        "https://jobs.lever.co/",
        "https://acme.wd5.myworkdayjobs.com/Jobs/job/Bern/Cook_R1",
        "https://acme.recruitee.com/o/cook",
        "https://acme.teamtailor.com/jobs/88-teacher",
        "https://acme.jobs.personio.de/job/77",
        "https://apply.workable.com/j/AB12",
        "https://apply.workable.com/acme/j/AB12/",
        "https://acme.bamboohr.com/careers/9",
        "https://acme.bamboohr.com/login",
        "https://jobs.smartrecruiters.com/Acme/744000131687160-cook",
        "https://jobs.smartrecruiters.com/",
        "https://api.smartrecruiters.com/v1/companies/acme/postings",
        "https://www.smartrecruiters.com/careers",
        "https://acme.jobs2web.com/job/Bern-Cook/123/",
        "https://careers-acme.icims.com/jobs/12/cook/job",
        "https://www.icims.com/legal/privacy-notice-website/",
        "https://jobs.jobvite.com/acme/job/oAbC",
        "https://jobs.jobvite.com/support",
        "https://acme.breezy.hr/p/12ab-cook",
        "https://acme.applytojob.com/apply/evgnhR5LkV/Cook",
        "https://acme.fa.us2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX_1/job/7",
        "https://acme.fa.us2.oraclecloud.com/fscmUI/faces/FuseWelcome",
        "https://jobs.gem.com/acme/4965519002",
        "https://recruiting.paylocity.com/Recruiting/Jobs/Details/3100001/Acme/Welder",
        "https://recruiting.paylocity.com/Recruiting/Jobs/All/acme",
        f"https://recruiting.ultipro.com/ACME/JobBoard/{GUID}/OpportunityDetail?opportunityId=7",
        "https://acme.ultipro.com/Login.aspx",
        "https://acme.fa.us2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/careers/jobs",
        "https://www.recruitee.com/",
        "https://www.workable.com/",
        "https://greenhouse.io.example.org/acme",
        "https://example.org/?u=https://boards.greenhouse.io/acme",
        "ftp://jobs.lever.co/acme",
        "https://[::1",
        "",
    ],
)
def test_a_postings_page_and_other_sites_are_no_board(url: str) -> None:
    assert by_url(url) is None


def test_a_platform_with_own_domains_can_be_named() -> None:
    found = named("teamtailor", "https://careers.example.org/jobs")
    assert found is not None
    assert found.tenant == Tenant("careers.example.org", "https://careers.example.org")
    assert named("teamtailor", "https://careers.example.org/jobs/12-cook") is None
    assert named("lever", "https://careers.example.org/jobs") is None


@pytest.mark.parametrize(
    "body",
    [
        '<iframe src="//boards.greenhouse.io/embed/job_board?for=acme"></iframe>',
        '<script src="https://boards.greenhouse.io/embed/job_board/js?for=acme"></script>',
        (
            '<a href="https://boards.greenhouse.io/acme/jobs/1">Cook</a>'
            '<a href="https://job-boards.greenhouse.io/acme/jobs/2">Baker</a>'
        ),
    ],
)
def test_a_page_tells_of_the_board_that_it_leads_to(body: str) -> None:
    page = parse(html("Careers", body).encode(), "text/html")
    assert page is not None
    found = by_page(page, "https://acme.example.org/careers")
    assert found is not None
    assert (found.platform.name, found.tenant.name) == ("greenhouse", "acme")


ORACLE_SITE = """<script>var CX_CONFIG = {app: {
    apiBaseUrl: 'https://acme.fa.us2.oraclecloud.com:443', siteName: 'Acme', siteNumber: 'CX_2',
    siteLang: 'en'}};</script>"""


def test_a_site_of_oracle_under_another_name_says_which_board_it_is() -> None:
    page = parse(html("Careers", ORACLE_SITE).encode(), "text/html")
    assert page is not None
    for url in (
        "https://careers.example.org/en/sites/acme-jobs/jobs",
        "https://acme.fa.us2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/acme-jobs",
    ):
        found = by_page(page, url)
        assert found is not None
        assert (found.platform.name, found.tenant.key) == ("oracle_hcm", "acme.fa.us2/cx_2")
        assert by_url(found.url) == found
        assert is_embedded(page, url, found)
    assert by_page(page, "https://careers.example.org/en/sites/acme-jobs/job/7") is None
    for other in ("'https://acme.oraclecloud.com.example.org'", "'http://10.0.0.1'", "host"):
        strange = ORACLE_SITE.replace("'https://acme.fa.us2.oraclecloud.com:443'", other)
        page = parse(html("Careers", strange).encode(), "text/html")
        assert page is not None
        assert by_page(page, "https://careers.example.org/en/sites/acme-jobs/jobs") is None


def test_a_page_that_leads_nowhere_or_to_several_boards_tells_of_none() -> None:
    several = '<a href="https://jobs.lever.co/a">A</a><a href="https://jobs.lever.co/b">B</a>'
    for body in (several, '<a href="/jobs">Jobs</a>', "<p>Ask greenhouse.io/acme</p>"):
        page = parse(html("Careers", body).encode(), "text/html")
        assert page is not None
        assert by_page(page, "https://acme.example.org/careers") is None


# --- a list's entry and the posting's own page ---------------------------------------------------


def posting(**raw: object) -> Posting:
    return posting_of(raw, syntax="json-ld", url=PAGE)


def listed(**raw: object) -> Posting:
    return posting_of(raw, syntax="api:lever", url="https://api.example.org/list")


def test_the_page_wins_and_the_list_fills_gaps() -> None:
    page = posting(title="Cook (m/f)", baseSalary="", jobLocation="Bern, Switzerland")
    entry = listed(title="Cook", url=PAGE, description="<p>Soup</p>", jobLocation="Basel", remote=1)
    both = merged(page, entry, url=PAGE)
    assert both.title == "Cook (m/f)"
    assert both.description_text == "Soup"
    assert [place.locality for place in both.locations] == ["Bern"]
    assert both.url == PAGE
    assert both.source == page.source


def test_what_the_page_says_in_vain_is_filled_too() -> None:
    page = posting(title="Cook", basesalary="negotiable", validThrough="soon")
    entry = listed(
        validThrough="2026-05-01",
        baseSalary={"currency": "CHF", "value": {"minValue": 5000, "unitText": "MONTH"}},
    )
    both = merged(page, entry, url=PAGE)
    assert both.valid_through == "2026-05-01"
    assert both.salary is not None
    assert both.salary.currency == "CHF"


def test_a_merged_posting_reads_the_same_from_its_raw_node() -> None:
    page = posting(title="Cook", jobLocation="Bern, Switzerland")
    both = merged(page, listed(description="<p>Soup</p>", workplaceType="hybrid"), url=PAGE)
    again = posting_of(both.raw, syntax=both.source.syntax, url=PAGE)
    assert fingerprint(again) == fingerprint(both)
    assert both.remote == "hybrid"


def test_a_page_that_says_everything_is_left_as_it_is() -> None:
    page = posting(title="Cook", description="<p>Soup</p>")
    assert merged(page, listed(title="Chef", description="Stew"), url=PAGE) is page


# --- real answers --------------------------------------------------------------------------------


TENANTS = {"jobvite": "feedingamerica", "icims": "careers-wipfli"}
THIN = frozenset(
    (
        "bamboohr icims jobvite oracle_hcm paylocity personio rippling teamtailor workable workday"
    ).split()
)


def real() -> list[tuple[str, Path]]:
    found = [(name, path) for name in PLATFORMS for path in sorted((REAL / name).glob("*.*"))]
    return [(name, path) for name, path in found if "detail" not in path.name and is_list(path)]


def is_list(path: Path) -> bool:
    """Whether it is a list that is asked, not a page or what programs are kept out of."""
    return path.parent.name not in ("smartrecruiters", "successfactors")


def read(name: str, path: Path) -> tuple[Job, ...]:
    platform = PLATFORMS[name]
    employer = "careers-acmefreight" if "careerops" in path.name else TENANTS.get(name, "acme")
    tenant = Tenant(employer, "https://acme.example.org", "careers")
    first = platform.full or platform.first
    return platform.read(path.read_bytes(), tenant, first(tenant)).jobs


@pytest.mark.skipif(not REAL.is_dir(), reason="there are no real answers here")
@pytest.mark.parametrize(("name", "path"), real(), ids=lambda each: getattr(each, "name", each))
def test_real_answers_are_read(name: str, path: Path) -> None:
    jobs = read(name, path)
    assert jobs
    for job in jobs:
        told = posting_of(job.node, syntax=f"api:{name}", url="https://acme.example.org/list")
        assert job.id
        assert told.title
        assert told.url
        assert told.identifier.value == job.id
        assert not told.problems
        assert name in THIN or told.description_text
        assert "&lt;" not in (told.description_html or "")
        assert name == "workday" or told.locations


@pytest.mark.skipif(not REAL.is_dir(), reason="there are no real answers here")
def test_real_rows_of_one_posting_become_one() -> None:
    for name, places in (("workable", 2), ("rippling", 2), ("personio", 2)):
        [path] = (REAL / name).glob("*.*")
        [job] = read(name, path)
        assert len(job.node["jobLocation"]) == places


# --- what single platforms may also answer --------------------------------------------------------

ACME = Tenant("acme", "https://acme.example.org", "careers")


def part_of(name: str, body: str, path: str | None = None) -> Part:
    platform = PLATFORMS[name]
    query = Query(path) if path else platform.first(ACME)
    return platform.read(body.encode(), ACME, query)


def test_a_sitemap_at_the_feeds_address_lists_the_postings_too() -> None:
    urls = ("/job/Bern-Cook/77/", "/content/About/?locale=en", "/go/Jobs/12/")
    told = "".join(f"<url><loc>https://acme.example.org{url}</loc></url>" for url in urls)
    part = part_of("successfactors", f"<urlset>{told}</urlset>")
    assert [job.id for job in part.jobs] == ["77"]


def test_an_index_of_sitemaps_is_followed_on_its_own_host() -> None:
    index = "<sitemapindex><sitemap><loc>https://{}/a.xml?p=1</loc></sitemap></sitemapindex>"
    part = part_of("icims", index.format("acme.example.org"))
    assert [query.path for query in part.also] == ["/a.xml?p=1"]
    with pytest.raises(ValueError, match="another host, evil"):
        part_of("icims", index.format("evil.example.org"))


@pytest.mark.parametrize(
    ("cards", "paging", "more"),
    [
        (3, '<a href="/jobs/search?pr=1&in_iframe=1">2</a>', True),
        (3, '<a href="/jobs/search?pr=0&in_iframe=1">1</a>', False),
        (3, "<p>Page 1 of 1</p>", False),
        (3, "", False),
        (20, "", True),
    ],
)
def test_a_search_goes_on_where_it_says_so_or_may(cards: int, paging: str, more: bool) -> None:
    links = "".join(f'<a href="/jobs/{n}/cook/job"><h3>Cook {n}</h3></a>' for n in range(cards))
    part = part_of("icims", f"<div>{links}</div>{paging}", "/jobs/search?pr=0&in_iframe=1")
    assert len(part.jobs) == cards
    assert (part.next is not None) is more


def single_of(name: str, body: str, status: int = 200, tenant: Tenant = ACME) -> Told:
    single = PLATFORMS[name].single
    assert single is not None
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return single.read(Answer(PAGE, PAGE, at, status, {}, body.encode()), tenant)


def test_ripplings_answer_about_one_posting_says_what_the_list_does_not() -> None:
    number = "c0ffee00-0000-4000-8000-000000000001"
    one = {
        "uuid": number,
        "name": "Surveyor",
        "companyName": "Acme",
        "description": {"company": "<p>We are Acme.</p>", "role": "<p>Measure.</p>"},
        "workLocations": ["Remote (Bern, Switzerland)", "Remote (Chur, Switzerland)"],
        "department": {"name": "Field"},
        "employmentType": {"label": "SALARIED_FT", "id": "Salaried, full-time"},
        "createdOn": "2026-02-01T10:00:00Z",
    }
    told = single_of("rippling", json.dumps(one)).node
    assert told is not None
    assert told["description"] == "<p>Measure.</p>\n<p>We are Acme.</p>"
    assert told["jobLocation"] == ["Bern, Switzerland", "Chur, Switzerland"]
    read = posting_of(told, syntax="api:rippling/posting", url=PAGE)
    assert (read.remote, read.employment_types, read.department) == (
        "remote", ("FULL_TIME",), "Field",
    )  # fmt: skip
    assert single_of("rippling", json.dumps({**one, "description": "<p>Plain</p>"})).node
    assert single_of("rippling", "{}").node is None
    assert single_of("rippling", "", 404).over == "its API answers HTTP 404"
    query = PLATFORMS["rippling"].single
    assert query is not None
    asked = query.query(ACME, f"https://ats.rippling.com/acme/jobs/{number}")
    assert asked is not None
    assert asked.path == f"/platform/api/ats/v1/board/acme/jobs/{number}"
    assert query.query(ACME, "https://ats.rippling.com/acme/jobs") is None


def test_ukgs_page_hands_the_posting_to_its_script() -> None:
    tenant = Tenant("ACME", "https://recruiting.ultipro.com", GUID)
    one: dict[str, Any] = {
        "Id": "7",
        "Title": "Nurse",
        "Description": '<p>Care }) for "people".</p>',
        "PostedDate": "2026-01-05T08:00:00Z",
        "PayRangeVisible": True,
        "PayRange": {"PayRangeMinimum": "31.50", "PayRangeMaximum": "40"},
        "PayRangeCurrencyCode": "USD",
    }

    def page(told: dict[str, Any]) -> str:
        call = f"var o = new US.Opportunity.CandidateOpportunityDetail({json.dumps(told)});"
        return f"<html><script>$(function () {{ {call} }});</script></html>"

    node = single_of("ukg", page(one), tenant=tenant).node
    assert node is not None
    assert node["url"].endswith(f"/ACME/JobBoard/{GUID}/OpportunityDetail?opportunityId=7")
    read = posting_of(node, syntax="api:ukg/posting", url=node["url"])
    assert str(read.date_posted).startswith("2026-01-05")
    assert read.salary is not None
    assert (float(read.salary.min or 0), read.salary.currency) == (31.5, "USD")
    hidden = single_of("ukg", page({**one, "PayRangeVisible": False}), tenant=tenant).node
    assert hidden is not None
    assert "baseSalary" not in hidden
    over = single_of("ukg", page({**one, "OpportunityIsClosed": True}), tenant=tenant)
    assert over.over == "its page says that it is closed"
    assert single_of("ukg", "<html><div id='root'></div></html>", tenant=tenant) == Told()


def test_a_list_that_ends_early_or_goes_on_says_so() -> None:
    entries = [{"Id": str(number), "Title": "Nurse"} for number in range(100)]
    part = part_of("ukg", json.dumps({"opportunities": entries, "totalCount": 130}), "/x")
    assert part.next is not None
    assert part.next.body is not None
    assert part.next.body["opportunitySearch"]["Skip"] == 100
    short = PLATFORMS["ukg"].read(b'{"opportunities": [], "totalCount": 130}', ACME, part.next)
    assert short.truncated == "its list ended after 100 of 130 postings"
    assert part_of("ukg", '{"opportunities": [], "totalCount": 0}', "/x") == Part(())
    assert part_of("ukg", '{"opportunities": [], "totalCount": "0"}', "/x") == Part(())
    for said in ('{"opportunities": []}', '{"opportunities": [], "totalCount": "many"}'):
        unsaid = part_of("ukg", said, "/x").truncated
        assert unsaid == "its list is empty and does not say how many postings there are"


def test_bamboohrs_answer_about_one_opening_has_its_description() -> None:
    single = PLATFORMS["bamboohr"].single
    assert single is not None
    opening = {"id": 7, "jobOpeningName": "Cook", "description": "<p>Soup</p>", "location": {}}
    body = json.dumps({"result": {"jobOpening": opening}}).encode()
    told = single.read(Answer(PAGE, PAGE, datetime(2026, 3, 2, tzinfo=UTC), 200, {}, body), ACME)
    assert told.node is not None
    assert (told.node["title"], told.node["description"]) == ("Cook", "<p>Soup</p>")
    assert single.query(ACME, "https://acme.bamboohr.com/careers") is None
