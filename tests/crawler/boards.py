"""Stand-ins of the platforms: what their lists and postings' pages answer, on loopback."""

from __future__ import annotations

import html as escaping
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from tests.crawler.site import Reply, Request, Route, Site, html, posting_json, script

JSON = "application/json"


@dataclass(frozen=True)
class Job:
    """A posting of a stand-in."""

    number: int
    title: str = ""

    @property
    def name(self) -> str:
        return self.title or f"Engineer {self.number}"

    @property
    def id(self) -> str:
        return f"{self.number:08x}-0000-4000-8000-000000000000"

    @property
    def text(self) -> str:
        return f"<p>{self.name}: work &amp; people.</p>"


Jobs = Sequence[Job]


@dataclass(frozen=True)
class StandIn:
    """How one platform is played.

    Attributes:
        name: of the platform.
        board: a board's address at the real platform.
        lists: the paths of its list, in the order in which they are asked.
        routes: the list as a route by path, for a number of jobs.
        page: where a job's own page stands.
        count: how many jobs there are on the first day.
        bare: the postings' pages are drawn by script: they carry nothing.
        own: what a job's own page, and what else tells of it, answers.
        asks: what is asked about a job where that is not its page.
        tenant: what stands for it in keys.
        full: the paths of the list that says the most, where that is another one.
        anew: how many parts of its list are never called unchanged.
        ends: its pages say until when a posting stands.
    """

    name: str
    board: str
    lists: tuple[str, ...]
    routes: Callable[[Site, Jobs], Mapping[str, Route]]
    page: Callable[[Job], str]
    count: int = 4
    bare: bool = False
    own: Callable[[Job], Mapping[str, Route]] | None = None
    asks: Callable[[Job], str] | None = None
    tenant: str = "acme"
    full: tuple[str, ...] = ()
    anew: int = 0
    ends: bool = True

    def asked(self, job: Job) -> str:
        """What is asked about a job beside the list."""
        return (self.asks or self.page)(job)


def answer(data: object) -> Reply:
    return Reply(json.dumps(data), content_type=JSON, etag=True)


def own_page(job: Job, *, bare: bool = False) -> str:
    """A job's page; what only it says is a deadline and how many hours."""
    if bare:
        return html("Jobs", '<div id="root"></div><script src="/app.js"></script>')
    told = posting_json(
        job.number, title=job.name, description=job.text, validThrough="2027-01-01", workHours="40"
    )
    return html(job.name, f"<h1>{job.name}</h1>{script(told)}")


def play(site: Site, platform: StandIn, jobs: Jobs) -> None:
    """Let the site answer as the platform with these jobs."""
    site.routes.clear()
    site.routes.update(platform.routes(site, jobs))
    for job in jobs:
        own = platform.own(job) if platform.own else {}
        page = Reply(own_page(job, bare=platform.bare), etag=True)
        site.routes.update({platform.page(job): page, **own})


def _page(job: Job) -> str:
    return f"/jobs/{job.number}-engineer"


def _greenhouse(site: Site, jobs: Jobs) -> dict[str, Route]:
    told = [
        {
            "id": 1000 + job.number,
            "title": job.name,
            "absolute_url": site.url(_page(job)),
            "content": escaping.escape(job.text),
            "updated_at": "2026-02-01T10:00:00Z",
            "location": {"name": "Bern, Switzerland"},
            "company_name": "Acme",
        }
        for job in jobs
    ]
    return {"/v1/boards/acme/jobs?content=true": answer({"jobs": told})}


def _lever(site: Site, jobs: Jobs) -> dict[str, Route]:
    told = [
        {
            "id": job.id,
            "text": job.name,
            "hostedUrl": site.url(_page(job)),
            "description": job.text,
            "categories": {"location": "Bern, Switzerland", "commitment": "Full-time"},
            "createdAt": 1767600000000,
        }
        for job in jobs
    ]

    def part(request: Request) -> Reply:
        asked = parse_qs(urlsplit(request.path).query)
        skip = int(asked["skip"][0])
        return answer(told[skip : skip + int(asked["limit"][0])])

    return {"/v0/postings/acme": part}


def _ashby(site: Site, jobs: Jobs) -> dict[str, Route]:
    told: list[dict[str, Any]] = [
        {
            "id": job.id,
            "title": job.name,
            "jobUrl": site.url(_page(job)),
            "descriptionHtml": job.text,
            "isListed": True,
            "workplaceType": "Hybrid",
            "location": "Bern, Switzerland",
        }
        for job in jobs
    ]
    hidden = {"id": Job(99).id, "title": "Secret", "isListed": False}
    path = "/posting-api/job-board/Acme?includeCompensation=true"
    return {path: answer({"jobs": [*told, hidden], "apiVersion": "1"})}


def _workday(site: Site, jobs: Jobs) -> dict[str, Route]:
    def part(request: Request) -> Reply:
        asked = json.loads(request.body)
        offset, limit = asked["offset"], asked["limit"]
        if request.method != "POST" or limit > 20:
            return Reply("{}", 400, content_type=JSON)
        told = [
            {
                "title": job.name,
                "externalPath": _workday_path(job),
                "locationsText": "2 Locations",
                "postedOn": "Posted Today",
                "bulletFields": [f"R{job.number}"],
            }
            for job in jobs[offset : offset + limit]
        ]
        return answer({"total": 0 if offset else len(jobs), "jobPostings": told})

    return {"/wday/cxs/acme/Careers/jobs": part}


def _workday_path(job: Job) -> str:
    return f"/job/Bern/Engineer_R{job.number}"


