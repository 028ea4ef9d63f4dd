"""Greenhouse: its public job board API."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from crawler.platforms.nodes import (
    identifier,
    native,
    organization,
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
    led_to_board,
    listed,
    on_host,
    read_rows,
    table,
)

_HOST = on_host(r"(?:boards|job-boards)(?:\.eu)?\.greenhouse\.io/(?P<tenant>[\w-]+)")
_TAG = re.compile(r"<[a-z/!]", re.IGNORECASE)


def tenant_of(url: str) -> Tenant | None:
    """``boards.greenhouse.io/T``, or an embedded board that names its tenant as ``for=T``."""
    found = _HOST(url)
    if found is None:
        return None
    name = found["tenant"]
    if name == "embed":
        name = parse_qs(urlsplit(url).query).get("for", [""])[0]
    return (
        Tenant(name, "https://boards-api.greenhouse.io") if re.fullmatch(r"[\w-]+", name) else None
    )


def first(tenant: Tenant) -> Query:
    """The whole list, with descriptions."""
    return Query(f"/v1/boards/{quote(tenant.name)}/jobs?content=true")


def read(body: bytes, tenant: Tenant, query: Query) -> Part:  # noqa: ARG001
    """The list is one page."""
    return read_rows(listed(table(body)["jobs"]), _job).part()


def _job(one: dict[str, Any]) -> Job:
    return Job(native(one.get("id")), node(one), text(one.get("updated_at")) or None)


def node(one: dict[str, Any]) -> Node:
    """One job as a JobPosting."""
    location = one.get("location") or {}
    departments = [each.get("name") for each in one.get("departments") or []]
    return posting(
        title=one.get("title"),
        url=one.get("absolute_url"),
        description=unescaped(one.get("content")),
        identifier=identifier(one.get("id"), one.get("company_name")),
        hiringOrganization=organization(one.get("company_name")),
        datePosted=one.get("first_published"),
        dateModified=one.get("updated_at"),
        validThrough=one.get("application_deadline"),
        jobLocation=places([location.get("name")]) or _offices(one),
        employmentType=types(*_said(one, "employment", "type")),
        department=text(departments[0]) if departments else None,
        inLanguage=one.get("language"),
        baseSalary=_salary(one),
    )


def unescaped(content: Any) -> str:
    """HTML out of a text that was escaped once or twice.

    >>> unescaped("&lt;p&gt;R&amp;amp;D&lt;/p&gt;"), unescaped("Hi &amp;lt;b&amp;gt;you")
    ('<p>R&amp;D</p>', 'Hi <b>you')
    """
    once_ = html.unescape(text(content))
    return once_ if _TAG.search(once_) else html.unescape(once_)


def _offices(one: dict[str, Any]) -> list[str]:
    offices = one.get("offices") or []
    return places(each.get("location") or each.get("name") for each in offices)


def _said(one: dict[str, Any], *words: str) -> list[Any]:
    """The values of the custom fields whose name has all the words."""
    fields = one.get("metadata") or []
    named = [each for each in fields if all(w in text(each.get("name")).lower() for w in words)]
    return [each.get("value") for each in named]


def _salary(one: dict[str, Any]) -> Node | None:
    ranges = one.get("pay_input_ranges") or []
    if len(ranges) != 1:
        return None
    cents = [ranges[0].get(name) for name in ("min_cents", "max_cents")]
    low, high = (None if each is None else each / 100 for each in cents)
    return salary(low, high, ranges[0].get("currency_type"))


PLATFORM = Platform(
    "greenhouse",
    tenant_of,
    re.compile(r"/jobs/\d+|/job_app"),
    first,
    read,
    over=led_to_board("error", "true"),
)
