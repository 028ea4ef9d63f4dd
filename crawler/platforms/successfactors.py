"""SuccessFactors: the feed beside its career sites, which stand on the employers' own domains."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from lxml import etree

from crawler.platforms.nodes import identifier, organization, places, posting
from crawler.platforms.platform import Job, Node, Part, Platform, Query, Tenant, on_host
from crawler.platforms.xml import document, said

_HOST = on_host(r"(?P<tenant>[\w-]+)\.jobs2web\.com/", reserved=("www", "rmk", "rmkcdn", "cdn"))
_NUMBER: Final = re.compile(r"/(\d+)/?$")
_JOB: Final = re.compile(r"/job/[^?#]*\d+/?$")
_PLACE_AT_END: Final = re.compile(r"^(.+?)\s*\(([^()]+)\)$")
_G: Final = "{http://base.google.com/ns/1.0}"


def tenant_of(url: str) -> Tenant | None:
    """``T.jobs2web.com``; on own domains its scripts tell of it."""
    found = _HOST(url)
    return found and Tenant(found["tenant"], f"https://{found['tenant']}.jobs2web.com")


def first(tenant: Tenant) -> Query:  # noqa: ARG001
    """The whole feed; it is spelt like this."""
    return Query("/sitemal.xml", otherwise=Query("/googlefeed.xml"))


def read(body: bytes, tenant: Tenant, query: Query) -> Part:  # noqa: ARG001
    """One RSS feed of all postings; some sites have a sitemap at its address."""
    told = document(body, "rss", "urlset")
    if told.name == "rss":
        return told.part("channel/item", _job)
    return told.part("{*}url", _of_sitemap)


def _job(one: etree._Element) -> Job:
    return Job(_number(one), node(one))


def _of_sitemap(one: etree._Element) -> Job | None:
    url = said(one, "{*}loc")
    number = _NUMBER.search(urlsplit(url).path)
    if not number or not _JOB.search(urlsplit(url).path):
        return None
    told = posting(url=url, identifier=identifier(number[1]))
    return Job(number[1], told, said(one, "{*}lastmod") or None)


def _number(one: etree._Element) -> str:
    """The number at the end of the address: what the feed itself has may be another system's."""
    found = _NUMBER.search(urlsplit(said(one, "link")).path)
    return found[1] if found else said(one, f"{_G}id") or said(one, "guid")


def node(one: etree._Element) -> Node:
    """One item as a JobPosting.

    Its ``expiration_date`` is left out: it is counted from the day of the feed.
    """
    place, employer = said(one, f"{_G}location"), said(one, f"{_G}employer")
    return posting(
        title=_title(said(one, "title"), place),
        url=said(one, "link").partition("?")[0],
        description=said(one, "description"),
        identifier=identifier(_number(one), employer),
        hiringOrganization=organization(employer),
        datePosted=_day(said(one, "pubDate")),
        jobLocation=places([place]) or _place_in(said(one, "title")),
        department=said(one, f"{_G}job_function"),
    )


def _title(title: str, place: str) -> str:
    """The title without the place that the feed appends to it.

    >>> _title("Cook (Bern, CH)", "Bern, Switzerland, 3000"), _title("Cook (m/f)", "Bern")
    ('Cook', 'Cook (m/f)')
    """
    found = _PLACE_AT_END.match(title)
    town = place.partition(",")[0].strip().casefold()
    return found[1] if found and town and found[2].casefold().startswith(town) else title


def _place_in(title: str) -> list[str]:
    """The place at the end of a title that names a country after a comma."""
    found = _PLACE_AT_END.match(title)
    return [found[2]] if found and re.search(r", [A-Z]{2}(, [\w -]+)?$", found[2]) else []


def _day(value: str) -> str | None:
    if not value:
        return None
    try:
        told = parsedate_to_datetime(value)
    except ValueError:
        return None
    return (told.astimezone(UTC) if told.tzinfo else told).date().isoformat()


PLATFORM = Platform(
    "successfactors",
    tenant_of,
    _JOB,
    first,
    read,
    anywhere=True,
    marks=re.compile(r"^https?://(rmkcdn\.successfactors|[^/]*\.?jobs2web)\.com/", re.IGNORECASE),
)
