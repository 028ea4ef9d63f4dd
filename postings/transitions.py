"""The legal moves of a posting, each with the event that tells it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from postings.deadlines import Deadline, deadline_of, said_still, stands_still, steady
from postings.diff import diff
from postings.drift import hold
from postings.fingerprint import fingerprint
from postings.habits import Habits
from postings.identity import url_key
from postings.matching import Sighting
from postings.model import (
    Absence,
    Change,
    Event,
    Evidence,
    Kind,
    Known,
    Observation,
    Posting,
    Snapshot,
    State,
    Update,
)
from postings.normalise import posting_of
from postings.reading import READER_VERSION
from postings.reposts import dated

_NAMESPACE: Final = uuid.UUID("6c1f8c2e-8f0e-5d57-9a3b-2f6a5f0c1d11")


@dataclass(frozen=True)
class Moment:
    """When and by which crawl a decision is taken; ids made in it are the same at every replay."""

    crawl: str
    now: datetime
    baseline: bool = False
    last_complete_at: datetime | None = None
    habits: Habits = field(default_factory=Habits)

    def id(self, *parts: str) -> str:
        """A stable id for what this crawl says of ``parts``."""
        return str(uuid.uuid5(_NAMESPACE, "\x1f".join((self.crawl, *parts))))


@dataclass(frozen=True)
class Move:
    """A posting's row after a decision, and the events that tell it."""

    update: Update
    events: tuple[Event, ...] = ()


def appear(sighting: Sighting, moment: Moment, keys: tuple[str, ...]) -> Move | None:
    """First seen: open (``new``), or, past its deadline already, expired and not delivered.

    None where nothing was read, or nothing identifies it: it could not be told from its neighbours
    at the next crawl.
    """
    seen = sighting.read
    if seen is None or seen.posting is None or not keys:
        return None
    due = deadline_of(seen.posting, None, seen.at)
    late = due.at is not None and due.at <= moment.now
    known = _first(sighting, seen, seen.posting, due, moment, keys)
    if late:
        known = replace(known, state="expired", closed_at=due.at, still_published=True)
    window = moment.last_complete_at
    event = _event(
        "new", known, moment, _content(seen), after=known.snapshot.id, window=window, quiet=late
    )
    return Move(Update(known, created=True, snapshot_added=True), (event,))


def _first(
    sighting: Sighting,
    seen: Observation,
    posting: Posting,
    due: Deadline,
    moment: Moment,
    keys: tuple[str, ...],
) -> Known:
    name = moment.id("posting", *(sighting.keys or (seen.url,)))
    print_ = fingerprint(posting)
    snapshot = Snapshot(moment.id(name, print_), moment.now, posting, print_, READER_VERSION)
    return Known(
        id=name,
        url=_address(sighting, seen, keys),
        state="open",
        snapshot=snapshot,
        keys=keys,
        first_seen=seen.at,
        last_seen=seen.at,
        own_page=_has_own_page(sighting, keys),
        listed=sighting.listed,
        deadline=due.at,
        read_at=seen.at,
        valid_through_read=posting.valid_through,
        date_posted_read=posting.date_posted,
    )


def see(known: Known, sighting: Sighting, moment: Moment, keys: tuple[str, ...]) -> Move:
    """Present again: its content is compared, and what is closed may reopen."""
    seen = sighting.read
    at = max(one.at for one in sighting.observations)
    confirmed = sighting.alive and seen is None
    here = replace(
        known,
        last_seen=max(known.last_seen, at),
        keys=keys,
        listed=known.listed or sighting.listed,
        read_at=at if confirmed else known.read_at,
        unlooked=None if confirmed else known.unlooked,
    )
    if seen is not None and seen.posting is not None:
        return _seen_read(_moved(here, sighting, seen), seen, seen.posting, moment)
    if sighting.same and stands_still(known, at):
        said = said_still(known, as_read_now(known.snapshot, known.url))
        return _seen_read(here, sighting.same, said, moment)
    return _seen_unread(here, sighting, moment, at)


def _moved(known: Known, sighting: Sighting, seen: Observation) -> Known:
    if any(one.url == known.url for one in sighting.observations if one.fetch == "changed"):
        return known
    own_page = _has_own_page(sighting, known.keys)
    return replace(known, url=_address(sighting, seen, known.keys), own_page=own_page)


