"""A panel, posting by day: which postings were open at the end of each day, and who says so.

Pure: a board's log, crawls and snapshots in, rows out. What was not looked at is never an absence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, TypeAlias

from storage.merges import whole
from storage.panels import BoardPast, CrawlPast
from storage.sightings import seen_of

Evidence: TypeAlias = Literal["page_read", "listed", "assumed"]
Row: TypeAlias = dict[str, Any]

_WHOLE = ("complete", "empty")
_PART = ("partial", "suspicious")


@dataclass(frozen=True)
class Day:
    """One board on one day: its row, and a cell for each posting that was open at its end."""

    row: Row
    cells: tuple[Row, ...]


@dataclass
class _State:
    """What is known of a board while its past is walked through."""

    open: set[str] = field(default_factory=set)
    said: dict[str, str] = field(default_factory=dict)
    page_read: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    outcomes: list[str] = field(default_factory=list)
    part_of: dict[str, str] = field(default_factory=dict)

    @property
    def there(self) -> set[str]:
        """The open postings that are no part of another one."""
        return self.open - self.part_of.keys()

    def wholes(self, ids: Iterable[str]) -> set[str]:
        """What these postings are, or are parts of, by now."""
        return {whole(one, self.part_of) for one in ids}


def days(past: BoardPast, first: date, last: date) -> Iterator[Day]:
    """A board's days from ``first`` to ``last``, both in it, each as it was known at its end, UTC.

    A day before the board's first crawl has a row without crawls.
    """
    state = _State()
    moments = _moments(past)
    place = 0
    day = first
    while day <= last:
        end = datetime.combine(day + timedelta(days=1), time(), UTC)
        begin = end - timedelta(days=1)
        state.page_read, state.listed, state.outcomes = set(), set(), []
        while place < len(moments) and moments[place][0] < end:
            at, _order, what = moments[place]
            _take(state, what, today=at >= begin)
            place += 1
        yield _day(past.name, day, state)
        day += timedelta(days=1)


@dataclass(frozen=True)
class _Turn:
    """That a posting became a part of another one, or (None) was one of its own again."""

    part: str
    of: str | None


_Moment: TypeAlias = tuple[datetime, int, Any]


def _moments(past: BoardPast) -> list[_Moment]:
    """Snapshots, events, crawls and merges in their order; of one instant, in this one."""
    told: list[_Moment] = [(at, 0, (posting, id_)) for at, posting, id_ in past.snapshots]
    told += [(at, 1, {posting: state}) for at, posting, state in past.states]
    told += [(crawl.finished_at, 2, crawl) for crawl in past.crawls]
    told += [(one.at, 3, _Turn(one.folded, one.kept)) for one in past.merges]
    told += [(one.undone_at, 3, _Turn(one.folded, None)) for one in past.merges if one.undone_at]
    return sorted(told, key=lambda one: one[:2])


def _take(state: _State, what: Any, *, today: bool) -> None:
    if isinstance(what, CrawlPast):
        if today:
            seen = seen_of(what.seen, state.there)
            state.page_read |= seen.page_read
            state.listed |= seen.listed
            state.outcomes.append(what.outcome)
    elif isinstance(what, _Turn):
        state.part_of.pop(what.part, None)
        state.part_of |= {what.part: what.of} if what.of else {}
    elif isinstance(what, Mapping):
        for posting, now in what.items():
            state.open.add(posting) if now == "open" else state.open.discard(posting)
    else:
        posting, snapshot = what
        state.said[posting] = snapshot


def _day(board: str, day: date, state: _State) -> Day:
    page_read, listed = state.wholes(state.page_read), state.wholes(state.listed)
    cells = tuple(
        {
            "day": day.isoformat(),
            "board": board,
            "posting": posting,
            "snapshot": state.said.get(posting),
            "evidence": _evidence(posting, page_read, listed),
        }
        for posting in sorted(state.there)
    )
    return Day(_row(board, day, state.outcomes, cells), cells)


def _evidence(posting: str, page_read: Collection[str], listed: Collection[str]) -> Evidence:
    if posting in page_read:
        return "page_read"
    return "listed" if posting in listed else "assumed"


def _row(board: str, day: date, outcomes: Sequence[str], cells: Sequence[Row]) -> Row:
    counts = [cell["evidence"] for cell in cells]
    complete = sum(one in _WHOLE for one in outcomes)
    partial = sum(one in _PART for one in outcomes)
    return {
        "day": day.isoformat(),
        "board": board,
        "crawls": len(outcomes),
        "complete": complete,
        "partial": partial,
        "unread": len(outcomes) - complete - partial,
        "open": len(cells),
        **{one: counts.count(one) for one in ("page_read", "listed", "assumed")},
    }
