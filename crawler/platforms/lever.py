"""Lever: its public postings API."""

from __future__ import annotations

import json
import re
from typing import Any, Final
from urllib.parse import quote

from crawler.platforms.nodes import (
    from_milliseconds,
    identifier,
    native,
    places,
    posting,
    salary,
    section,
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
)

_HOST = on_host(r"jobs(?P<eu>\.eu)?\.lever\.co/(?P<tenant>[\w.-]+)")
LIMIT: Final = 100


def tenant_of(url: str) -> Tenant | None:
    """``jobs.lever.co/S``, or ``jobs.eu.lever.co/S``."""
    found = _HOST(url)
    return found and Tenant(found["tenant"], f"https://api{found['eu'] or ''}.lever.co")


def first(tenant: Tenant) -> Query:
    """The first hundred."""
    return _query(tenant, 0)


def _query(tenant: Tenant, skip: int) -> Query:
    path = f"/v0/postings/{quote(tenant.name)}?mode=json&skip={skip}&limit={LIMIT}"
    return Query(path, offset=skip)


def read(body: bytes, tenant: Tenant, query: Query) -> Part:
    """A full part has another one after it."""
    rows = read_rows(listed(json.loads(body)), lambda one: Job(native(one.get("id")), node(one)))
    return rows.part(_query(tenant, query.offset + LIMIT) if rows.count >= LIMIT else None)


def node(one: dict[str, Any]) -> Node:
    """One posting as a JobPosting."""
    categories = one.get("categories") or {}
    where = categories.get("allLocations") or [categories.get("location")]
    mode = text(one.get("workplaceType"))
    return posting(
        title=one.get("text"),
        url=one.get("hostedUrl"),
        applyUrl=one.get("applyUrl"),
        description=_description(one),
        identifier=identifier(one.get("id")),
        datePosted=from_milliseconds(one.get("createdAt")),
        jobLocation=places(where) or _country(one),
        workplaceType=mode if mode != "unspecified" else None,
        employmentType=types(categories.get("commitment")),
        department=text(categories.get("department")) or text(categories.get("team")),
        baseSalary=_salary(one),
    )


def _description(one: dict[str, Any]) -> str:
    lists = [section(each.get("text"), each.get("content")) for each in one.get("lists") or []]
    return "\n".join((text(one.get("description")), *lists, text(one.get("additional")))).strip()


def _country(one: dict[str, Any]) -> list[str]:
    return [text(one.get("country"))] if text(one.get("country")) else []


def _salary(one: dict[str, Any]) -> Node | None:
    said = one.get("salaryRange") or {}
    unit = text(said.get("interval")).replace("-", " ")
    return salary(said.get("min"), said.get("max"), said.get("currency"), unit)


_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}"
PLATFORM = Platform("lever", tenant_of, re.compile(rf"^/[^/]+/{_UUID}"), first, read)
