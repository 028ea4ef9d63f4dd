"""Deadlines that mean something, and deadlines that slide (rule 5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from postings.fields.dates import deadline
from postings.fields.values import local_name
from postings.model import Known, Posting

_DAY = timedelta(days=1)
_STILL_SLIDING = timedelta(days=2)
_CLOCKWORK = timedelta(minutes=15)


@dataclass(frozen=True)
class Deadline:
    """What a posting's ``valid_through`` comes to: ``at`` is the first instant after it."""

    at: datetime | None
    slid_at: datetime | None = None


def deadline_of(posting: Posting, known: Known | None, at: datetime) -> Deadline:
    """The deadline that a posting, read at ``at``, stands under; none where it slides."""
    stated = deadline(posting, at) or _as_first_meant(posting, known, at)
    slid_at = _slid(posting, known, stated, at) if known else None
    return Deadline(None if slid_at else stated, slid_at)


def _as_first_meant(posting: Posting, known: Known | None, at: datetime) -> datetime | None:
    """A deadline that would be one, had the date of posting not moved.

    A deadline before the date of posting is a placeholder; sites that bump that date every day
    would else void, in the end, every deadline they state. One that stands as it was counts by
    itself, another one by the date that was given before.
    """
    if known is None or known.deadline is None:
        return None
    same = posting.valid_through == known.valid_through_read
    posted = None if same else known.snapshot.posting.date_posted
    return deadline(replace(posting, date_posted=posted), at)


def steady(posting: Posting, known: Known, slid_at: datetime | None) -> Posting:
    """The posting with the deadline of its snapshot where its own one slides: no change."""
    if slid_at is None:
        return posting
    return replace(posting, valid_through=known.snapshot.posting.valid_through)


def stands_still(known: Known, at: datetime) -> bool:
    """Whether a deadline that was seen to slide has stood for long enough to be one again."""
    return known.slid_at is not None and at - known.slid_at > _STILL_SLIDING


def said_still(known: Known, said: Posting) -> Posting:
    """What an unchanged page says where its deadline stands still: that which was read last.

    ``said``: what the posting's snapshot says, as today's reader reads it.
    """
    spelled = known.valid_through_read
    raw = {
        name: spelled if local_name(name) == "validthrough" else told
        for name, told in said.raw.items()
    }
    return replace(said, valid_through=spelled, raw=raw)


def _slid(posting: Posting, known: Known, stated: datetime | None, at: datetime) -> datetime | None:
    if posting.valid_through == known.valid_through_read:
        recently = known.slid_at and at - known.slid_at <= _STILL_SLIDING
        return known.slid_at if recently else None
    before = deadline(replace(posting, valid_through=known.valid_through_read), at)
    if before is None or stated is None or known.read_at is None or stated <= before:
        return None
    if stated <= at:  # what is today plus n is never over
        return None
    drift = abs((stated - before) - (at - known.read_at))
    return at if drift <= _granularity(posting.valid_through or "") else None


def _granularity(spelled: str) -> timedelta:
    """How far a deadline that is today plus n may be from moving exactly like the clock."""
    time = spelled.partition("T")[2]
    to_the_day = not time or time.startswith(("00:00:00", "23:59:59", "24:00"))
    return _DAY if to_the_day else _CLOCKWORK
