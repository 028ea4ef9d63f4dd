"""Workable: the list that its widget reads. One posting has a row for each of its places."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from crawler.platforms.nodes import address, identifier, native, organization, posting, text, types
from crawler.platforms.platform import (
    Job,
    Node,
    Part,
    Platform,
    Query,
    Tenant,
    by_id,
    led_to_board,
    listed,
    on_host,
    read_rows,
    table,
)

_SHARED = on_host(
    r"apply\.workable\.com/(?P<tenant>[\w-]+)", reserved=("j", "api", "static", "embed")
)
_OWN = on_host(
    r"(?P<tenant>[\w-]+)\.workable\.com/",
    reserved=("www", "apply", "jobs", "help", "api", "careers-page", "resources", "id", "get"),
)


def tenant_of(url: str) -> Tenant | None:
    """``apply.workable.com/A``, or ``A.workable.com``."""
    found = _SHARED(url) or _OWN(url)
    return found and Tenant(found["tenant"], "https://apply.workable.com")


def first(tenant: Tenant) -> Query:
    """The whole list, with descriptions."""
    return Query(f"/api/v1/widget/accounts/{quote(tenant.name)}?details=true")


def read(body: bytes, tenant: Tenant, query: Query) -> Part:  # noqa: ARG001
    """The list is one page; the rows of one posting become one job with all its places."""
    told = table(body)
    found = by_id(listed(told["jobs"]), "shortcode")
    employer = told.get("name")
    return read_rows(
        found, lambda rows: Job(native(rows[0].get("shortcode")), node(rows, employer))
    ).part()


def node(rows: list[dict[str, Any]], employer: Any) -> Node:
    """The rows of one posting as a JobPosting."""
    one = rows[0]
    remote = any(row.get("telecommuting") is True for row in rows)
    return posting(
        title=one.get("title"),
        url=one.get("url") or one.get("shortlink"),
        applyUrl=one.get("application_url"),
        description=one.get("description"),
        identifier=identifier(one.get("shortcode"), employer),
        hiringOrganization=organization(employer),
        datePosted=one.get("published_on"),
        jobLocation=_places(rows),
        jobLocationType="TELECOMMUTE" if remote else None,
        employmentType=types(one.get("employment_type")),
        department=text(one.get("department")),
    )


def _places(rows: list[dict[str, Any]]) -> list[Node]:
    told = [each for row in rows for each in row.get("locations") or [row]]
    found = [_place(each) for each in told if each.get("hidden") is not True]
    kept: list[Node] = []
    for each in found:
        if each and each not in kept:
            kept.append(each)
    return kept


def _place(one: dict[str, Any]) -> Node | None:
    return address(
        addressLocality=one.get("city"),
        addressRegion=one.get("region") or one.get("state"),
        addressCountry=one.get("countryCode") or one.get("country"),
    )


PLATFORM = Platform(
    "workable",
    tenant_of,
    re.compile(r"/j(obs)?/[\w-]+"),
    first,
    read,
    over=led_to_board("not_found", "true"),
)
