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
            days; without one at every crawl, on boards of more than 500 postings 24 to 36 hours.
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
        return age >= _jittered(record.url, 7 * _DAY, 14 * _DAY)
    return crowd <= CROWD or age >= _jittered(record.url, _DAY, 1.5 * _DAY)


def _jittered(url: str, least: timedelta, most: timedelta) -> timedelta:
    """A time between the two, always the same for one URL, so that pages do not come at once."""
    share = int.from_bytes(hashlib.sha256(url.encode()).digest()[:4]) / 2**32
    return least + (most - least) * share
