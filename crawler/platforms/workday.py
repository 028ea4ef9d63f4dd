"""Workday: the list behind its career sites, twenty postings at a time."""

from __future__ import annotations

import re
from typing import Any, Final

from crawler.platforms.nodes import identifier, places, posting
from crawler.platforms.platform import (
    Job,
    Node,
    Part,
    Platform,
    Query,
    Tenant,
    entries,
    on_host,
    once,
    table,
)

_HOST = on_host(
    r"(?P<host>(?P<tenant>[\w-]+)\.wd\d+\.myworkdayjobs\.com)"
    r"/(?:[a-z]{2}-[A-Z]{2}/)?(?P<site>[\w-]+)",
    reserved=("www",),
)
_NUMBER = re.compile(r"_([\w.-]+)$")
LIMIT: Final = 20


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
    told = table(body)
    found = entries(told["jobPostings"])
    said = told.get("total")
    total = query.total if query.offset else said if isinstance(said, int) else None
    jobs = once(Job(number(one), node(one, tenant)) for one in found)
    after = query.offset + len(found)
    more = len(found) >= LIMIT if total is None else bool(found) and after < total
    short = None
    if total is not None and not more and after < total:
        short = f"its list ended after {after} of {total} postings"
    return Part(jobs, _query(tenant, after, total) if more else None, short)


def number(one: dict[str, Any]) -> str:
    """The requisition's number, as the posting's path ends with it."""
    path = str(one.get("externalPath") or "")
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


PLATFORM = Platform("workday", tenant_of, re.compile(r"/job/"), first, read)
