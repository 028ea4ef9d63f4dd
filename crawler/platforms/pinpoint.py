"""Pinpoint: the JSON beside its career sites."""

from __future__ import annotations

import re
from typing import Any

from crawler.platforms.nodes import (
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
    table,
)

_HOST = on_host(
    r"(?P<tenant>[\w-]+)\.pinpointhq\.com/",
    reserved=("www", "app", "api", "help", "support", "developers"),
)
_PARTS = ("key_responsibilities", "skills_knowledge_expertise", "benefits")


def tenant_of(url: str) -> Tenant | None:
    """``S.pinpointhq.com``."""
    found = _HOST(url)
    return found and Tenant(found["tenant"], f"https://{found['tenant']}.pinpointhq.com")


def first(tenant: Tenant) -> Query:  # noqa: ARG001
    """The whole list."""
    return Query("/postings.json")


def read(body: bytes, tenant: Tenant, query: Query) -> Part:  # noqa: ARG001
    """The list is one page."""
    told = listed(table(body)["data"])
    return read_rows(told, lambda one: Job(native(one.get("id")), node(one, tenant))).part()


def node(one: dict[str, Any], tenant: Tenant) -> Node:
    """One posting as a JobPosting."""
    job = one.get("job") or {}
    department = job.get("department") or one.get("department") or {}
    path = text(one.get("path"))
    return posting(
        title=one.get("title"),
        url=one.get("url") or (tenant.api + path if path else None),
        description=_description(one),
        identifier=identifier(one.get("id")),
        validThrough=one.get("deadline_at"),
        jobLocation=places([(one.get("location") or {}).get("name")]),
        workplaceType=text(one.get("workplace_type")),
        employmentType=types(one.get("employment_type")),
        department=text(department.get("name")),
        baseSalary=_salary(one),
    )


def _description(one: dict[str, Any]) -> str:
    parts = [section(one.get(f"{name}_header"), one.get(name)) for name in _PARTS]
    return "\n".join(part for part in (text(one.get("description")), *parts) if part)


def _salary(one: dict[str, Any]) -> Node | None:
    if one.get("compensation_visible") is False:
        return None
    names = ("minimum", "maximum", "currency", "frequency")
    return salary(*(one.get(f"compensation_{name}") for name in names))


PLATFORM = Platform("pinpoint", tenant_of, re.compile(r"/postings/[\w-]+"), first, read)
