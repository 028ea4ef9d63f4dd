"""Stand-ins of the platforms whose lists are HTML, sitemaps or feeds, and of the last lists."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from tests.crawler.boards import STAND_INS, Job, Jobs, StandIn, answer, own_page
from tests.crawler.site import Reply, Request, Route, Site, html

_NOTHING = "<p>There are no open positions.</p>"


def _html(body: str) -> Reply:
    return Reply(html("Jobs at Acme", f"<h1>Jobs at Acme</h1>{body or _NOTHING}"), etag=True)


def _xml(body: str) -> Reply:
    return Reply(f'<?xml version="1.0"?>{body}', content_type="text/xml", etag=True)


def microdata(job: Job, *, posted: str = "2026-01-05T08:00:00.000Z") -> str:
    """A job's page as the platforms with microdata have it."""
    told = (
        f'<div itemscope itemtype="http://schema.org/JobPosting"><h1 itemprop="title">{job.name}'
        f'</h1><meta itemprop="datePosted" content="{posted}">'
        '<meta itemprop="validThrough" content="Fri Jan 01 00:00:00 UTC 2027">'
        '<div itemprop="hiringOrganization"><meta itemprop="name" content="Acme"></div>'
        '<span itemprop="jobLocation" itemscope itemtype="http://schema.org/Place">'
        '<span itemprop="address" itemscope itemtype="http://schema.org/PostalAddress">'
        '<meta itemprop="addressLocality" content="Bern">'
        '<meta itemprop="addressCountry" content="CH"></span></span>'
        f'<div itemprop="description">{job.text}</div></div>'
    )
    return html(job.name, told)


# --- SmartRecruiters -----------------------------------------------------------------------------


def smart_page(job: Job) -> str:
    return f"/Acme/74400000{job.number:04}-engineer"


def _smart_cards(site: Site, jobs: Jobs) -> str:
    return "".join(
        f'<li class="opening-job"><a class="link--block js-job-ad-link" '
        f'href="{site.url(smart_page(job))}"><h4>{job.name}</h4></a></li>'
        for job in jobs
    )


def _smart_group(site: Site, place: str, jobs: Jobs, shown: int) -> str:
    more = (
        f'<a class="js-more" data-more="/Acme/api/more" data-type="location" '
        f'data-value="{quote(place)}">Show more jobs</a>'
    )
    return (
        f'<section class="openings-section" data-qty="{len(jobs)}"><h3>{place}</h3>'
        f"<ul>{_smart_cards(site, jobs[:shown])}</ul>{more if len(jobs) > shown else ''}</section>"
    )


def _smartrecruiters(site: Site, jobs: Jobs) -> dict[str, Route]:
    """Two groups, one of which shows two postings and the rest when it is asked to."""
    basel = [job for job in jobs if job.number in (7, 8)]
    bern = [job for job in jobs if job not in basel]

    def more(request: Request) -> Reply:
        page = int(parse_qs(urlsplit(request.path).query)["page"][0])
        return Reply(_smart_cards(site, bern[2 * page : 2 * page + 2]))

    groups = [_smart_group(site, "Bern, CH", bern, 2), _smart_group(site, "Basel, CH", basel, 9)]
    path = "/Acme/api/groups?page="
    found: dict[str, Route] = {f"{path}{len(groups) if jobs else 0}": Reply("")}
    for number, group in enumerate(groups if jobs else []):
        found[f"{path}{number}"] = Reply(group, etag=True)
    return found | {"/Acme/api/more": more}


def smart_more(page: int) -> str:
    return f"/Acme/api/more?type=location&value=Bern%2C%20CH&page={page}"


# --- SuccessFactors ------------------------------------------------------------------------------


def _successfactors_page(job: Job) -> str:
    return f"/job/Bern-Engineer/{1000 + job.number}/"


def rss_item(site: Site, job: Job) -> str:
    return (
        f"<item><title>{job.name} (Bern, CH, 3000)</title>"
        f"<description>{escape(job.text)}</description>"
        f"<link>{site.url(_successfactors_page(job))}</link><g:id>{1000 + job.number}</g:id>"
        "<g:location>Bern, Switzerland, 3000</g:location><g:employer>Acme</g:employer>"
        "<g:expiration_date>2026-05-01</g:expiration_date></item>"
    )


