from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.answer import Answer
from crawler.html import parse
from crawler.platforms import PLATFORMS, by_page, by_url, named
from crawler.platforms.merge import merged
from crawler.platforms.platform import Job, Part, Query, Tenant
from postings.fingerprint import fingerprint
from postings.model import Posting
from postings.normalise import posting_of
from tests.crawler.site import html

REAL = Path(__file__).parents[3] / "shared" / "platforms"
PAGE = "https://acme.example.org/jobs/7"


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
    "bamboohr icims jobvite oracle_hcm personio rippling teamtailor workable workday".split()
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


def test_bamboohrs_answer_about_one_opening_has_its_description() -> None:
    single = PLATFORMS["bamboohr"].single
    assert single is not None
    opening = {"id": 7, "jobOpeningName": "Cook", "description": "<p>Soup</p>", "location": {}}
    body = json.dumps({"result": {"jobOpening": opening}}).encode()
    told = single.read(Answer(PAGE, PAGE, datetime(2026, 3, 2, tzinfo=UTC), 200, {}, body), ACME)
    assert told.node is not None
    assert (told.node["title"], told.node["description"]) == ("Cook", "<p>Soup</p>")
    assert single.query(ACME, "https://acme.bamboohr.com/careers") is None