def _recruitee(site: Site, jobs: Jobs) -> dict[str, Route]:
    told = [
        {
            "id": job.number,
            "title": job.name,
            "careers_url": site.url(_page(job)),
            "description": job.text,
            "status": "published",
            "company_name": "Acme",
            "locations": [{"city": "Bern", "country_code": "CH"}],
        }
        for job in jobs
    ]
    return {"/api/offers/": answer({"offers": told})}


def _teamtailor(site: Site, jobs: Jobs) -> dict[str, Route]:
    told = [
        {
            "id": job.id,
            "title": job.name,
            "url": site.url(_page(job)),
            "_jobposting": posting_json(job.number, title=job.name, description=job.text),
        }
        for job in jobs
    ]
    first = {"items": told[:3], "next_url": site.url("/jobs.json?page=2")}
    return {"/jobs.json": answer(first), "/jobs.json?page=2": answer({"items": told[3:]})}


def _personio(site: Site, jobs: Jobs) -> dict[str, Route]:
    told = "".join(
        f"<position><id>{job.number}</id><name>{job.name}</name><office>Bern</office>"
        f"<subcompany>Acme</subcompany><jobDescriptions><jobDescription><name>Tasks</name>"
        f"<value>{escape(job.text)}</value></jobDescription></jobDescriptions></position>"
        for job in jobs
    )
    feed = Reply(f"<workzag-jobs>{told}</workzag-jobs>", content_type="text/xml", etag=True)
    return {"/xml?language=en": feed}


def _workable(site: Site, jobs: Jobs) -> dict[str, Route]:
    rows = [
        {
            "shortcode": f"C{job.number}",
            "title": job.name,
            "url": site.url(f"/j/C{job.number}"),
            "description": job.text,
            "telecommuting": False,
            "locations": [{"city": city, "countryCode": "CH"}],
        }
        for job in jobs
        for city in ("Bern", "Basel")
    ]
    path = "/api/v1/widget/accounts/acme?details=true"
    return {path: answer({"name": "Acme", "jobs": rows})}


def _pinpoint(site: Site, jobs: Jobs) -> dict[str, Route]:
    told = [
        {
            "id": f"p{job.number}",
            "title": job.name,
            "url": site.url(f"/en/postings/p{job.number}"),
            "description": job.text,
            "workplace_type": "hybrid",
            "location": {"name": "Bern, Switzerland"},
        }
        for job in jobs
    ]
    return {"/postings.json": answer({"data": told})}


def _rippling_page(job: Job) -> str:
    return f"/acme/jobs/{job.id}"


def _rippling(site: Site, jobs: Jobs) -> dict[str, Route]:
    rows = [
        {
            "uuid": job.id,
            "name": job.name,
            "url": site.url(_rippling_page(job)),
            "workLocation": {"label": label},
        }
        for job in jobs
        for label in ("Bern, Switzerland", "Basel, Switzerland")
    ]
    return {"/platform/api/ats/v1/board/acme/jobs": answer(rows)}


def _bamboohr(site: Site, jobs: Jobs) -> dict[str, Route]:
    told = [
        {"id": str(job.number), "jobOpeningName": job.name, "location": {"city": "Bern"}}
        for job in jobs
    ]
    return {"/careers/list": answer({"meta": {"totalCount": len(told)}, "result": told})}


_LEVER = "/v0/postings/acme?mode=json&skip={}&limit=100"
STAND_INS = (
    StandIn(
        "greenhouse",
        "https://boards.greenhouse.io/acme",
        ("/v1/boards/acme/jobs?content=true",),
        _greenhouse,
        _page,
    ),
    StandIn(
        "lever",
        "https://jobs.lever.co/acme",
        (_LEVER.format(0), _LEVER.format(100)),
        _lever,
        _page,
        count=103,
    ),
    StandIn(
        "ashby",
        "https://jobs.ashbyhq.com/Acme",
        ("/posting-api/job-board/Acme?includeCompensation=true",),
        _ashby,
        _page,
    ),
    StandIn(
        "workday",
        "https://acme.wd5.myworkdayjobs.com/en-US/Careers",
        ("/wday/cxs/acme/Careers/jobs",) * 3,
        _workday,
        lambda job: "/Careers" + _workday_path(job),
        count=45,
        tenant="acme/careers",
    ),
    StandIn("recruitee", "https://acme.recruitee.com/", ("/api/offers/",), _recruitee, _page),
    StandIn(
        "teamtailor",
        "https://acme.teamtailor.com/jobs",
        ("/jobs.json", "/jobs.json?page=2"),
        _teamtailor,
        _page,
        count=5,
    ),
    StandIn(
        "personio",
        "https://acme.jobs.personio.de/",
        ("/xml?language=en",),
        _personio,
        lambda job: f"/job/{job.number}",
    ),
    StandIn(
        "workable",
        "https://apply.workable.com/acme/",
        ("/api/v1/widget/accounts/acme?details=true",),
        _workable,
        lambda job: f"/j/C{job.number}",
        bare=True,
    ),
    StandIn(
        "pinpoint",
        "https://acme.pinpointhq.com/",
        ("/postings.json",),
        _pinpoint,
        lambda job: f"/en/postings/p{job.number}",
    ),
    StandIn(
        "rippling",
        "https://ats.rippling.com/acme/jobs",
        ("/platform/api/ats/v1/board/acme/jobs",),
        _rippling,
        _rippling_page,
    ),
    StandIn(
        "bamboohr",
        "https://acme.bamboohr.com/careers",
        ("/careers/list",),
        _bamboohr,
        lambda job: f"/careers/{job.number}",
    ),
)
