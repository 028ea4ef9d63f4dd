"""What a delivery tells at the time it is sent: hidden and closed postings left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from alerts.channels.base import Outgoing
from alerts.gather import LINK_KEY, SLOT, TAKEN, Items
from alerts.message import SHOWN
from alerts.operator import unread_notes, watching_notes
from alerts.rulebook import rule_named
from alerts.rules import CLOSINGS
from jobdiff.config import OPERATOR, WATCHING, Config
from postings.wire import instant
from storage import Store, events, marks, noted
from storage.events import EventRow
from storage.outbox import Delivery

_CHUNK = 500


def outgoing_of(
    store: Store, config: Config, delivery: Delivery, now: datetime, *, whole: bool = False
) -> Outgoing:
    """The delivery as its channel is given it; ``whole``: without a limit on its entries."""
    with store.read() as connection:
        if delivery.rule == WATCHING:
            return _watching(connection, config, delivery, now)
        hidden = frozenset(marks.of_events(connection, ("hidden",)))
        told = [row.json() for row in _still_true(connection, delivery)]
        items = Items.of(delivery)
        soon = noted.deadlines_of(connection, [one["posting"]["id"] for one in items.deadlines])
        notes = _notes(connection, config, delivery, now)
        rule = rule_named(connection, config, delivery.rule)
    at_most = rule.at_most if rule else SHOWN
    everything = len(told) + len(items.deadlines) + len(items.boards)
    shown = tuple(event for event in told if event["posting"]["id"] not in hidden)
    return Outgoing(
        id=delivery.id,
        rule=delivery.rule,
        events=shown,
        now=now,
        unknown=items.unknown,
        deadlines=tuple(one for one in items.deadlines if _holds(one, soon, hidden)),
        boards=items.boards,
        notes=notes,
        at_most=max(everything, 1) if whole else at_most,
        templates=config.alerts.templates,
        link=link_to(config, delivery),
        whole=whole,
        hidden=len(told) - len(shown),
    )


def _holds(
    one: Mapping[str, Any], deadlines: Mapping[str, datetime], hidden: Collection[str]
) -> bool:
    """Whether a reminder is one still: of a posting that is open, and of its present deadline."""
    posting_id = one["posting"]["id"]
    return posting_id not in hidden and instant(deadlines.get(posting_id)) == one["deadline"]


def link_to(config: Config, delivery: Delivery) -> str:
    """Where all of it can be read; empty where it is not served, or was owed before there was."""
    key = delivery.payload.get(LINK_KEY)
    if config.web.url is None or key is None:
        return ""
    return f"{config.web.url}/messages/{delivery.id}/{key}"


def _still_true(connection: Connection, delivery: Delivery) -> list[EventRow]:
    """Its events; of one that nobody has yet, without what was taken back since it was owed."""
    rows = _rows(connection, delivery.event_ids)
    if delivery.state != "owed" or delivery.payload.get(TAKEN):
        return rows
    first = next((row.cursor for row in rows if row.kind in CLOSINGS), None)
    wrong = frozenset() if first is None else events.retracted(connection, first)
    return [row for row in rows if row.id not in wrong]


def _rows(connection: Connection, ids: Sequence[str]) -> list[EventRow]:
    found = [
        row
        for start in range(0, len(ids), _CHUNK)
        for row in events.by_ids(connection, ids[start : start + _CHUNK])
    ]
    return sorted(found, key=lambda row: row.cursor)


def _notes(
    connection: Connection, config: Config, delivery: Delivery, now: datetime
) -> tuple[str, ...]:
    """Each digest ends with what could not be seen."""
    rule = rule_named(connection, config, delivery.rule)
    if delivery.rule == OPERATOR or rule is None or SLOT not in delivery.payload:
        return ()
    lost, watched = noted.unread(connection)
    return unread_notes(lost, watched, rule.zone, now)


def _watching(
    connection: Connection, config: Config, delivery: Delivery, now: datetime
) -> Outgoing:
    """Nothing to say if nobody wants to hear it any more."""
    wanted = config.alerts.still_watching is not None
    values: dict[str, Any] = {}
    if wanted:
        values["subject"] = "Still watching"
        values["notes"] = watching_notes(connection, config, now)
    return Outgoing(
        delivery.id, delivery.rule, (), now, templates=config.alerts.templates, **values
    )
