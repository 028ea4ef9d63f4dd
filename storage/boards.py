"""The boards: what is watched, how it is going, and what the crawler has learnt of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal, Protocol, TypeAlias

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from postings.errors import NotFound, UsageError
from postings.habits import Habits
from postings.model import Quarantine
from postings.urls import canonical
from storage.board_names import free_name, refuse_taken
from storage.codec import habits_json, habits_of, quarantine_of
from storage.schema import (
    ambiguous_keys,
    boards,
    crawls,
    events,
    merges,
    pages,
    posting_keys,
    postings,
    snapshots,
    staged,
)

Origin: TypeAlias = Literal["command", "file"]

STALE_AFTER_INTERVALS: Final = 3
STALE_AFTER: Final = timedelta(days=3)
LONGEST_AUTO: Final = timedelta(hours=24)


@dataclass(frozen=True)
class BoardRow:
    """One board.

    Attributes:
        every: ``auto``, a duration or a cron line.
        strategy: what the user asked for, ``auto`` or a strategy's name.
        learnt: the crawler's own memory of the board, JSON values.
        watched: False for a board that was only checked, or removed.
        origin: who owns it, the commands or the configuration file (then
            ``origin_file`` and ``origin_line`` are where).
        read_by: the strategy by which it was last read; ``complete_crawls`` and ``read_crawls``
            count the crawls under it (rule 8).
        outcome: of its last crawl; ``reason`` says why it was not ``complete``.
        failures: crawls in a row that ended blocked, failed or unreadable.
        retry_after: the board asked not to be crawled before.
        habits: what was learnt of its fields: the volatile ones, and those it lost all at once.
        warning: what was found amiss when it was added.
        window: the hours in which it may be crawled, ``always``, or None for the default.
        timezone: of the window and of a cron line; None for the default.
        deaths: crawls in a row whose process died.
        allow_private: it may stand at a loopback or private address.
        browser: whether its pages are drawn: ``always``, ``auto`` or ``never``.
    """

    id: str
    url: str
    name: str
    tags: tuple[str, ...]
    every: str
    strategy: str
    learnt: Mapping[str, Any]
    watched: bool
    paused: bool
    origin: Origin
    origin_file: str | None
    origin_line: int | None
    created_at: datetime
    next_crawl_at: datetime | None
    last_crawl_at: datetime | None
    last_complete_at: datetime | None
    read_by: str | None
    complete_crawls: int
    read_crawls: int
    outcome: str | None
    reason: str | None
    failures: int
    retry_after: datetime | None
    quarantine: Quarantine | None
    warning: str | None
    habits: Habits = field(default_factory=Habits)
    window: str | None = None
    timezone: str | None = None
    deaths: int = 0
    allow_private: bool = False
    browser: str = "never"


class FileBoard(Protocol):
    """A board as the configuration file has it."""

    @property
    def url(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def tags(self) -> tuple[str, ...]: ...
    @property
    def every(self) -> str: ...
    @property
    def strategy(self) -> str: ...
    @property
    def window(self) -> str | None: ...
    @property
    def timezone(self) -> str | None: ...
    @property
    def allow_private(self) -> bool: ...
    @property
    def browser(self) -> str: ...
    @property
    def line(self) -> int | None: ...


def add(
    connection: Connection,
    *,
    url: str,
    now: datetime,
    name: str | None = None,
    tags: Sequence[str] | None = None,
    every: str | None = None,
    strategy: str | None = None,
    window: str | None = None,
    timezone: str | None = None,
    allow_private: bool | None = None,
    browser: str | None = None,
    watched: bool = True,
    origin_file: str | None = None,
    origin_line: int | None = None,
    warning: str | None = None,
) -> BoardRow:
    """Remember a board, or what is now asked of one that is known; what is None stays as it is.

    A known one is told by its canonical URL; it is never unwatched by this.

    Raises:
        UsageError: another board has the name, or is meant by it.
    """
    address = canonical(url)
    known = connection.execute(select(boards).where(boards.c.canonical == address)).first()
    if name is not None:
        refuse_taken(connection, name, address, None if known is None else known.id)
    asked = {"name": name, "every": every, "strategy": strategy, "warning": warning}
    asked |= {"window": window, "timezone": timezone, "browser": browser}
    values: dict[str, Any] = {key: value for key, value in asked.items() if value is not None}
    if allow_private is not None:
        values["allow_private"] = allow_private
    if tags is not None:
        values["tags"] = list(dict.fromkeys(tags))
    if origin_file is not None:
        values |= {"origin": "file", "origin_file": origin_file, "origin_line": origin_line}
        values["paused"] = False
    if known is not None:
        values |= {"watched": known.watched or watched, **_sooner(known, every)}
        connection.execute(update(boards).where(boards.c.id == known.id).values(**values))
        return get(connection, known.id)
    blank = _blank(url, address, now) | {"watched": watched}
    new = blank | {"name": name or free_name(connection, url)} | values
    connection.execute(insert(boards).values(**new))
    return get(connection, new["id"])


def get(connection: Connection, board_id: str) -> BoardRow:
    """The board with this id.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(select(boards).where(boards.c.id == board_id)).first()
    if row is None:
        raise NotFound(f"no board has the id {board_id}; `jobdiff boards` lists them")
    return board_of(row)


