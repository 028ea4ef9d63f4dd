"""What is stored, read again by a better reader: new versions, and never an event (rule 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Final

from postings.deadlines import deadline_of
from postings.fingerprint import fingerprint
from postings.matching import match
from postings.model import Known, Observation, Posting, Snapshot, Update, Verdict
from postings.reading import READER_VERSION
from postings.transitions import Moment, as_read_now
from postings.urls import canonical

_NOT_FILLED: Final = frozenset({"source", "problems", "raw"})


def reread(
    known: Sequence[Known], pages: Sequence[Observation], ambiguous: frozenset[str], now: datetime
) -> Verdict:
    """Read what postings said last again, without a request.

    Args:
        known: the postings of one board whose snapshots are to be read again.
        pages: what the kept pages say to today's reader, where pages were kept.
        ambiguous: the board's keys that identify no more.
        now: when the better versions are found.

    Returns:
        An ``enriched`` snapshot for each posting that reads differently now. The kept page wins
        per field; the snapshot's own ``raw``, read again, fills what the page leaves out.
    """
    moment = Moment(f"reread:{now.isoformat()}", now)
    seen = {
        one.known.id: one.read.posting
        for one in match(known, pages, ambiguous).known
        if one.known and one.read
    }
    better = (_better(one, seen.get(one.id), moment) for one in known)
    return Verdict(
        outcome="complete",
        reason=None,
        updates=tuple(one for one in better if one is not None),
        ambiguous=ambiguous,
    )


def first_read(verdict: Verdict, pages: frozenset[str]) -> Verdict:
    """The verdict, with the postings that only a better reader made visible as baseline (rule 8).

    Args:
        verdict: of a crawl.
        pages: canonical URLs of pages that came with the very bytes that another version of the
            reader had read before.
    """
    events = tuple(
        replace(event, baseline=True)
        if event.kind == "new" and any(canonical(one.url) in pages for one in event.evidence)
        else event
        for event in verdict.events
    )
    return replace(verdict, events=events)


def _better(known: Known, page: Posting | None, moment: Moment) -> Update | None:
    kept = as_read_now(known.snapshot, known.url)
    posting = kept if page is None else _filled(page, kept)
    print_ = fingerprint(posting)
    if print_ == known.snapshot.fingerprint:
        return None
    name = moment.id(known.id, print_)
    fresh = Snapshot(name, moment.now, posting, print_, READER_VERSION)
    due = known.deadline
    if known.slid_at is None:
        due = deadline_of(posting, None, known.read_at or moment.now).at
    here = replace(known, snapshot=fresh, deadline=due, valid_through_read=posting.valid_through)
    return Update(here, snapshot_added=True, enriched=True)


def _filled(posting: Posting, other: Posting) -> Posting:
    """A posting with what it leaves out taken from another reading of it."""
    gaps = {
        field.name: getattr(other, field.name)
        for field in fields(Posting)
        if field.name not in _NOT_FILLED
        and getattr(posting, field.name) == field.default
        and getattr(other, field.name) != field.default
    }
    return replace(posting, **gaps)
