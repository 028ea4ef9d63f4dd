"""Gem: its public job board API. The tenant's name is spelt with care: its case matters."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from crawler.platforms.greenhouse import unescaped
from crawler.platforms.nodes import identifier, native, places, posting, text, types
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

_BOARD = on_host(r"jobs\.gem\.com/(?P<tenant>[\w.%-]+)", reserved=("api", "_next", "static"))
_API = on_host(r"api\.gem\.com/job_board/v0/(?P<tenant>[\w.%-]+)", reserved=("reference",))
_MODES: Final = {"remote": "remote", "hybrid": "hybrid", "in_office": "on-site"}


def tenant_of(url: str) -> Tenant | None:
    """``jobs.gem.com/B``."""
    found = _BOARD(url) or _API(url)
    return found and Tenant(found["tenant"], "https://api.gem.com")


def first(tenant: Tenant) -> Query:
    """The whole list, with descriptions; its address ends with a slash."""
    return Query(f"/job_board/v0/{tenant.name}/job_posts/")


def read(body: bytes, tenant: Tenant, query: Query) -> Part:  # noqa: ARG001
    """The list is one page."""
    return read_rows(listed(json.loads(body)), _job).part()


def _job(one: dict[str, Any]) -> Job:
    return Job(native(one.get("id")), node(one), text(one.get("updated_at")) or None)


def node(one: dict[str, Any]) -> Node:
    """One post as a JobPosting."""
    departments = [each.get("name") for each in one.get("departments") or []]
    kind = text(one.get("employment_type")).replace("_", " ")
    return posting(
        title=one.get("title"),
        url=one.get("absolute_url"),
        description=unescaped(one.get("content")) or text(one.get("content_plain")),
        identifier=identifier(one.get("id")),
        datePosted=one.get("first_published_at"),
        dateModified=one.get("updated_at"),
        jobLocation=_offices(one) or places([(one.get("location") or {}).get("name")]),
        workplaceType=_MODES.get(text(one.get("location_type"))),
        employmentType=types(kind),
        department=text(departments[0]) if departments else None,
    )


def _offices(one: dict[str, Any]) -> list[str]:
    offices = one.get("offices") or []
    return places((each.get("location") or {}).get("name") for each in offices)


PLATFORM = Platform("gem", tenant_of, re.compile(r"^/(?!job_board/)[^/]+/[^/]+"), first, read)
