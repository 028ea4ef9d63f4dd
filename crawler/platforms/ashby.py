"""Ashby: its public job board API. The tenant's name is spelt with care: its case matters."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from crawler.answer import Answer
from crawler.html import parse
from crawler.judge.impediments import is_shell
from crawler.platforms.nodes import (
    address,
    identifier,
    native,
    places,
    posting,
    salary,
    text,
    types,
)
from crawler.platforms.platform import (
    Job,
    Node,
    Part,
    Platform,
    Query,
    Tenant,
    listed,
    on_host,
    read_rows,
    table,
)

_HOST = on_host(r"jobs\.ashbyhq\.com/(?P<tenant>[^/?#]+)", reserved=("api", "_next"))


def tenant_of(url: str) -> Tenant | None:
    """``jobs.ashbyhq.com/ORG``."""
    found = _HOST(url)
    return found and Tenant(found["tenant"], "https://api.ashbyhq.com")


def first(tenant: Tenant) -> Query:
    """The whole list, with salaries."""
    return Query(f"/posting-api/job-board/{tenant.name}?includeCompensation=true")


def read(body: bytes, tenant: Tenant, query: Query) -> Part:  # noqa: ARG001
    """The list is one page; what is not listed on the board is none of our business."""
    return read_rows(listed(table(body)["jobs"]), _job).part()


def _job(one: dict[str, Any]) -> Job | None:
    if one.get("isListed") is False:
        return None
    return Job(native(one.get("id")), node(one))


def node(one: dict[str, Any]) -> Node:
    """One job as a JobPosting."""
    return posting(
        title=one.get("title"),
        url=one.get("jobUrl"),
        applyUrl=one.get("applyUrl"),
        description=one.get("descriptionHtml"),
        identifier=identifier(one.get("id")),
        datePosted=one.get("publishedAt"),
        jobLocation=_places(one),
        workplaceType=one.get("workplaceType"),
        employmentType=types(one.get("employmentType")),
        department=text(one.get("department")),
        baseSalary=_salary(one),
    )


def _places(one: dict[str, Any]) -> list[Any]:
    found = [_place(each) for each in (one, *(one.get("secondaryLocations") or []))]
    return [each for each in found if each]


def _place(one: dict[str, Any]) -> Any:
    told = (one.get("address") or {}).get("postalAddress") or {}
    names = ("streetAddress", "addressLocality", "addressRegion", "postalCode", "addressCountry")
    words = places([one.get("location")])
    return address(**{name: told.get(name) for name in names}) or (words[0] if words else None)


def _salary(one: dict[str, Any]) -> Node | None:
    told = (one.get("compensation") or {}).get("summaryComponents") or []
    found = [each for each in told if each.get("compensationType") == "Salary"]
    if len(found) != 1:
        return None
    unit = text(found[0].get("interval")).removeprefix("1 ")
    ends = (found[0].get("minValue"), found[0].get("maxValue"))
    return salary(*ends, found[0].get("currencyCode"), unit)


_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}"


def over(answer: Answer) -> str | None:
    """A posting that is over has the empty page of the board, titled ``Jobs``."""
    page = parse(answer.body, answer.content_type) if answer.status == HTTPStatus.OK else None
    empty = page is not None and page.title == "Jobs" and is_shell(page)
    return 'its page is the empty frame titled "Jobs"' if empty else None


PLATFORM = Platform("ashby", tenant_of, re.compile(rf"^/[^/]+/{_UUID}"), first, read, over=over)