def all_boards(connection: Connection, *, watched_only: bool = True) -> list[BoardRow]:
    """The boards by name; with those that were only checked or were removed, if asked."""
    wanted = select(boards).order_by(boards.c.name)
    if watched_only:
        wanted = wanted.where(boards.c.watched)
    return [board_of(row) for row in connection.execute(wanted)]


def find(connection: Connection, ref: str) -> BoardRow:
    """The board that a person means: by name, URL, id or the beginning of its id.

    Raises:
        NotFound: none is meant.
        UsageError: more than one is.
    """
    for exact in (boards.c.name == ref, boards.c.canonical == canonical(ref)):
        if row := connection.execute(select(boards).where(exact)).first():
            return board_of(row)
    begins = boards.c.id.startswith(ref.lower(), autoescape=True)
    found = connection.execute(select(boards).where(begins).limit(3)).all() if ref else []
    if len(found) > 1:
        names = " and ".join(row.name for row in found[:2])
        raise UsageError(f"{ref!r} is the beginning of several boards' ids, {names}; write more")
    if not found:
        raise NotFound(f"no board is called {ref!r}; `jobdiff boards` lists them")
    return board_of(found[0])


def at(connection: Connection, url: str) -> BoardRow | None:
    """The board at a URL; None where there is none."""
    row = connection.execute(select(boards).where(boards.c.canonical == canonical(url))).first()
    return None if row is None else board_of(row)


def count(connection: Connection, *, watched_only: bool = True) -> int:
    """How many boards there are."""
    wanted = select(func.count()).select_from(boards)
    return connection.scalar(wanted.where(boards.c.watched) if watched_only else wanted) or 0


def set_paused(connection: Connection, board_id: str, paused: bool) -> None:
    """Pause a board, or resume it."""
    _set(connection, board_id, paused=paused)


def schedule(connection: Connection, board_id: str, at: datetime | None) -> None:
    """Say when a board is due next; None is at once."""
    _set(connection, board_id, next_crawl_at=at)


def warn(connection: Connection, board_id: str, warning: str | None) -> None:
    """Note what is amiss with a board, or that nothing is any more."""
    _set(connection, board_id, warning=warning)


def learn(connection: Connection, board_id: str, learnt: Mapping[str, Any]) -> None:
    """Replace what the crawler knows of a board."""
    _set(connection, board_id, learnt=dict(learnt))


def remove(connection: Connection, board_id: str, purge: bool = False) -> None:
    """Watch a board no longer; its history stays, unless it is purged with everything of it."""
    if not purge:
        _set(connection, board_id, watched=False, **_OWNED_BY_COMMANDS)
        return
    of_board = select(postings.c.id).where(postings.c.board_id == board_id)
    of_crawl = select(crawls.c.id).where(crawls.c.board_id == board_id)
    connection.execute(delete(staged).where(staged.c.crawl_id.in_(of_crawl)))
    connection.execute(delete(events).where(events.c.board_id == board_id))
    connection.execute(delete(snapshots).where(snapshots.c.posting_id.in_(of_board)))
    for table in (merges, posting_keys, ambiguous_keys, pages, crawls, postings):
        connection.execute(delete(table).where(table.c.board_id == board_id))
    connection.execute(delete(boards).where(boards.c.id == board_id))


