"""JazzHR: the HTML of its boards, all postings on one page."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from crawler.platforms.html_lists import Element, check_empty, in_class, page_of, words
from crawler.platforms.nodes import identifier, places, posting
from crawler.platforms.platform import Job, Part, Platform, Query, Tenant, on_host, read_rows
from postings.urls import absolute

_HOST = on_host(
    r"(?P<tenant>[\w-]+)\.applytojob\.com/", reserved=("www", "app", "api", "help", "support")
)
_WIDGET = on_host(r"app\.jazz\.co/widgets/basic/create/(?P<tenant>[\w-]+)")
_JOB: Final = re.compile(r"^/apply/(?:jobs/details/)?(?!jobs/?$)(\w{6,})(?:/|$)")


def tenant_of(url: str) -> Tenant | None:
    """``T.applytojob.com``, or the widget that names its tenant."""
    found = _HOST(url) or _WIDGET(url)
    return found and Tenant(found["tenant"], f"https://{found['tenant']}.applytojob.com")


def first(tenant: Tenant) -> Query:  # noqa: ARG001
    """The whole list."""
    return Query("/apply")


def read(body: bytes, tenant: Tenant, query: Query) -> Part:  # noqa: ARG001
    """The list is one page."""
    page = page_of(body)
    links = [link for link in page.tree.iter("a") if _target(link, tenant)]
    rows = read_rows(links, lambda link: _job(link, tenant))
    if not rows.count:
        check_empty(page)
    return rows.part()


def _target(link: Element, tenant: Tenant) -> str | None:
    """Where a link leads, if to a posting of this employer."""
    target = absolute(tenant.api, link.get("href") or "#")
    if target is None or not _JOB.match(urlsplit(target).path):
        return None
    there = tenant_of(target)
    same = urlsplit(target).netloc == urlsplit(tenant.api).netloc
    return target.partition("?")[0] if same or (there and there.is_of(tenant)) else None


def _job(link: Element, tenant: Tenant) -> Job:
    url = _target(link, tenant) or ""
    found = _JOB.match(urlsplit(url).path)
    number = found[1] if found else ""
    item = next(link.iterancestors("li", "tr"), link)
    told = posting(
        title=words(link),
        url=url,
        identifier=identifier(number),
        jobLocation=places([_beside(item, "fa-map-marker")]),
        department=_beside(item, "fa-sitemap"),
    )
    return Job(number, told)


def _beside(item: Element, icon: str) -> str:
    """What stands in one list item with an icon."""
    found = next(in_class(item, icon), None)
    return words(found.getparent()) if found is not None else ""


PLATFORM = Platform("jazzhr", tenant_of, _JOB, first, read)
