"""What a crawl saw, kept until it is settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, insert, select

from postings.model import Observation
from storage.codec import observation_json, observation_of
from storage.pages import Checked, PageRecord, checked_json, checked_of, page_json, page_of
from storage.repeated import Repeated, repeated_json, repeated_of
from storage.schema import staged

Item: TypeAlias = Observation | PageRecord | Repeated | Checked


@dataclass(frozen=True)
class Staged:
    """What a crawl saw, in the order in which it came, each kind by itself."""

    seen: tuple[Observation, ...] = ()
    records: tuple[PageRecord, ...] = ()
    repeated: tuple[Repeated, ...] = ()
    checked: tuple[Checked, ...] = ()


def keep(connection: Connection, crawl_id: str, items: Sequence[Item]) -> None:
    """Keep what a crawl saw."""
    rows = [{"crawl_id": crawl_id, **_values(item)} for item in items]
    if rows:
        connection.execute(insert(staged), rows)


def load(connection: Connection, crawl_id: str) -> Staged:
    """What a crawl saw so far."""
    wanted = select(staged.c.kind, staged.c.body).where(staged.c.crawl_id == crawl_id)
    rows = connection.execute(wanted.order_by(staged.c.number)).all()
    return Staged(
        tuple(observation_of(body) for kind, body in rows if kind == "observation"),
        tuple(page_of(body) for kind, body in rows if kind == "page"),
        tuple(repeated_of(body) for kind, body in rows if kind == "repeated"),
        tuple(checked_of(body) for kind, body in rows if kind == "checked"),
    )


def _values(item: Item) -> dict[str, Any]:
    if isinstance(item, PageRecord):
        return {"kind": "page", "body": page_json(item)}
    if isinstance(item, Repeated):
        return {"kind": "repeated", "body": repeated_json(item)}
    if isinstance(item, Checked):
        return {"kind": "checked", "body": checked_json(item)}
    return {"kind": "observation", "body": observation_json(item)}