def feed(items: str) -> Reply:
    head = '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>x</title>'
    return _xml(f"{head}{items}</channel></rss>")


def _successfactors(site: Site, jobs: Jobs) -> dict[str, Route]:
    return {"/sitemal.xml": feed("".join(rss_item(site, job) for job in jobs))}


def _successfactors_own(job: Job) -> Mapping[str, Route]:
    """Live pages have the closing phrase in a script."""
    page = microdata(job, posted="Wed Aug 05 02:00:00 UTC 2026")
    script = '<script>var closed = "This position has been filled.";</script></body>'
    body = page.replace("</body>", script)
    return {_successfactors_page(job): Reply(body, etag=True)}


# --- iCIMS, Jobvite, JazzHR ----------------------------------------------------------------------


def icims_page(job: Job) -> str:
    return f"/jobs/{job.number}/engineer/job"


def _icims(site: Site, jobs: Jobs) -> dict[str, Route]:
    others = [site.url("/jobs/intro"), site.url("/jobs/search")]
    wanted = dict.fromkeys(others, "2026-02-01")
    for job in jobs:
        wanted[site.url(icims_page(job))] = "2026-02-02" if job.title else "2026-02-01"
    told = "".join(
        f"<url><loc>{url}</loc><lastmod>{at}</lastmod></url>" for url, at in wanted.items()
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return {
        "/sitemap.xml": _xml(f'<urlset xmlns="{space}">{told}</urlset>'),
        **icims_search(site, jobs),
    }


def icims_search(site: Site, jobs: Jobs, size: int = 3) -> dict[str, Route]:
    """The search, a few postings a page."""
    parts = [jobs[start : start + size] for start in range(0, len(jobs), size)] or [()]
    return {
        f"/jobs/search?pr={number}&in_iframe=1": _html(
            '<ul class="iCIMS_JobsTable">'
            + "".join(_icims_card(site, job) for job in part)
            + f"</ul><h2>Search Results Page {number + 1} of {len(parts)}</h2>"
        )
        for number, part in enumerate(parts)
    }


def _icims_card(site: Site, job: Job) -> str:
    return (
        '<li class="iCIMS_JobCardItem"><div class="row"><div class="header left">'
        '<span class="sr-only field-label">Job Locations</span><span>CH-BE-Bern</span></div>'
        f'<a class="iCIMS_Anchor" href="{site.url(icims_page(job))}?in_iframe=1&amp;hashed=-7">'
        f"<h3>{job.name}</h3></a></div></li>"
    )


def icims_bare_page(job: Job) -> Mapping[str, Route]:
    """A page that only frames its content."""
    frame = f'<iframe src="{icims_page(job)}?in_iframe=1"></iframe><script>frame()</script>'
    inner = own_page(job).replace('"postalCode"', '"x"').replace("Bern", "UNAVAILABLE")
    return {
        icims_page(job): Reply(html(job.name, frame), etag=True),
        f"{icims_page(job)}?in_iframe=1": Reply(inner, etag=True),
    }


def _jobvite(site: Site, jobs: Jobs) -> dict[str, Route]:
    rows = "".join(
        f'<tr><td class="jv-job-list-name"><a href="/acme/job/oJob{job.number}">{job.name}</a></td>'
        '<td class="jv-job-list-location">Bern,\n Switzerland</td></tr>'
        for job in jobs
    )
    body = f'<h3 class="h2">Engineering</h3><table class="jv-job-list">{rows}</table>'
    return {"/acme/jobs": _html(body if jobs else "")}


def _jazzhr(site: Site, jobs: Jobs) -> dict[str, Route]:
    items = "".join(
        f'<li class="list-group-item"><h3><a href="/apply/aBcDeF{job.number}/Engineer">{job.name}'
        '</a></h3><ul><li><i class="fa fa-map-marker"></i>Bern, Switzerland</li>'
        '<li><i class="fa fa-sitemap"></i>Engineering</li></ul></li>'
        for job in jobs
    )
    return {"/apply": _html(f'<ul class="list-group">{items}</ul>' if jobs else "")}


# --- Breezy, Gem, Oracle HCM ---------------------------------------------------------------------


def _breezy(site: Site, jobs: Jobs) -> dict[str, Route]:
    told = [
        {
            "id": f"b{job.number}",
            "name": job.name,
            "url": site.url(f"/p/b{job.number}-engineer"),
            "published_date": "2026-01-05T08:00:00.000Z",
            "type": {"id": "fullTime", "name": "Full-Time"},
            "location": {"country": {"id": "CH"}, "city": "Bern", "is_remote": False},
            "company": {"name": "Acme"},
        }
        for job in jobs
    ]
    return {"/json": answer(told)}


def _gem(site: Site, jobs: Jobs) -> dict[str, Route]:
    told = [
        {
            "id": str(4000 + job.number),
            "title": job.name,
            "absolute_url": site.url(f"/Acme/{4000 + job.number}"),
            "content": job.text,
            "location": {"name": "Bern, Switzerland"},
            "location_type": "hybrid",
            "employment_type": "full_time",
            "first_published_at": "2026-01-05T08:00:00Z",
            "updated_at": "2026-02-01T10:00:00Z",
        }
        for job in jobs
    ]
    return {"/job_board/v0/Acme/job_posts/": answer(told)}


_HCM = "/hcmRestApi/resources/latest/recruitingCEJobRequisition"


def oracle_list(offset: int) -> str:
    finder = f"findReqs;siteNumber=CX_1,limit=200,offset={offset}"
    return f"{_HCM}s?onlyData=true&expand=requisitionList.secondaryLocations&finder={finder}"


def oracle_asks(job: Job) -> str:
    finder = f"ById;Id=%22{7000 + job.number}%22,siteNumber=CX_1"
    return f"{_HCM}Details?expand=all&onlyData=true&finder={finder}"


def _oracle_page(job: Job) -> str:
    return f"/hcmUI/CandidateExperience/en/sites/CX_1/job/{7000 + job.number}"


def _oracle(site: Site, jobs: Jobs) -> dict[str, Route]:
    told = [
        {
            "Id": str(7000 + job.number),
            "Title": job.name,
            "PostedDate": "2026-01-05",
            "PrimaryLocation": "Bern, Switzerland",
            "secondaryLocations": [{"Name": "Basel, Switzerland", "CountryCode": "CH"}],
        }
        for job in jobs
    ]

    def part(request: Request) -> Reply:
        finder = parse_qs(urlsplit(request.path).query)["finder"][0]
        asked = dict(each.split("=") for each in finder.partition(";")[2].split(","))
        start, limit = int(asked["offset"]), int(asked["limit"])
        found: dict[str, Any] = {"TotalJobsCount": len(told)}
        found["requisitionList"] = told[start : start + min(limit, 200)]
        return answer({"items": [found], "count": 1, "hasMore": False})

    def details(request: Request) -> Reply:
        return answer({"items": [], "count": 0})

    return {f"{_HCM}s": part, f"{_HCM}Details": details}


def _oracle_own(job: Job) -> Mapping[str, Route]:
    item = {
        "Id": str(7000 + job.number),
        "Title": job.name,
        "ExternalDescriptionStr": job.text,
        "ExternalPostedEndDate": "2027-01-01",
        "PrimaryLocation": "Bern, Switzerland",
        "WorkplaceType": "Hybrid",
    }
    return {
        _oracle_page(job): own_page(job, bare=True),
        oracle_asks(job): answer({"items": [item]}),
    }


# --- Paylocity, UKG ------------------------------------------------------------------------------

_GUID = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
_UKG = f"/ACME/JobBoard/{_GUID}"


def _paylocity(site: Site, jobs: Jobs) -> dict[str, Route]:
    told = [
        {"JobId": job.number, "JobTitle": job.name, "LocationName": "Bern, Switzerland"}
        for job in jobs
    ]
    data = f"<script>window.pageData = {json.dumps({'Jobs': told})};</script>"
    return {f"/recruiting/jobs/All/{_GUID}": _html(data)}


def _ukg_page(job: Job) -> str:
    return f"{_UKG}/OpportunityDetail?opportunityId={job.id}"


def _opportunity(job: Job) -> dict[str, Any]:
    return {
        "Id": job.id,
        "Title": job.name,
        "FullTime": True,
        "Locations": [{"LocalizedDescription": "Bern, Switzerland"}],
    }


def _ukg(site: Site, jobs: Jobs) -> dict[str, Route]:
    def search(request: Request) -> Reply:
        asked = json.loads(request.body)["opportunitySearch"]
        part = jobs[asked["Skip"] : asked["Skip"] + asked["Top"]]
        told = [_opportunity(job) for job in part]
        return answer({"opportunities": told, "totalCount": len(jobs)})

    return {f"{_UKG}/JobBoardView/LoadSearchResults": search}


def ukg_page(job: Job) -> Reply:
    """A page whose script is handed the posting; a token in it is another one every time."""
    told = {**_opportunity(job), "Description": job.text, "PostedDate": "2026-02-01T08:00:00Z"}
    script = f"var one = new US.Opportunity.CandidateOpportunityDetail({json.dumps(told)});"
    return Reply(html("Opportunity", f"<div id='root'></div><script>{script}</script>"), etag=True)


MORE = (
    StandIn(
        "smartrecruiters",
        "https://careers.smartrecruiters.com/Acme",
        (
            "/Acme/api/groups?page=0",
            "/Acme/api/groups?page=1",
            smart_more(1),
            "/Acme/api/groups?page=2",
            smart_more(2),
        ),
        _smartrecruiters,
        smart_page,
        count=8,
        anew=1,
        own=lambda job: {smart_page(job): Reply(microdata(job), etag=True)},
    ),
    StandIn(
        "successfactors",
        "https://acme.jobs2web.com/",
        ("/sitemal.xml",),
        _successfactors,
        _successfactors_page,
        own=_successfactors_own,
    ),
    StandIn(
        "icims",
        "https://careers-acme.icims.com/jobs/intro",
        ("/sitemap.xml",),
        _icims,
        icims_page,
        tenant="careers-acme",
        full=("/jobs/search?pr=0&in_iframe=1", "/jobs/search?pr=1&in_iframe=1"),
    ),
    StandIn(
        "jobvite",
        "https://jobs.jobvite.com/acme/jobs",
        ("/acme/jobs",),
        _jobvite,
        lambda job: f"/acme/job/oJob{job.number}",
    ),
    StandIn(
        "breezy",
        "https://acme.breezy.hr/",
        ("/json",),
        _breezy,
        lambda job: f"/p/b{job.number}-engineer",
    ),
    StandIn(
        "jazzhr",
        "https://acme.applytojob.com/apply",
        ("/apply",),
        _jazzhr,
        lambda job: f"/apply/aBcDeF{job.number}/Engineer",
    ),
    StandIn(
        "oracle_hcm",
        "https://acme.fa.us2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX_1/jobs",
        (oracle_list(0), oracle_list(200)),
        _oracle,
        _oracle_page,
        count=203,
        own=_oracle_own,
        asks=oracle_asks,
        tenant="acme.fa.us2/cx_1",
    ),
    StandIn(
        "gem",
        "https://jobs.gem.com/Acme",
        ("/job_board/v0/Acme/job_posts/",),
        _gem,
        lambda job: f"/Acme/{4000 + job.number}",
    ),
    StandIn(
        "paylocity",
        f"https://recruiting.paylocity.com/recruiting/jobs/All/{_GUID}/Acme",
        (f"/recruiting/jobs/All/{_GUID}",),
        _paylocity,
        lambda job: f"/Recruiting/Jobs/Details/{job.number}",
        tenant=_GUID,
    ),
    StandIn(
        "ukg",
        f"https://recruiting2.ultipro.com/ACME/JobBoard/{_GUID}/?q=&o=postedDateDesc",
        (f"{_UKG}/JobBoardView/LoadSearchResults",),
        _ukg,
        _ukg_page,
        own=lambda job: {_ukg_page(job): ukg_page(job)},
        tenant=f"acme/{_GUID}",
        anew=1,
        ends=False,
    ),
)
ALL = (*STAND_INS, *MORE)
BY_NAME = {platform.name: platform for platform in ALL}
