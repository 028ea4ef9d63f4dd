"""Rippling: its public board API. One posting has an entry for each of its places.

The list says little; what there is besides, its description first of all, is asked posting by
posting where the own page is drawn by script.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlsplit

from crawler.answer import Answer
from crawler.platforms.nodes import (
    identifier,
    native,
    organization,
    places,
    posting,
    text,
    types,
    workplace,
)
from crawler.platforms.platform import (
    Job,
    Node,
    Part,
    Platform,
    Query,
    Single,
    Tenant,
    Told,
    by_id,
    listed,
    on_host,
    read_rows,
    table,
)

_HOST = on_host(
    r"ats\.(?:[\w-]+\.)?rippling\.com/(?:[a-z]{2}-[A-Z]{2}/)?(?P<tenant>[\w-]+)/jobs",
    reserved=("api", "embed"),
)
_JOB: Final = re.compile(r"/jobs/([0-9a-f]{8}-[0-9a-f-]{27})")
_KINDS: Final = {
    "SALARIED_FT": "Full-time", "HOURLY_FT": "Full-time", "SALARIED_PT": "Part-time",
    "HOURLY_PT": "Part-time", "TEMP": "Temporary", "INTERN": "Internship",
    "CONTRACTOR": "Contractor",
}  # fmt: skip


def tenant_of(url: str) -> Tenant | None:
    """``ats.rippling.com/S/jobs``, with or without a language before it."""
    found = _HOST(url)
    return found and Tenant(found["tenant"], "https://api.rippling.com")


def first(tenant: Tenant) -> Query:
    """The whole list."""
    return Query(_list_of(tenant))


def _list_of(tenant: Tenant) -> str:
    return f"/platform/api/ats/v1/board/{quote(tenant.name)}/jobs"


def read(body: bytes, tenant: Tenant, query: Query) -> Part:  # noqa: ARG001
    """The list is one page; the entries of one posting become one job with all its places."""
    found = by_id(listed(json.loads(body)), "uuid")
    return read_rows(found, lambda rows: Job(native(rows[0].get("uuid")), node(rows))).part()


def node(rows: list[dict[str, Any]]) -> Node:
    """The entries of one posting as a JobPosting."""
    one = rows[0]
    labels = [(row.get("workLocation") or {}).get("label") for row in rows]
    return posting(
        title=one.get("name"),
        url=one.get("url"),
        identifier=identifier(one.get("uuid")),
        jobLocation=places(labels),
        workplaceType=workplace(labels),
        department=text((one.get("department") or {}).get("label")),
    )


# --- one posting ---------------------------------------------------------------------------------


def _about(tenant: Tenant, url: str) -> Query | None:
    found = _JOB.search(urlsplit(url).path)
    return found and Query(f"{_list_of(tenant)}/{found[1]}")


def _told(answer: Answer, tenant: Tenant) -> Told:  # noqa: ARG001
    """One posting with all its places and its description; 404 for one that is over."""
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return Told(over=f"its API answers HTTP {answer.status}")
    one = table(answer.body)
    department = one.get("department") or {}
    node = posting(
        title=one.get("name"),
        url=one.get("url"),
        description=_description(one.get("description")),
        identifier=identifier(native(one.get("uuid")), one.get("companyName")),
        hiringOrganization=organization(one.get("companyName")),
        datePosted=one.get("createdOn"),
        jobLocation=places(one.get("workLocations") or []),
        workplaceType=workplace(one.get("workLocations") or []),
        employmentType=types(*_kinds(one.get("employmentType") or {})),
        department=text(department.get("name")) or text(department.get("label")),
    )
    return Told(node) if one.get("uuid") and one.get("name") else Told()


def _description(told: Any) -> str:
    """What the posting says of the work, then of the employer, as its page does."""
    parts = [told.get("role"), told.get("company")] if isinstance(told, dict) else [told]
    return "\n".join(filter(None, map(text, parts)))


def _kinds(told: dict[str, Any]) -> list[str]:
    """Its kind, in words and as a code: which of its two fields has which differs."""
    said = [text(told.get("label")), text(told.get("id"))]
    return [kind for each in said if (kind := _KINDS.get(each, each))][:1]


PLATFORM = Platform(
    "rippling",
    tenant_of,
    re.compile(r"/jobs/[0-9a-f]{8}-"),
    first,
    read,
    single=Single(_about, _told),
)
