"""BambooHR: the list behind its career sites."""

from __future__ import annotations

import re
from typing import Any, Final

from crawler.platforms.nodes import address, identifier, posting, text, types
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
    r"(?P<tenant>[\w-]+)\.bamboohr\.com/(?:careers|jobs)(?:[/?]|$)",
    reserved=("www", "app", "api", "documentation", "help", "partners", "resources"),
)
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
    found = entries(told["result"])
    total = (told.get("meta") or {}).get("totalCount")
    short = None
    if isinstance(total, int) and total > len(found):
        short = f"its list ended after {len(found)} of {total} postings"
    return Part(once(Job(str(one.get("id")), node(one, tenant)) for one in found), None, short)


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


PLATFORM = Platform("bamboohr", tenant_of, re.compile(r"/(careers|jobs)/\d+"), first, read)
