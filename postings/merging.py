"""A person says that two postings are one job, or takes that back: what follows, as values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from postings.diff import diff
from postings.model import Change, Event, Evidence, Kind, Known
from postings.transitions import Moment


@dataclass(frozen=True)
class Told:
    """An event as far as a merge asks for it: what was told of which posting, and when."""

    id: str
    kind: Kind
    posting: str
    detected_at: datetime


@dataclass(frozen=True)
class Window:
    """Between which two looks a posting was closed; both None while it is open."""

    after: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True)
class Word:
    """A person's word: ``id`` is that of the merge or its undoing, and makes those of events."""

    id: str
    by: str
    at: datetime


def which_stays(a: Known, b: Known) -> tuple[Known, Known]:
    """Of two postings the one that lives on, and the one that becomes a part of its past.

    The open one lives on; of two open ones the first that is named; of two closed ones the one
    that was seen last.
    """
    if (a.state == "open") != (b.state == "open"):
        return (a, b) if a.state == "open" else (b, a)
    if a.state != "open" and b.last_seen > a.last_seen:
        return b, a
    return a, b


def mistaken(one: Known, other: Known, told: Iterable[Told]) -> tuple[Told, ...]:
    """Which events were wrong if both are one job, in their order.

    That the later one was new; and that one of them was removed while the other one stood.
    """
    known = {one.id: (one, other), other.id: (other, one)}
    later = max(one, other, key=lambda posting: (posting.first_seen, posting.id))
    return tuple(
        event
        for event in told
        if (event.kind == "new" and event.posting == later.id)
        or (event.kind == "removed" and _stood(*known[event.posting], event.detected_at))
    )


def _stood(gone: Known, other: Known, told_at: datetime) -> bool:
    return other.first_seen <= told_at and other.last_seen > gone.last_seen


def retractions(
    kept: Known,
    folded: Known,
    wrong: Sequence[Told],
    window: Window,
    word: Word,
) -> tuple[Event, ...]:
    """The events that take back what was told wrongly; one that is no mistake is not among them.

    Args:
        kept: the posting that lives on; every event is its.
        folded: the one that becomes its past.
        wrong: the events that were wrong.
        window: that of ``kept``, where it is closed.
        word: whose word it is.
    """
    detail = f"merged by {word.by}: the same job as posting {folded.id[:8]}"
    said = Evidence("merged", folded.url, word.at, detail)
    return tuple(
        _retraction(kept, event.id, said, window, word, *_moved(kept, folded, event))
        for event in wrong
    )


def _moved(kept: Known, folded: Known, event: Told) -> tuple[str | None, tuple[Change, ...]]:
    """What the job says otherwise since it was wrongly told to be gone."""
    if event.kind != "removed" or event.posting != folded.id:
        return kept.snapshot.id, ()
    return folded.snapshot.id, diff(folded.snapshot.posting, kept.snapshot.posting)


def restorations(
    kept: Known, folded: Known, retracted: Sequence[str], window: Window, word: Word
) -> tuple[Event, ...]:
    """The events that take back the retractions of a merge that was a mistake itself."""
    detail = f"the merge with posting {folded.id[:8]} was undone by {word.by}: they are two jobs"
    said = Evidence("merged", folded.url, word.at, detail)
    return tuple(
        _retraction(kept, event, said, window, word, kept.snapshot.id, ()) for event in retracted
    )


def _retraction(
    kept: Known,
    retracts: str,
    said: Evidence,
    window: Window,
    word: Word,
    before: str | None,
    changes: tuple[Change, ...],
) -> Event:
    moment = Moment(word.id, word.at)
    return Event(
        id=moment.id("retracts", kept.id, retracts),
        kind="changed",
        posting=kept.id,
        state=kept.state,
        detected_at=word.at,
        occurred_at=None,
        window_after=window.after,
        window_before=window.before,
        evidence=(said,),
        changes=changes,
        before=before,
        after=kept.snapshot.id,
        retracts=retracts,
    )
