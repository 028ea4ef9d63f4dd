"""Recruitee: the offers beside its career sites, which may stand on the employer's own domain."""

from __future__ import annotations

import re
from typing import Any

from crawler.platforms.nodes import (
    address,
    identifier,
    in_utc,
    native,
    organization,
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
    r"(?P<tenant>[\w-]+)\.recruitee\.com/",
    reserved=("www", "app", "api", "docs", "support", "help", "auth", "careers-analytics"),
)


def tenant_of(url: str) -> Tenant | None:
    """``S.recruitee.com``."""
    found = _HOST(url)
    return found and Tenant(found["tenant"], f"https://{found['tenant']}.recruitee.com")


def first(tenant: Tenant) -> Query:  # noqa: ARG001
    """The whole list."""
    return Query("/api/offers/")


def read(body: bytes, tenant: Tenant, query: Query) -> Part:  # noqa: ARG001
    """The list is one page."""
    return read_rows(listed(table(body)["offers"]), _job).part()


def _job(one: dict[str, Any]) -> Job | None:
    if one.get("status") not in (None, "published"):
        return None
    return Job(native(one.get("id")), node(one), text(one.get("updated_at")) or None)


def node(one: dict[str, Any]) -> Node:
    """One offer as a JobPosting."""
    said = one.get("salary") or {}
    parts = (text(one.get("description")), section(None, one.get("requirements")))
    return posting(
        title=one.get("title"),
        url=one.get("careers_url"),
        applyUrl=one.get("careers_apply_url"),
        description="\n".join(part for part in parts if part),
        identifier=identifier(one.get("id"), one.get("company_name")),
        hiringOrganization=organization(one.get("company_name")),
        datePosted=in_utc(one.get("published_at")),
        dateModified=in_utc(one.get("updated_at")),
        validThrough=in_utc(one.get("close_at")),
        jobLocation=_places(one),
        workplaceType=_workplace(one),
        employmentType=types(one.get("employment_type_code")),
        department=text(one.get("department")),
        baseSalary=salary(
            said.get("min"), said.get("max"), said.get("currency"), said.get("period")
        ),
    )


def _places(one: dict[str, Any]) -> list[Any]:
    found = [_place(each) for each in one.get("locations") or [one]]
    return [each for each in found if each] or places([one.get("location")])


def _place(one: dict[str, Any]) -> Node | None:
    return address(
        streetAddress=one.get("street"),
        addressLocality=one.get("city"),
        addressRegion=one.get("state") or one.get("state_name"),
        postalCode=one.get("postal_code"),
        addressCountry=one.get("country_code") or one.get("country"),
    )


def _workplace(one: dict[str, Any]) -> str | None:
    kinds = (("hybrid", "hybrid"), ("remote", "remote"), ("on_site", "on-site"))
    return next((kind for name, kind in kinds if one.get(name) is True), None)


PLATFORM = Platform(
    "recruitee",
    tenant_of,
    re.compile(r"/o/"),
    first,
    read,
    anywhere=True,
    marks=re.compile(r"^https?://[\w.-]*\brecruiteecdn\.com/", re.IGNORECASE),
)
