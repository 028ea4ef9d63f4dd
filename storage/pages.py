"""The pages of a board: what is needed to not fetch one again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from sqlalchemy import Connection, RowMapping, Text, bindparam, cast, insert, select, update

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
        body_at: when a body last came with its answer; an answer "not modified" has none.
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
    body_at: datetime | None = None


@dataclass(frozen=True)
class Checked:
    """Pages of a board, by URL, that answered again as they did."""

    at: datetime
    urls: tuple[str, ...]


class Records(Mapping[str, PageRecord]):
    """The pages of a board by URL; each is made of its row when it is asked for."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._rows = {row[0]: row for row in rows}
        self._made: dict[str, PageRecord] = {}

    def __getitem__(self, url: str) -> PageRecord:
        made = self._made.get(url)
        if made is None:
            made = self._made[url] = _record_of(self._rows[url])
        return made

    def get(self, url: str, default: Any = None) -> Any:
        """The page at ``url``; most URLs that are asked about are no page that is known."""
        return self[url] if url in self._rows else default

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def remembered(connection: Connection, board_id: str) -> Records:
    """Every page of a board, by URL, for a crawl that will look at few of them closely."""
    plain = (cast(column, Text) for column in _PLAIN)
    wanted = select(*_COLUMNS, *plain).where(pages.c.board_id == board_id)
    return Records(connection.execute(wanted).all())


_COLUMNS = (pages.c.url, pages.c.role, pages.c.etag, pages.c.last_modified, pages.c.body_hash,
            pages.c.lastmod)  # fmt: skip
_AT_ONCE: Final = 500
_PLAIN = (pages.c.checked_at, pages.c.changed_at, pages.c.body_at, pages.c.answer)


def _record_of(row: Sequence[Any]) -> PageRecord:
    (
        url, role, etag, last_modified, body_hash, lastmod, checked_at, changed_at, body_at, answer,
    ) = row  # fmt: skip
    return PageRecord(
        url=url,
        role=role,
        checked_at=read_instant(checked_at),
        changed_at=read_instant(changed_at),
        etag=etag,
        last_modified=last_modified,
        body_hash=body_hash,
        lastmod=lastmod,
        answer=json.loads(answer),
        body_at=None if body_at is None else read_instant(body_at),
    )


def load(connection: Connection, board_id: str) -> dict[str, PageRecord]:
    """Every page of a board, by URL."""
    found = connection.execute(select(pages).where(pages.c.board_id == board_id))
    return {row["url"]: _record(row) for row in found.mappings()}


def save(connection: Connection, board_id: str, records: Iterable[PageRecord]) -> None:
    """Keep what pages answered; of two records of one page the later one counts."""
    latest = {record.url: record for record in records}
    if not latest:
        return
    known = _known(connection, board_id, list(latest))
    added = [
        _values(one) | {"board_id": board_id} for url, one in latest.items() if url not in known
    ]
    changed = [one for url, one in latest.items() if url in known and known[url] != one]
    checked = [one for one in changed if only_checked(known[one.url], one)]
    others = [one for one in changed if not only_checked(known[one.url], one)]
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


def touch(connection: Connection, board_id: str, checked: Iterable[Checked]) -> None:
    """Note when pages answered that have not changed."""
    for one in checked:
        for start in range(0, len(one.urls), _AT_ONCE):
            few = pages.c.url.in_(one.urls[start : start + _AT_ONCE])
            of_board = pages.c.board_id == board_id
            connection.execute(update(pages).where(of_board, few).values(checked_at=one.at))


def checked_json(checked: Checked) -> dict[str, Any]:
    """For the stage."""
    return {"at": spell(checked.at), "urls": list(checked.urls)}


def checked_of(told: Mapping[str, Any]) -> Checked:
    """The inverse of ``checked_json``."""
    return Checked(read_instant(told["at"]), tuple(told["urls"]))


def only_checked(before: PageRecord, after: PageRecord) -> bool:
    """Whether two records of a page differ at most in when it answered."""
    return before == replace(after, checked_at=before.checked_at)


def _known(connection: Connection, board_id: str, urls: Sequence[str]) -> dict[str, PageRecord]:
    """Those pages of a board that are remembered already."""
    found: dict[str, PageRecord] = {}
    for start in range(0, len(urls), _AT_ONCE):
        few = pages.c.url.in_(urls[start : start + _AT_ONCE])
        rows = connection.execute(select(pages).where(pages.c.board_id == board_id, few))
        found |= {row["url"]: _record(row) for row in rows.mappings()}
    return found


def page_json(record: PageRecord) -> dict[str, Any]:
    """A page record for the stage."""
    body_at = record.body_at
    return _values(record) | {
        "checked_at": spell(record.checked_at),
        "changed_at": spell(record.changed_at),
        "body_at": None if body_at is None else spell(body_at),
    }


def page_of(told: Mapping[str, Any]) -> PageRecord:
    """The inverse of ``page_json``."""
    names = ("checked_at", "changed_at", "body_at")
    times = {name: read_instant(told[name]) if told.get(name) else None for name in names}
    return PageRecord(**{**told, **times})


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
        "body_at": record.body_at,
    }


def _record(row: RowMapping) -> PageRecord:
    return PageRecord(**{name: row[name] for name in row if name != "board_id"})