def _sooner(known: Row[Any], every: str | None) -> dict[str, Any]:
    """A shorter interval holds from the last crawl on; a cron line or ``auto`` from now on."""
    if every in {None, known.every} or known.next_crawl_at is None:
        return {}
    if every == "auto" or " " in str(every) or known.last_crawl_at is None:
        return {"next_crawl_at": None}
    return {"next_crawl_at": min(known.next_crawl_at, known.last_crawl_at + interval(str(every)))}


_OWNED_BY_COMMANDS: Final = {"origin": "command", "origin_file": None, "origin_line": None}


def sync_file_boards(
    connection: Connection, file: str, entries: Iterable[FileBoard], now: datetime
) -> list[BoardRow]:
    """Make the boards of ``file`` what it says; one that left it is paused and the commands' own.

    Boards of other files that share the store stay as they are.

    Returns:
        The boards of the file, in its order.

    Raises:
        UsageError: a name is another board's.
    """
    entries = list(entries)
    _free_names(connection, file, {e.name: canonical(e.url) for e in entries if e.name is not None})
    # Those that the file names go first: the others are called by what is free then.
    named_first = sorted(range(len(entries)), key=lambda number: entries[number].name is None)
    taken_in = {n: _from_file(connection, file, entries[n], now) for n in named_first}
    kept = [taken_in[number] for number in range(len(entries))]
    left = boards.c.id.not_in([board.id for board in kept])
    connection.execute(
        update(boards)
        .where(boards.c.origin_file == file, left)
        .values(paused=True, **_OWNED_BY_COMMANDS)
    )
    return kept


def close_question(connection: Connection, board_id: str, habits: Habits) -> None:
    """The board is quarantined no longer, and is due at once; ``habits`` are its fields' now."""
    told = habits_json(habits)
    _set(connection, board_id, quarantine=None, habits=told, next_crawl_at=None)


def interval(every: str) -> timedelta:
    """How far apart two crawls of a board are at most; a day where that is not said in hours."""
    from jobdiff.config.durations import parse_duration

    try:
        return parse_duration(every)
    except UsageError:
        return LONGEST_AUTO


def is_stale(board: BoardRow, interval: timedelta, now: datetime) -> bool:
    """Whether its postings are not to be relied on: no complete crawl for too long (rule 8)."""
    since = board.last_complete_at or board.created_at
    return now - since > max(STALE_AFTER_INTERVALS * interval, STALE_AFTER)


def _from_file(connection: Connection, file: str, entry: FileBoard, now: datetime) -> BoardRow:
    board = add(
        connection,
        url=entry.url,
        name=entry.name,
        tags=entry.tags,
        every=entry.every,
        strategy=entry.strategy,
        allow_private=entry.allow_private,
        browser=entry.browser,
        origin_file=file,
        origin_line=entry.line,
        now=now,
    )
    _set(connection, board.id, window=entry.window, timezone=entry.timezone)
    return replace(board, window=entry.window, timezone=entry.timezone)


def _set(connection: Connection, board_id: str, **values: Any) -> None:
    changed = connection.execute(update(boards).where(boards.c.id == board_id).values(**values))
    if not changed.rowcount:
        raise NotFound(f"no board has the id {board_id}; `jobdiff boards` lists them")


def _free_names(connection: Connection, file: str, asked: Mapping[str, str]) -> None:
    """Boards of a file whose names it gives to others now, by address, are called as their site."""
    wanted = select(boards).where(boards.c.origin_file == file, boards.c.name.in_(list(asked)))
    for row in connection.execute(wanted).all():
        if asked[row.name] != row.canonical:
            _set(connection, row.id, name=free_name(connection, row.url, but_not=asked))


def _blank(url: str, address: str, now: datetime) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "url": url,
        "canonical": address,
        "tags": [],
        "every": "auto",
        "strategy": "auto",
        "learnt": {},
        "paused": False,
        "origin": "command",
        "created_at": now,
        "complete_crawls": 0,
        "read_crawls": 0,
        "failures": 0,
        "deaths": 0,
    }


def board_of(row: Row[Any]) -> BoardRow:
    """A board from its row."""
    values = dict(row._mapping)
    del values["canonical"]
    told = values["quarantine"]
    return BoardRow(
        **values
        | {
            "tags": tuple(values["tags"]),
            "quarantine": None if told is None else quarantine_of(told),
            "habits": habits_of(values["habits"]),
        }
    )
