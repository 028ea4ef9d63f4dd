"""Deadlines that are near: told once for each posting, deadline and rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from alerts.gather import Items, owe_items
from alerts.outbox import Tally
from alerts.rulebook import channels_of, in_force, marked_rule
from alerts.rules import Decision, Subject, fits
from jobdiff.config import MARKED, Channel, Config, Rule
from postings.wire import instant, summary_json
from storage import Store, marks, noted
from storage.marks import MarkName
from storage.noted import Closing

_MARKED: Final[tuple[MarkName, ...]] = ("saved", "applied")


def owe_reminders(store: Store, config: Config, now: datetime) -> int:
    """Owe a word on each posting that closes soon: of rules with ``remind``, and of marked ones.

    Returns:
        How many deliveries are new.
    """
    owed = 0
    with store.read() as connection:
        reminding = [
            (rule, lead, channels)
            for rule, lead, channels in _reminding(connection, config)
            if _near(connection, rule, lead, now)
        ]
    for rule, lead, channels in reminding:
        with store.write() as connection:
            owed += _owe(connection, rule, lead, channels, now)
    return owed


def _reminding(
    connection: Connection, config: Config
) -> Iterator[tuple[Rule, timedelta, tuple[Channel, ...]]]:
    own = marked_rule(config)
    if own.remind and config.marked_channels():
        yield own, own.remind, config.marked_channels()
    for rule in in_force(connection, config):
        if rule.remind:
            yield rule, rule.remind, channels_of(config, rule)


def _near(connection: Connection, rule: Rule, lead: timedelta, now: datetime) -> list[Closing]:
    marked = _MARKED if rule.name == MARKED else None
    return noted.closing(connection, rule.name, now, now + lead, marked)


def _owe(
    connection: Connection,
    rule: Rule,
    lead: timedelta,
    channels: Sequence[Channel],
    now: datetime,
) -> int:
    own = {one.posting_id: one.mark for one in marks.every(connection).values()}
    told = []
    tally = Tally()
    for one in _near(connection, rule, lead, now):
        noted.looked_at(connection, rule.name, one.posting_id, one.deadline, now)
        decision = _decided(rule, one, lead, own.get(one.posting_id))
        if decision is None:
            continue
        tally.note(rule, decision)
        if decision.matches:
            told.append(_item(one, decision))
    noted.count_drops(connection, tally.dropped, now)
    if not told:
        return 0
    items = Items(deadlines=tuple(told))
    return sum(owe_items(connection, rule, channel, items, now) for channel in channels)


def _decided(rule: Rule, one: Closing, lead: timedelta, mark: str | None) -> Decision | None:
    """Whether a rule reminds of it, by the age that it had when it was found.

    None where that is not the rule's to say: what was new a moment ago, what is marked otherwise.
    """
    if rule.name == MARKED:
        return Decision()
    if mark is not None or one.first_seen > one.deadline - lead:
        return None
    return fits(rule, Subject("new", one.posting, one.first_seen, one.board, one.tags))


def _item(one: Closing, decision: Decision) -> dict[str, object]:
    return {
        "board": one.board[0],
        "deadline": instant(one.deadline),
        "posting": summary_json(one.posting, one.posting_id, one.url),
        "unknown": list(decision.unknown),
    }
