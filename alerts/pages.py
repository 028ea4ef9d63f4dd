"""A message as pages to look at: whole, however much it tells, a page at a time."""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection

from alerts.contents import outgoing_of
from alerts.gather import BOARDS, DEADLINES, LINK_KEY, Items
from alerts.inert import line
from alerts.message import entries_of
from alerts.rulebook import rule_named
from alerts.view import Entry, subject_of
from jobdiff.config import Config
from storage import Store, outbox
from storage.outbox import Delivery

A_PAGE: Final = 500
"""Events, deadlines and boards of one page; so a page takes its time, whatever the message."""

Thing: TypeAlias = tuple[str, Any]


@dataclass(frozen=True)
class MessagePage:
    """One page of a message.

    Attributes:
        at: when it was sent, or else owed, in its rule's time zone.
        entries: what it tells, as of now: what was hidden or has closed meanwhile is left out.
        number: of this page, from 1.
        pages: how many there are.
    """

    subject: str
    rule: str
    at: datetime
    entries: tuple[Entry, ...]
    notes: tuple[str, ...]
    number: int
    pages: int


def message_page(
    store: Store, config: Config, delivery_id: str, key: str, number: int, now: datetime
) -> MessagePage | None:
    """A page of the message that a link stands for; None if there is no such page.

    Args:
        store: where it stands.
        config: for the rule's time zone.
        delivery_id: the message's.
        key: what the link has beside the id, see ``alerts.gather.LINK_KEY``.
        number: which page, from 1.
        now: for what closes soon.
    """
    with store.read() as connection:
        found = outbox.by_ids(connection, (delivery_id,))
        if not found or not _fits(found[0], key):
            return None
        at = _time_of(connection, config, found[0])
    things = _things(Items.of(found[0]))
    pages = max(math.ceil(len(things) / A_PAGE), 1)
    if not 1 <= number <= pages:
        return None
    part = _with_only(found[0], things[(number - 1) * A_PAGE : number * A_PAGE])
    outgoing = outgoing_of(store, config, part, now, whole=True)
    entries = entries_of(outgoing.content)
    subject = outgoing.subject or subject_of(outgoing.rule, outgoing.events, entries)
    return MessagePage(
        line(subject if pages == 1 else f"{len(things):,} notices ({outgoing.rule})"),
        line(outgoing.rule),
        at,
        tuple(entries),
        tuple(line(note) for note in outgoing.notes) if number == pages else (),
        number,
        pages,
    )


def _fits(delivery: Delivery, key: str) -> bool:
    own = delivery.payload.get(LINK_KEY, "")
    return bool(own) and secrets.compare_digest(own.encode(), key.encode("utf-8", "surrogatepass"))


def _things(items: Items) -> Sequence[Thing]:
    """What a message tells, in the order in which it tells it."""
    soonest = sorted(items.deadlines, key=lambda one: str(one["deadline"]))
    return [
        *((BOARDS, one) for one in items.boards),
        *((DEADLINES, one) for one in soonest),
        *(("events", one) for one in items.event_ids),
    ]


def _with_only(delivery: Delivery, things: Sequence[Thing]) -> Delivery:
    def of(kind: str) -> list[Any]:
        return [one for its_kind, one in things if its_kind == kind]

    payload = {**delivery.payload, DEADLINES: of(DEADLINES), BOARDS: of(BOARDS)}
    return replace(delivery, event_ids=tuple(of("events")), payload=payload)


def _time_of(connection: Connection, config: Config, delivery: Delivery) -> datetime:
    rule = rule_named(connection, config, delivery.rule)
    zone = rule.zone if rule else config.alerts.zone
    return (delivery.sent_at or delivery.created_at).astimezone(zone)
