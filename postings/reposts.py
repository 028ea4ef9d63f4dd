"""Jobs that are made to look new: a later date on the same posting, the same job posted again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from postings.content import moment
from postings.likeness import says_the_same
from postings.model import Event, Evidence, Known, Posting, Update, Verdict

_FIRST_JOB_PAGES: Final = date(2000, 1, 1)


def dated(known: Known, posting: Posting) -> Known:
    """The posting with what its ``date_posted``, read again, adds: a later day is a bump."""
    before, after = known.date_posted_read, posting.date_posted
    if after is None:
        return known
    if before is None:
        return replace(known, date_posted_read=after)
    if _day(after) <= _day(before):
        return known
    return replace(known, date_posted_read=after, date_bumps=known.date_bumps + 1)


def with_reposts(verdict: Verdict, known: Sequence[Known]) -> Verdict:
    """The verdict with the facts about postings that say the same as one that was there before.

    A posting is a repost of an earlier one of its board if title, employer, places and text are
    the same, they were not first seen together, and either the earlier one was last seen before
    it, and is closed, or it gives a later date. Each posting is reposted once, the latest first.

    Args:
        verdict: what a crawl comes to.
        known: the board's postings before it.
    """
    before = {one.id: one for one in known}
    after = {**before, **{one.posting.id: one.posting for one in verdict.updates}}
    found = _found(_fresh(verdict), before, after)
    if not found:
        return verdict
    updates = {one.posting.id: one for one in verdict.updates}
    for id_, earlier in found.items():
        again = replace(after[id_], repost_of=earlier.id, reposted=earlier.reposted + 1)
        updates[id_] = replace(updates.get(id_, Update(again)), posting=again)
    told = tuple(_told(event, found) for event in verdict.events)
    return replace(verdict, updates=tuple(updates.values()), events=told)


def stated_day(date_posted: str | None) -> date | None:
    """The day of a ``date_posted``; None for none, and for a placeholder before job pages."""
    try:
        stated = date.fromisoformat(_day(date_posted)) if date_posted else None
    except ValueError:
        return None
    return stated if stated is not None and stated >= _FIRST_JOB_PAGES else None


def age_in_days(date_posted: str | None, first_seen: datetime, until: datetime) -> int:
    """How many whole days a posting has been out, as far as is known.

    Args:
        date_posted: what it says; it counts where it is earlier than ``first_seen``, and not a
            placeholder from before job pages.
        first_seen: when it was first seen.
        until: when it closed, or now.
    """
    out = first_seen.astimezone(UTC).date()
    stated = stated_day(date_posted)
    if stated is not None:
        out = min(out, stated)
    return max((until.astimezone(UTC).date() - out).days, 0)


def _fresh(verdict: Verdict) -> frozenset[str]:
    """The content keys that this crawl moved: of what is new, and of what closed."""
    moved = (one.posting for one in verdict.updates if one.created or one.posting.state != "open")
    return frozenset(key for one in moved for key in one.keys if key.startswith("content:"))


def _found(
    fresh: frozenset[str], before: Mapping[str, Known], after: Mapping[str, Known]
) -> dict[str, Known]:
    """The reposts by id, each with the posting that it repeats."""
    if not fresh or not before:
        return {}
    alike: dict[str, list[Known]] = defaultdict(list)
    for one in after.values():
        for key in fresh.intersection(one.keys):
            alike[key].append(one)
    taken = {one.repost_of for one in after.values()}
    found: dict[str, Known] = {}
    for key in sorted(alike):
        for one in sorted(alike[key], key=lambda one: (one.first_seen, one.id)):
            if one.repost_of is None and one.id not in found:
                earlier = _earlier(one, alike[key], taken, new=one.id not in before)
                if earlier is not None:
                    taken.add(earlier.id)
                    found[one.id] = earlier
    return found


def _earlier(
    one: Known, others: Iterable[Known], taken: set[str | None], *, new: bool
) -> Known | None:
    repeated = [
        other
        for other in others
        if other.id not in taken and _repeats(one, other, new=new) and _same_text(one, other)
    ]
    return max(repeated, key=lambda other: (other.last_seen, other.id), default=None)


def _repeats(one: Known, other: Known, *, new: bool) -> bool:
    if other.first_seen >= one.first_seen:
        return False
    gap = other.state != "open" and other.last_seen < one.first_seen
    return gap or (new and _is_later(one.date_posted_read, other.date_posted_read))


def _is_later(after: str | None, before: str | None) -> bool:
    return after is not None and before is not None and _day(after) > _day(before)


def _same_text(one: Known, other: Known) -> bool:
    return says_the_same(one.snapshot.posting, other.snapshot.posting)


def _told(event: Event, found: Mapping[str, Known]) -> Event:
    earlier = found.get(event.posting)
    if earlier is None or event.kind != "new":
        return event
    since = f"first seen {earlier.first_seen:%Y-%m-%d}, last seen {earlier.last_seen:%Y-%m-%d}"
    detail = f"a repost: it says the same as posting {earlier.id[:8]}, {since}"
    said = Evidence("content", earlier.url, event.detected_at, detail)
    return replace(event, evidence=(*event.evidence, said))


def _day(spelled: str) -> str:
    """The day of a date or time, instants in UTC; it sorts as days do."""
    return (moment(spelled) or "")[:10]