def _seen_unread(known: Known, sighting: Sighting, moment: Moment, at: datetime) -> Move:
    past = known.deadline is not None and known.deadline <= moment.now
    if known.state == "removed" and not past and not sighting.unanswered:
        evidence = Evidence("content", sighting.observations[0].url, at, "listed again, unchanged")
        return _reopen(known, (), (evidence,), moment, known.snapshot, added=False)
    if known.state == "expired":
        known = replace(known, still_published=True)
    return Move(Update(known))


def _seen_read(known: Known, seen: Observation, posting: Posting, moment: Moment) -> Move:
    if moment.habits:
        posting = hold(posting, known.snapshot.posting, moment.habits)
    due = deadline_of(posting, known, seen.at)
    compared = steady(posting, known, due.slid_at)
    snapshot, changes = _compare(known, compared, moment, slides=due.slid_at is not None)
    added = snapshot.id != known.snapshot.id
    here = replace(
        dated(known, posting),
        snapshot=snapshot,
        deadline=due.at,
        slid_at=due.slid_at,
        read_at=seen.at,
        valid_through_read=posting.valid_through,
    )
    past = due.at is not None and due.at <= moment.now
    if known.state == "open":
        return _changed(known, here, changes, seen, moment, added=added)
    if past or (known.state == "expired" and not _renewed(known, here)):
        still = replace(here, still_published=known.state == "expired", unlooked=None)
        return Move(Update(still, snapshot_added=added))
    return _reopen(here, changes, _content(seen), moment, known.snapshot, added=added)


def _renewed(before: Known, after: Known) -> bool:
    """Whether an expired posting's deadline is another one than that which passed."""
    return after.deadline != before.deadline


def _compare(
    known: Known, posting: Posting, moment: Moment, *, slides: bool
) -> tuple[Snapshot, tuple[Change, ...]]:
    """The snapshot to keep and the changes to tell.

    What an improved reader gains is no change, and neither is what a list and the posting's own
    page say differently: it is another source that speaks, not the employer.
    """
    old = known.snapshot
    print_ = fingerprint(posting)
    if print_ == old.fingerprint:
        return old, ()
    fresh = Snapshot(moment.id(known.id, print_), moment.now, posting, print_, READER_VERSION)
    if old.posting.source.is_list != posting.source.is_list:
        return fresh, ()
    before = as_read_now(old, known.url)
    if slides:
        before = replace(before, valid_through=old.posting.valid_through)
    changes = diff(before, posting)
    if not changes and old.reader == READER_VERSION:
        return old, ()
    return fresh, changes


def as_read_now(snapshot: Snapshot, url: str) -> Posting:
    """What the snapshot would say, had today's reader read it."""
    old = snapshot.posting
    if snapshot.reader == READER_VERSION or not old.raw:
        return old
    return posting_of(old.raw, syntax=old.source.syntax, url=url, repaired=old.source.repaired)


def _changed(
    before: Known,
    here: Known,
    changes: tuple[Change, ...],
    seen: Observation,
    moment: Moment,
    *,
    added: bool,
) -> Move:
    update = Update(here, snapshot_added=added, enriched=added and not changes)
    if not changes:
        return Move(update)
    event = _event(
        "changed",
        here,
        moment,
        _content(seen),
        changes=changes,
        before=before.snapshot.id,
        after=here.snapshot.id,
        window=before.read_at,
    )
    return Move(update, (event,))


def _reopen(
    known: Known,
    changes: tuple[Change, ...],
    evidence: tuple[Evidence, ...],
    moment: Moment,
    before: Snapshot,
    *,
    added: bool,
) -> Move:
    """Open again; a deadline renewed before anyone was told that it passed is a mere change."""
    unnoticed = known.state == "expired" and known.unlooked
    opened = replace(
        known,
        state="open",
        closed_at=None,
        still_published=False,
        unlisted=False,
        absence=None,
        unlooked=None,
        reopened_at=moment.now if known.state == "removed" else known.reopened_at,
    )
    event = _event(
        "changed" if unnoticed else "reopened",
        opened,
        moment,
        evidence,
        changes=changes,
        before=before.id,
        after=known.snapshot.id,
        window=known.last_seen if unnoticed else known.closed_at,
        retracts=known.unlooked if unnoticed else None,
    )
    return Move(Update(opened, snapshot_added=added), (event,))


