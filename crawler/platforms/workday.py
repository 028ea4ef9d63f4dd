"""Workday: the list behind its career sites, twenty postings at a time."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from lxml import etree

from crawler.answer import Answer
from crawler.platforms.nodes import address, identifier, organization, places, posting, text, types
from crawler.platforms.platform import (
    Job,
    Node,
    Part,
    Platform,
    Query,
    Single,
    Tenant,
    Told,
    listed,
    on_host,
    read_rows,
    table,
)
from crawler.platforms.xml import document, said, shards

_HOST = on_host(
    r"(?P<host>(?P<tenant>[\w-]+)\.wd\d+\.myworkdayjobs\.com)"
    r"/(?:[a-z]{2}-[A-Z]{2}/)?(?P<site>[\w-]+)",
    reserved=("www",),
)
_NUMBER = re.compile(r"_([\w.-]+)$")
_PATH = re.compile(r"^/(?:[a-z]{2}-[A-Z]{2}/)?([\w-]+)(/job/.+)$")
LIMIT: Final = 20
MOST: Final = range(2000, 2001)


def tenant_of(url: str) -> Tenant | None:
    """``T.wdN.myworkdayjobs.com/SITE``, with or without a language before the site."""
    found = _HOST(url)
    if found is None or found["site"] == "wday":
        return None
    return Tenant(found["tenant"], f"https://{found['host']}", found["site"])


def first(tenant: Tenant) -> Query:
    """The first twenty."""
    return _query(tenant, 0, None)


def _query(tenant: Tenant, offset: int, total: int | None) -> Query:
    body = {"appliedFacets": {}, "limit": LIMIT, "offset": offset, "searchText": ""}
    return Query(f"/wday/cxs/{tenant.name}/{tenant.site}/jobs", body, offset, total)


def read(body: bytes, tenant: Tenant, query: Query) -> Part:
    """One part. Only the first one's ``total`` is true; later ones may say 0."""
    if query.path.endswith(".xml"):
        return _read_sitemap(body, tenant)
    told = table(body)
    rows = read_rows(listed(told["jobPostings"]), lambda one: _job(one, tenant))
    said = told.get("total")
    total = query.total if query.offset else said if isinstance(said, int) else None
    after = query.offset + rows.count
    more = rows.count >= LIMIT if total is None else bool(rows.count) and after < total
    short = None
    if total is not None and not more and after < total:
        short = f"its list ended after {after} of {total} postings"
    return rows.part(_query(tenant, after, total) if more else None, short)


def sitemap(tenant: Tenant) -> Query:
    """The site's own sitemap, which goes on where the list stops."""
    return Query(f"/{tenant.site}/siteMap.xml")


def _read_sitemap(body: bytes, tenant: Tenant) -> Part:
    told = document(body, "urlset", "sitemapindex")
    if told.name == "sitemapindex":
        return shards(told, lambda url: urlsplit(url).path)
    return told.part("{*}url", lambda one: _of_sitemap(one, tenant))


def _of_sitemap(one: etree._Element, tenant: Tenant) -> Job | None:
    found = _PATH.match(urlsplit(said(one, "{*}loc")).path)
    if found is None or found[1].casefold() != tenant.site.casefold():
        return None
    entry = {"externalPath": found[2]}
    return Job(number(entry), node(entry, tenant), said(one, "{*}lastmod") or None)


def _job(one: dict[str, Any], tenant: Tenant) -> Job | None:
    """An entry as a job; one without title and path stands for a posting that is not shown."""
    if not one.get("title") and not one.get("externalPath"):
        return None
    return Job(number(one), node(one, tenant))


def number(one: dict[str, Any]) -> str:
    """The requisition's number, as the posting's path ends with it."""
    path = text(one.get("externalPath"))
    found = _NUMBER.search(path)
    return found[1] if found else path


def node(one: dict[str, Any], tenant: Tenant) -> Node:
    """One entry as a JobPosting; what it does not say stands on the posting's own page."""
    return posting(
        title=one.get("title"),
        url=f"{tenant.api}/{tenant.site}{one['externalPath']}" if one.get("externalPath") else None,
        identifier=identifier(number(one)),
        jobLocation=places([one.get("locationsText")]),
        workplaceType=one.get("remoteType"),
    )


# --- one posting ---------------------------------------------------------------------------------


def _about(tenant: Tenant, url: str) -> Query | None:
    found = _PATH.match(urlsplit(url).path)
    return found and Query(f"/wday/cxs/{tenant.name}/{found[1]}{found[2]}")


def _told(answer: Answer, tenant: Tenant) -> Told:  # noqa: ARG001
    """One posting; 403, in JSON, stands for one that was unpublished, 404 for one that never was.

    A wall before the site answers 403 in HTML, which is another shape.
    """
    told = table(answer.body)
    if answer.status == HTTPStatus.FORBIDDEN:
        return Told(over="its API answers HTTP 403: unpublished")
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return Told(over=f"its API answers HTTP {answer.status}")
    info = told["jobPostingInfo"]
    return Told(detailed(info, (told.get("hiringOrganization") or {}).get("name")))


def detailed(info: dict[str, Any], employer: Any = None) -> Node:
    """What the API says of one posting as a JobPosting."""
    where = [info.get("location"), *(info.get("additionalLocations") or [])]
    return posting(
        title=info.get("title"),
        url=info.get("externalUrl"),
        description=info.get("jobDescription"),
        identifier=identifier(info["jobReqId"]) if info.get("jobReqId") else None,
        hiringOrganization=organization(employer),
        datePosted=info.get("startDate"),
        validThrough=info.get("endDate"),
        jobLocation=places(where) or _country(info),
        workplaceType=info.get("remoteType"),
        employmentType=types(info.get("timeType")),
    )


def _country(info: dict[str, Any]) -> list[Node]:
    found = address(addressCountry=(info.get("country") or {}).get("descriptor"))
    return [found] if found else []


PLATFORM = Platform(
    "workday",
    tenant_of,
    re.compile(r"/job/"),
    first,
    read,
    most=MOST,
    rest=sitemap,
    single=Single(_about, _told),
)
