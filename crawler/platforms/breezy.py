"""Breezy: the JSON beside its career sites."""

from __future__ import annotations

import json
import re
from typing import Any

from crawler.platforms.nodes import (
    address,
    identifier,
    native,
    organization,
    places,
    posting,
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

_HOST = on_host(
    r"(?P<tenant>[\w-]+)\.breezy\.hr/",
    reserved=("www", "app", "api", "developer", "help", "support", "assets-cdn", "gallery-cdn"),
)


def tenant_of(url: str) -> Tenant | None:
    """``P.breezy.hr``."""
    found = _HOST(url)
    return found and Tenant(found["tenant"], f"https://{found['tenant']}.breezy.hr")


def first(tenant: Tenant) -> Query:  # noqa: ARG001
    """The whole list."""
    return Query("/json")


def read(body: bytes, tenant: Tenant, query: Query) -> Part:  # noqa: ARG001
    """The list is one page."""
    rows = listed(json.loads(body))
    return read_rows(rows, lambda one: Job(native(one.get("id")), node(one, tenant))).part()


def node(one: dict[str, Any], tenant: Tenant) -> Node:
    """One position as a JobPosting."""
    employer = (one.get("company") or {}).get("name")
    kind = one.get("type") or {}
    slug = text(one.get("friendly_id"))
    where = one.get("locations") or [one.get("location") or {}]
    return posting(
        title=one.get("name"),
        url=one.get("url") or (f"{tenant.api}/p/{slug}" if slug else None),
        description=one.get("description"),
        identifier=identifier(one.get("id"), employer),
        hiringOrganization=organization(employer),
        datePosted=one.get("published_date"),
        jobLocation=_places(where),
        jobLocationType="TELECOMMUTE" if _is_remote(one.get("location")) else None,
        employmentType=types(kind.get("name")),
        department=text(one.get("department")),
        baseSalary=text(one.get("salary")),
    )


def _is_remote(place: Any) -> bool:
    return isinstance(place, dict) and place.get("is_remote") is True


def _places(where: list[dict[str, Any]]) -> list[Any]:
    found = [_place(each) for each in where]
    return [each for each in found if each] or places([each.get("name") for each in where])


def _place(one: dict[str, Any]) -> Node | None:
    country, state = one.get("country") or {}, one.get("state") or {}
    return address(
        addressLocality=one.get("city"),
        addressRegion=state.get("name") or state.get("id"),
        addressCountry=country.get("id") or country.get("name"),
    )


PLATFORM = Platform("breezy", tenant_of, re.compile(r"/p/[\w-]+"), first, read)
