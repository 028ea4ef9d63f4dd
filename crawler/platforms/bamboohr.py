"""BambooHR: the list behind its career sites."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from crawler.answer import Answer
from crawler.platforms.nodes import address, identifier, native, posting, text, types
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

_HOST = on_host(
    r"(?P<tenant>[\w-]+)\.bamboohr\.com/(?:careers|jobs)(?:[/?]|$)",
    reserved=("www", "app", "api", "documentation", "help", "partners", "resources"),
)
_JOB: Final = re.compile(r"/(?:careers|jobs)/(\d+)")
_KINDS: Final = {"1": "remote", "2": "hybrid"}


def tenant_of(url: str) -> Tenant | None:
    """``T.bamboohr.com/careers``."""
    found = _HOST(url)
    return found and Tenant(found["tenant"], f"https://{found['tenant']}.bamboohr.com")


def first(tenant: Tenant) -> Query:  # noqa: ARG001
    """The whole list."""
    return Query("/careers/list")


def read(body: bytes, tenant: Tenant, query: Query) -> Part:  # noqa: ARG001
    """The list is one page, and says how many there are."""
    told = table(body)
    rows = read_rows(
        listed(told["result"]), lambda one: Job(native(one.get("id")), node(one, tenant))
    )
    total = (told.get("meta") or {}).get("totalCount")
    short = None
    if isinstance(total, int) and total > rows.count:
        short = f"its list ended after {rows.count} of {total} postings"
    return rows.part(None, short)


def node(one: dict[str, Any], tenant: Tenant) -> Node:
    """One opening as a JobPosting."""
    place, ats = one.get("location") or {}, one.get("atsLocation") or {}
    where = address(
        addressLocality=place.get("city") or ats.get("city"),
        addressRegion=place.get("state") or ats.get("state") or ats.get("province"),
        addressCountry=ats.get("country"),
    )
    remote = one.get("isRemote") is True
    return posting(
        title=one.get("jobOpeningName"),
        url=f"{tenant.api}/careers/{one.get('id')}",
        identifier=identifier(one.get("id")),
        jobLocation=where,
        workplaceType="remote" if remote else _KINDS.get(str(one.get("locationType"))),
        employmentType=types(one.get("employmentStatusLabel")),
        department=text(one.get("departmentLabel")),
    )


def _about(tenant: Tenant, url: str) -> Query | None:  # noqa: ARG001
    found = _JOB.search(urlsplit(url).path)
    return found and Query(f"/careers/{found[1]}/detail")


def _told(answer: Answer, tenant: Tenant) -> Told:
    """One opening, with its description; 404 for one that is over."""
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return Told(over=f"its API answers HTTP {answer.status}")
    one = table(answer.body)["result"]["jobOpening"]
    more = {"description": one.get("description"), "datePosted": one.get("datePosted")}
    told = {name: value for name, value in more.items() if value}
    return Told({**node(one, tenant), **told})


PLATFORM = Platform("bamboohr", tenant_of, _JOB, first, read, single=Single(_about, _told))
