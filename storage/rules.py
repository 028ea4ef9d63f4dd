"""Rules that commands made, as they were written; those of the file stand in the file alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from postings.errors import NotFound, UsageError
from storage import events, outbox
from storage.schema import deliveries, drops, reminders, rules


@dataclass(frozen=True)
class StoredRule:
    """One rule.

    Attributes:
        keys: what was asked for, in the words of a ``[[rules]]`` table, its name left out.
        paused: it tells nothing for now.
        after_cursor: it tells of events after this one; those before are none of its news.
    """

    name: str
    keys: Mapping[str, Any]
    paused: bool
    after_cursor: int
    created_at: datetime
    changed_at: datetime


def every(connection: Connection) -> list[StoredRule]:
    """The rules, oldest first."""
    wanted = select(rules).order_by(rules.c.created_at, rules.c.name)
    return [_rule_of(row) for row in connection.execute(wanted)]


def find(connection: Connection, name: str) -> StoredRule | None:
    """The rule of this name; None where there is none."""
    row = connection.execute(select(rules).where(rules.c.name == name)).first()
    return None if row is None else _rule_of(row)


def add(connection: Connection, name: str, keys: Mapping[str, Any], now: datetime) -> StoredRule:
    """Remember a rule; what the log says already is none of its news.

    Raises:
        UsageError: there is one of this name.
    """
    _refuse_taken(connection, name)
    new = StoredRule(name, dict(keys), False, _end_of_log(connection), now, now)
    connection.execute(
        insert(rules).values(
            name=name,
            keys=new.keys,
            paused=False,
            after_cursor=new.after_cursor,
            created_at=now,
            changed_at=now,
        )
    )
    return new


def change(connection: Connection, name: str, keys: Mapping[str, Any], now: datetime) -> StoredRule:
    """Let a rule ask for something else.

    Raises:
        NotFound: there is none of this name.
    """
    return _set(connection, name, keys=dict(keys), changed_at=now)


def pause(connection: Connection, name: str, now: datetime) -> StoredRule:
    """Let a rule tell nothing until it is resumed; what it owes already is still sent.

    Raises:
        NotFound: there is none of this name.
    """
    return _set(connection, name, paused=True, changed_at=now)


def resume(connection: Connection, name: str, now: datetime) -> StoredRule:
    """Let a paused rule tell what comes from now on; one that is not paused stays as it is.

    Raises:
        NotFound: there is none of this name.
    """
    known = _known(connection, name)
    if not known.paused:
        return known
    after = _end_of_log(connection)
    return _set(connection, name, paused=False, after_cursor=after, changed_at=now)


def rename(connection: Connection, name: str, new: str, now: datetime) -> StoredRule:
    """Call a rule otherwise; see ``hand_over`` for what it owes and has noted.

    Raises:
        NotFound: there is none of this name.
        UsageError: there is one of the new name.
    """
    _refuse_taken(connection, new)
    _set(connection, name, name=new, changed_at=now)
    return _known(connection, new)


def remove(connection: Connection, name: str) -> None:
    """Forget a rule; see ``forget_notes`` and ``discard`` for what it has noted and owes.

    Raises:
        NotFound: there is none of this name.
    """
    _known(connection, name)
    connection.execute(delete(rules).where(rules.c.name == name))


def hand_over(connection: Connection, name: str, new: str) -> None:
    """What a rule owes, has sent, dropped and reminded of goes on under another name."""
    forget_notes(connection, new)
    for table in (deliveries, drops, reminders):
        connection.execute(update(table).where(table.c.rule == name).values(rule=new))


def forget_notes(connection: Connection, name: str) -> None:
    """Forget what a rule dropped and which deadlines it has looked at."""
    for table in (drops, reminders):
        connection.execute(delete(table).where(table.c.rule == name))


def waiting(connection: Connection, name: str) -> int:
    """How many messages a rule owes."""
    own = (deliveries.c.rule == name, deliveries.c.state == "owed")
    return connection.scalar(select(func.count()).select_from(deliveries).where(*own)) or 0


def discard(connection: Connection, name: str) -> int:
    """Send none of the messages that a rule owes; how many they were."""
    own = (deliveries.c.rule == name, deliveries.c.state == "owed")
    said = {"state": "cancelled", "error": "its rule was removed", "leased_until": None}
    return connection.execute(update(deliveries).where(*own).values(**said)).rowcount


def _end_of_log(connection: Connection) -> int:
    """The newest event; where alerts never ran, they begin here, or the first run would skip."""
    last = events.last_cursor(connection)
    if not outbox.has_begun(connection):
        outbox.owe(connection, (), last)
    return last


def _known(connection: Connection, name: str) -> StoredRule:
    found = find(connection, name)
    if found is None:
        raise NotFound(f"no rule is called {name!r}; `jobdiff alerts list` lists them")
    return found


def _refuse_taken(connection: Connection, name: str) -> None:
    if find(connection, name) is not None:
        raise UsageError(f"there is a rule {name!r} already; `jobdiff alerts change` changes it")


def _set(connection: Connection, name: str, /, **values: Any) -> StoredRule:
    _known(connection, name)
    connection.execute(update(rules).where(rules.c.name == name).values(**values))
    return _known(connection, values.get("name", name))


def _rule_of(row: Row[Any]) -> StoredRule:
    return StoredRule(**row._mapping)
