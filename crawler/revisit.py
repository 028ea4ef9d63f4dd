"""Which postings' pages are asked again although nothing calls them changed (rule 10)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

from storage.pages import PageRecord

CROWD: Final = 500
OTHER_AFTER: Final = timedelta(days=30)
_DAY: Final = timedelta(days=1)


def is_due(
    record: PageRecord | None,
    lastmod: str | None,
    now: datetime,
    revisit: timedelta | None,
    crowd: int,
) -> bool:
    """Whether a listed page is to be asked in this crawl.

    Args:
        record: what is remembered of the page.
        lastmod: what the sitemap says of it now.
        now: the time of the crawl.
        revisit: how long a page may go unasked; None is ``auto``: with lastmod unchanged 7 to 14
            days; without one at every crawl, on boards of more than 500 postings 24 to 36 hours;
            the shorter time for pages that changed lately.
        crowd: how many postings the board lists.
    """
    if record is None or now < record.checked_at:
        return True
    age = now - record.checked_at
    if lastmod and lastmod != record.lastmod:
        return True
    if record.role == "other":
        return age >= OTHER_AFTER
    if revisit is not None:
        return age >= revisit
    if lastmod:
        return age >= _jittered(record, 7 * _DAY, 14 * _DAY)
    return crowd <= CROWD or age >= _jittered(record, _DAY, 1.5 * _DAY)


def is_body_due(record: PageRecord, now: datetime) -> bool:
    """Whether a page is to be asked without conditions, because servers that say 304 may lie.

    A body comes once in two to four weeks, that of a listing once in one to two days.
    """
    seen = record.body_at or record.changed_at
    least = _DAY if record.role == "listing" else 14 * _DAY
    return not timedelta() <= now - seen < least * (1 + _share(record.url))


def body_seen_at(record: PageRecord, at: datetime) -> datetime:
    """When a page's body last came, where it came again at ``at``: to the day, which is enough."""
    recent = record.body_at is not None and timedelta() <= at - record.body_at < _DAY
    return record.body_at if recent and record.body_at else at


def _jittered(record: PageRecord, least: timedelta, most: timedelta) -> timedelta:
    """A time between the two: sooner for a page that changed lately, and not for all at once."""
    calm = min((record.checked_at - record.changed_at) / (4 * most), 1.0)
    return least + (most - least) * (_share(record.url) + max(calm, 0.0)) / 2


def _share(url: str) -> float:
    """A number from 0 to 1, always the same for one URL."""
    return int.from_bytes(hashlib.sha256(url.encode()).digest()[:4]) / 2**32