def close(known: Known, evidence: tuple[Evidence, ...], moment: Moment) -> Move:
    """Taken down by the employer; silent where its deadline had closed it before."""
    closed = replace(
        known,
        state="removed",
        closed_at=moment.now if known.state == "open" else known.closed_at,
        absence=None,
        still_published=False,
        unlooked=None,
    )
    event = _event(
        "removed",
        closed,
        moment,
        evidence,
        before=known.snapshot.id,
        window=known.last_seen,
        quiet=known.state == "expired",
    )
    return Move(Update(closed), (event,))


def lapse(known: Known, moment: Moment, *, looked: bool) -> Move:
    """Its own deadline passed. ``looked``: its page was read after that, and still shows it."""
    spelled = known.snapshot.posting.valid_through
    at = known.deadline
    evidence = Evidence(
        "valid_through",
        known.url,
        moment.now,
        f"validThrough {spelled} passed at {at:%Y-%m-%d %H:%M} UTC",
    )
    expired = replace(known, state="expired", closed_at=at, still_published=looked)
    event = _event("expired", expired, moment, (evidence,), before=known.snapshot.id, occurred=at)
    return Move(Update(replace(expired, unlooked=None if looked else event.id)), (event,))


def lose(known: Known, posting: Posting, evidence: tuple[Evidence, ...], moment: Moment) -> Move:
    """A loss that was doubted is true: from now on it says ``posting``."""
    print_ = fingerprint(posting)
    fresh = Snapshot(moment.id(known.id, print_), moment.now, posting, print_, READER_VERSION)
    deadline = known.deadline if posting.valid_through else None
    here = replace(
        known, snapshot=fresh, deadline=deadline, valid_through_read=posting.valid_through
    )
    event = _event(
        "changed",
        here,
        moment,
        evidence,
        changes=diff(as_read_now(known.snapshot, known.url), posting),
        before=known.snapshot.id,
        after=fresh.id,
        window=known.read_at,
    )
    return Move(Update(here, snapshot_added=True), (event,))


def wait(known: Known, absence: Absence | None, *, unlisted: bool) -> Known:
    """Still in its state, with what is to be remembered of the question where it is."""
    return replace(known, absence=absence, unlisted=unlisted)


def _event(
    kind: Kind,
    posting: Known,
    moment: Moment,
    evidence: tuple[Evidence, ...],
    *,
    changes: tuple[Change, ...] = (),
    before: str | None = None,
    after: str | None = None,
    window: datetime | None = None,
    occurred: datetime | None = None,
    retracts: str | None = None,
    quiet: bool = False,
) -> Event:
    state: State = posting.state
    return Event(
        id=moment.id(kind, posting.id),
        kind=kind,
        posting=posting.id,
        state=state,
        detected_at=moment.now,
        occurred_at=occurred or _middle(window, moment.now),
        window_after=window if occurred is None else None,
        window_before=moment.now if occurred is None else None,
        evidence=evidence,
        changes=changes,
        before=before,
        after=after,
        retracts=retracts,
        baseline=moment.baseline,
        quiet=quiet,
    )


def _middle(after: datetime | None, before: datetime) -> datetime | None:
    if after is None or after > before:
        return None
    return (after + (before - after) / 2).replace(microsecond=0)


def _content(seen: Observation) -> tuple[Evidence, ...]:
    return (Evidence("content", seen.url, seen.at, "read on its page"),)


def _address(sighting: Sighting, seen: Observation, keys: Collection[str]) -> str:
    """Where a person finds the posting: its own page, or the URL it names, or its carrier."""
    own = next((one.url for one in sighting.observations if _is_own_page(one, keys)), None)
    stated = seen.posting.url if seen.posting else None
    return own or stated or seen.url


def _has_own_page(sighting: Sighting, keys: Collection[str]) -> bool:
    return any(
        _is_own_page(one, keys) or _names_its_page(one, keys) for one in sighting.observations
    )


def _is_own_page(one: Observation, keys: Collection[str]) -> bool:
    """Whether the page that was asked is this posting's alone: its address is one of its keys."""
    return one.asked and one.fetch in ("changed", "unchanged") and url_key(one.url) in keys


def _names_its_page(one: Observation, keys: Collection[str]) -> bool:
    stated = one.posting.url if one.posting else None
    return stated is not None and url_key(stated) in keys and url_key(stated) != url_key(one.url)
