"""From the log of events to deliveries: what is owed to whom.

One transaction reads the events after the cursor, owes what rules tell channels of them, and
moves the cursor, so that a crash loses nothing and owes nothing twice.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from alerts.gather import HELD, TAKEN, Items, Match, gather, owe_matches
from alerts.rulebook import MARKED_KINDS, channels_of, in_force, marked_rule, rule_named
from alerts.rules import Decision, Subject, decide, subject_of
from alerts.timing import slot_after
from jobdiff.config import MARKED, Channel, Config, Rule
from postings.model import Posting
from postings.visits import Policy
from storage import Store, boards, events, marks, noted, outbox, postings
from storage.events import EventRow
from storage.outbox import Delivery, delivery_id

BATCH: Final = 1_000
AT_ONCE: Final = 50_000
_LOOK_WITHIN: Final = Policy().expired_look_within
_NOBODY: Final = Decision("there is no channel to tell", "channels")

log = logging.getLogger(__name__)


@dataclass
class Tally:
    """What was dropped: by rule and filter, how often and why the last time."""

    dropped: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)

    def note(self, rule: Rule, decision: Decision) -> None:
        """Count a decision that says no."""
        if decision.reason is None:
            return
        key = (rule.name, decision.filter or "")
        self.dropped[key] = (self.dropped.get(key, (0, ""))[0] + 1, decision.reason)


@dataclass(frozen=True)
class _Known:
    """What deciding about events needs of the store."""

    rules: tuple[Rule, ...] = ()
    boards: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    unlooked: frozenset[str] = frozenset()
    tally: Tally = field(default_factory=Tally)


def owe_news(store: Store, config: Config, now: datetime) -> int:
    """Owe what the log says since the last time; the first time, only what comes after.

    Returns:
        How many deliveries are new.
    """
    owed = 0
    while _is_behind(store):
        with store.write() as connection:
            owed += _owe(connection, config, now)
    return owed


def release(store: Store, config: Config, now: datetime) -> int:
    """Let go what waited for a look at its page that has been taken, or for a day.

    Returns:
        How many deliveries were let go.
    """
    with store.read() as connection:
        held = _releasable(connection, now)
    together: dict[tuple[str, str], list[Delivery]] = defaultdict(list)
    for one in held:
        together[one.rule, one.channel].append(one)
    for group in together.values():
        with store.write() as connection:
            _release(connection, config, group, now)
    return len(held)


def _releasable(connection: Connection, now: datetime) -> list[Delivery]:
    held = [one for one in outbox.holding(connection, HELD) if one.payload.get(HELD)]
    if not held:
        return []
    unlooked = postings.unlooked_events(connection)
    return [one for one in held if one.next_attempt_at <= now or not unlooked & set(one.event_ids)]


def _release(
    connection: Connection, config: Config, seen: Sequence[Delivery], now: datetime
) -> None:
    """What a rule tells a channel: into its digest, or on its way at once.

    What another process let go, or took back, since it was seen stays as it is.
    """
    stand = outbox.by_ids(connection, [one.id for one in seen])
    group = [one for one in stand if one.state == "owed" and one.payload.get(HELD)]
    if not group:
        return
    rule = rule_named(connection, config, group[0].rule)
    slot = slot_after(rule.schedule, rule.quiet_hours, rule.zone, now) if rule else None
    for one in group:
        if slot is None:
            payload = {key: value for key, value in one.payload.items() if key != HELD}
            outbox.change(connection, one.id, event_ids=one.event_ids, payload=payload)
            outbox.postpone(connection, one.id, now)
        else:
            outbox.cancel(connection, one.id, "gathered with others")
    if slot is not None:
        unknown = {id_: names for one in group for id_, names in Items.of(one).unknown.items()}
        items = Items(tuple(id_ for one in group for id_ in one.event_ids), unknown)
        gather(connection, group[0].rule, group[0].channel, slot, items, now)


def _is_behind(store: Store) -> bool:
    with store.read() as connection:
        if not outbox.has_begun(connection):
            return True
        return outbox.cursor(connection) < events.last_cursor(connection)


def _owe(connection: Connection, config: Config, now: datetime) -> int:
    """Owe what up to ``AT_ONCE`` events tell, in one go."""
    last = events.last_cursor(connection)
    known = _look_up(connection, config)
    if not outbox.has_begun(connection) or not (config.channels or known.rules):
        outbox.owe(connection, (), last)
        return 0
    cursor = outbox.cursor(connection)
    upto = cursor + AT_ONCE
    matches: list[Match] = []
    taken_back: set[str] = set()
    while cursor < upto and (batch := events.log(connection, after_cursor=cursor, limit=BATCH)):
        taken_back.update(one.retracts for one in batch if one.retracts)
        told = _take_back(connection, batch)
        matches += _matches_of(connection, config, batch, known, told)
        cursor = batch[-1].cursor
    noted.count_drops(connection, known.tally.dropped, now)
    news = [match for match in matches if match.event_id not in taken_back]
    owed = owe_matches(connection, news, now)
    outbox.owe(connection, (), cursor)
    return owed


def _look_up(connection: Connection, config: Config) -> _Known:
    every = boards.all_boards(connection, watched_only=False)
    return _Known(
        in_force(connection, config),
        {one.id: (one.name, one.url, one.id) for one in every},
        marks.of_events(connection),
        postings.unlooked_events(connection),
    )


def _take_back(
    connection: Connection, batch: Sequence[EventRow]
) -> dict[str, set[tuple[str, str]]]:
    """A deadline that was renewed before anyone was told is no news (rule 5).

    Returns:
        By retracted event the rules and channels that told it, or are telling it right now: they
        are told that it was wrong, too.
    """
    by = {event.retracts: event.id for event in batch if event.retracts}
    told: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in outbox.telling(connection, by.keys()):
        wrong = [id_ for id_ in one.event_ids if id_ in by]
        if one.state == "sent" or one.leased_until is not None or one.payload.get(TAKEN):
            for id_ in wrong:
                told[id_].add((one.rule, one.channel))
            continue
        rest = [id_ for id_ in one.event_ids if id_ not in by]
        if rest or one.payload.get("deadlines"):
            outbox.change(connection, one.id, event_ids=rest, payload=one.payload)
        else:
            outbox.cancel(connection, one.id, f"retracted by event {by[wrong[-1]]}")
    return told


def _matches_of(
    connection: Connection,
    config: Config,
    batch: Sequence[EventRow],
    known: _Known,
    told: Mapping[str, Collection[tuple[str, str]]],
) -> Iterator[Match]:
    news = [event for event in batch if not event.baseline and not event.quiet]
    contents = postings.contents(connection, list({event.posting_id for event in news}))
    for event in news:
        posting = contents.get(event.posting_id, Posting())
        subject = subject_of(
            event.json(),
            posting,
            event.tags,
            known.boards.get(event.board_id, ()),
            known.marks.get(event.posting_id),
        )
        yield from _matches(config, event, subject, known, told.get(event.retracts or "", ()))


def _matches(
    config: Config,
    event: EventRow,
    subject: Subject,
    known: _Known,
    told: Collection[tuple[str, str]],
) -> Iterator[Match]:
    held = event.detected_at + _LOOK_WITHIN if event.id in known.unlooked else None
    taken = {channel.name for channel in _marked_channels(config, subject)}
    matched: set[tuple[str, str]] = set()
    for rule, channels in _rules(config, known.rules, subject):
        if event.cursor <= rule.origin.after_cursor:
            continue
        decision = decide(rule, subject) if channels else _NOBODY
        known.tally.note(rule, decision)
        for channel in channels:
            if rule.name != MARKED and channel.name in taken:
                continue
            pair = (rule.name, channel.name)
            if decision.matches or pair in told:
                matched.add(pair)
                yield Match(rule, channel, event.id, decision.unknown, held)
    left = [pair for pair in told if pair not in matched and pair[1] not in taken]
    yield from _corrections(config, event, left)


def _corrections(
    config: Config, event: EventRow, told: Collection[tuple[str, str]]
) -> Iterator[Match]:
    """For those who were told what was wrong, and would not be by today's rules and marks."""
    channels = {channel.name: channel for channel in config.channels}
    for name, channel in sorted(told):
        if channel in channels:
            rule = marked_rule(config) if name == MARKED else Rule.model_construct(name=name)
            yield Match(rule, channels[channel], event.id)


def _rules(
    config: Config, rules: Sequence[Rule], subject: Subject
) -> Iterator[tuple[Rule, tuple[Channel, ...]]]:
    """The rules and their channels; a saved posting's own rule goes before the others."""
    if channels := _marked_channels(config, subject):
        yield marked_rule(config), channels
    for rule in rules:
        yield rule, channels_of(config, rule)


def _marked_channels(config: Config, subject: Subject) -> tuple[Channel, ...]:
    """Who is told of it because it is marked; those are told once, whatever other rules say."""
    is_marked = subject.mark in {"saved", "applied"} and subject.kind in MARKED_KINDS
    if not is_marked or (subject.kind == "changed" and not subject.changed):
        return ()
    return config.marked_channels()


__all__ = ["Tally", "delivery_id", "owe_news", "release"]
