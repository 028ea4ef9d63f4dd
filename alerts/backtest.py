"""What a rule would have sent: its decisions over the log, without sending anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from alerts.outbox import BATCH, Tally
from alerts.rules import Decision, Subject, decide, fits, subject_of
from alerts.timing import slot_after
from jobdiff.config import Rule
from postings.model import Posting
from storage import Store, boards, events, marks, noted
from storage.events import EventRow
from storage.postings import PostingRow


@dataclass(frozen=True)
class Told:
    """An event that the rule would have told, in the message of that time."""

    event: EventRow
    at: datetime
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Backtest:
    """What came of it: ``events`` were looked at; ``dropped`` counts by the filter that said no."""

    events: int
    told: tuple[Told, ...]
    dropped: dict[str, tuple[int, str]]

    @property
    def messages(self) -> dict[datetime, int]:
        """When each message would have gone out, and how many events it would have told."""
        return dict(sorted(Counter(one.at for one in self.told).items()))


def backtest(
    store: Store, rule: Rule, *, since: datetime | None = None, after_cursor: int | None = None
) -> Backtest:
    """Ask a rule about every event since then, by what its posting said at the time."""
    tally, told, looked = Tally(), list[Told](), 0
    taken_back: set[str] = set()
    cursor = after_cursor
    with store.read() as connection:
        known = _look_up(connection)
        while batch := events.log(
            connection, after_cursor=cursor, since=since, baseline=False, limit=BATCH
        ):
            cursor = batch[-1].cursor
            taken_back |= {one.retracts for one in batch if one.retracts}
            for event, subject in _subjects(connection, batch, known):
                looked += 1
                decision = decide(rule, subject)
                tally.note(rule, decision)
                if decision.matches:
                    told.append(Told(event, _at(rule, event), decision.unknown))
    dropped = {name: counted for (_, name), counted in tally.dropped.items()}
    sent = tuple(one for one in told if not _is_held_back(one.event, taken_back))
    return Backtest(looked, sent, dropped)


def _is_held_back(event: EventRow, taken_back: Collection[str]) -> bool:
    """A deadline that was renewed before anyone was told is never sent (rule 5)."""
    return event.kind == "expired" and event.id in taken_back


@dataclass(frozen=True)
class _Known:
    boards: dict[str, tuple[str, ...]]
    marks: dict[str, marks.MarkName]


def _look_up(connection: Connection) -> _Known:
    every = boards.all_boards(connection, watched_only=False)
    named: dict[str, tuple[str, ...]] = {one.id: (one.name, one.url, one.id) for one in every}
    return _Known(named, marks.of_events(connection))


def _subjects(
    connection: Connection, batch: Sequence[EventRow], known: _Known
) -> Iterator[tuple[EventRow, Subject]]:
    said = noted.said_then(connection, [one.after or one.before or "" for one in batch])
    for event in batch:
        if event.quiet:
            continue
        subject = subject_of(
            event.json(),
            said.get(event.after or event.before or "", Posting()),
            event.tags,
            known.boards.get(event.board_id, ()),
            known.marks.get(event.posting_id),
        )
        yield event, subject


def matching(rule: Rule, rows: Sequence[PostingRow], now: datetime) -> list[PostingRow]:
    """Those of these postings that the rule is about, whatever happened to them."""
    return [row for row in rows if _fits(rule, row, now).matches]


def _fits(rule: Rule, row: PostingRow, now: datetime) -> Decision:
    board = (row.board.name, row.board.url, row.board.id)
    return fits(rule, Subject("new", row.known.snapshot.posting, now, board, row.board.tags))


def _at(rule: Rule, event: EventRow) -> datetime:
    slot = slot_after(rule.schedule, rule.quiet_hours, rule.zone, event.detected_at)
    return slot or event.detected_at
