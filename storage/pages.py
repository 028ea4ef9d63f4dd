"""The pages of a board: what is needed to not fetch one again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from storage.schema import pages
from storage.types import read_instant, spell

Role: TypeAlias = Literal["listing", "detail", "other"]


@dataclass(frozen=True, kw_only=True)
class PageRecord:
    """What a page answered when it last answered well.

    Attributes:
        url: the page, as it is asked.
        role: what it is on its board.
        checked_at: when it last answered.
        changed_at: when its answer last differed.
        etag: its validator, as it came.
        last_modified: its other validator, as it came.
        body_hash: of its body, as the crawler hashes it.
        lastmod: what the sitemap or list API said of it.
        answer: what the crawler learnt from it and wants back, as JSON.
    """

    url: str
    role: Role
    checked_at: datetime
    changed_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    lastmod: str | None = None
    answer: Mapping[str, Any] = field(default_factory=dict, hash=False)


def load(connection: Connection, board_id: str) -> dict[str, PageRecord]:
    """Every page of a board, by URL."""
    found = connection.execute(select(pages).where(pages.c.board_id == board_id))
    return {row["url"]: _record(row) for row in found.mappings()}


def save(connection: Connection, board_id: str, records: Iterable[PageRecord]) -> None:
    """Keep what pages answered; of two records of one page the later one counts."""
    latest = {record.url: record for record in records}
    if not latest:
        return
    known = load(connection, board_id)
    added = [
        _values(one) | {"board_id": board_id} for url, one in latest.items() if url not in known
    ]
    changed = [one for url, one in latest.items() if url in known and known[url] != one]
    checked = [one for one in changed if _only_checked(known[one.url], one)]
    others = [one for one in changed if not _only_checked(known[one.url], one)]
    of_page = (pages.c.board_id == board_id) & (pages.c.url == bindparam("page"))
    if added:
        connection.execute(insert(pages), added)
    if checked:
        touch = update(pages).where(of_page).values(checked_at=bindparam("checked"))
        connection.execute(touch, [{"page": one.url, "checked": one.checked_at} for one in checked])
    if others:
        connection.execute(
            update(pages).where(of_page), [_values(one) | {"page": one.url} for one in others]
        )


def page_json(record: PageRecord) -> dict[str, Any]:
    """A page record for the stage."""
    return _values(record) | {
        "checked_at": spell(record.checked_at),
        "changed_at": spell(record.changed_at),
    }


def page_of(told: Mapping[str, Any]) -> PageRecord:
    """The inverse of ``page_json``."""
    times = {name: read_instant(told[name]) for name in ("checked_at", "changed_at")}
    return PageRecord(**{**told, **times})


def _only_checked(before: PageRecord, after: PageRecord) -> bool:
    return _values(before) | {"checked_at": None} == _values(after) | {"checked_at": None}


def _values(record: PageRecord) -> dict[str, Any]:
    return {
        "url": record.url,
        "role": record.role,
        "checked_at": record.checked_at,
        "changed_at": record.changed_at,
        "etag": record.etag,
        "last_modified": record.last_modified,
        "body_hash": record.body_hash,
        "lastmod": record.lastmod,
        "answer": dict(record.answer),
    }


def _record(row: RowMapping) -> PageRecord:
    return PageRecord(**{name: row[name] for name in row if name != "board_id"})
