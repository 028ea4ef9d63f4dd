"""Which postings a crawl saw, kept with its row in few bytes: so that a day can be proved later.

Most crawls see nearly everything in one of two ways, so only the exceptions are written down.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, update

from postings.model import Known
from storage.schema import crawls


@dataclass(frozen=True)
class Sightings:
    """The ids of the open postings that one crawl saw, told apart by how.

    ``page_read``: its own page was read, or answered that it is unchanged. ``listed``: a listing,
    a sitemap, a list API or a page that carries several postings had it; its own was not asked.
    """

    page_read: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()


def note(
    connection: Connection,
    crawl_id: str,
    after: Iterable[Known],
    present: Collection[str],
    looked: Collection[str],
    calm: Collection[str] = (),
) -> None:
    """Keep with a crawl what it saw of the postings that are open after it.

    ``calm`` are the ids of open ones that are not among ``after``.
    """
    still_open = {one.id for one in after if one.state == "open"}.union(calm)
    seen = still_open.intersection(present)
    told = seen_json(still_open, Sightings(frozenset(seen & set(looked)), frozenset(seen)))
    connection.execute(update(crawls).where(crawls.c.id == crawl_id).values(seen=told))


def seen_json(still_open: Collection[str], sightings: Sightings) -> dict[str, Any]:
    """Sightings as they are stored, next to the postings that were open after the crawl."""
    seen = sightings.page_read | sightings.listed
    return {
        "seen": _exceptions(seen, still_open),
        "page_read": _exceptions(sightings.page_read, seen),
    }


def seen_of(told: Mapping[str, Any] | None, still_open: Collection[str]) -> Sightings:
    """The inverse of ``seen_json``; a crawl of before it was kept saw nothing that is on record."""
    if told is None:
        return Sightings()
    seen = _whole(told["seen"], still_open)
    page_read = _whole(told["page_read"], seen)
    return Sightings(page_read, seen - page_read)


def _exceptions(part: Collection[str], whole: Collection[str]) -> dict[str, list[str]]:
    rest = set(whole) - set(part)
    return {"all_but": sorted(rest)} if len(rest) < len(part) else {"only": sorted(part)}


def _whole(told: Mapping[str, list[str]], whole: Collection[str]) -> frozenset[str]:
    if "all_but" in told:
        return frozenset(whole) - frozenset(told["all_but"])
    return frozenset(told["only"])
