"""What is SQLite's own: how a file is opened, checked and copied, how a transaction begins."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from postings.errors import JobdiffError, StoreCorrupt, StoreError, StoreUnwritable
from storage.types import dumps

BUSY_SECONDS: Final = 5.0
BEGIN_TRIES: Final = 6
HASTY_MILLISECONDS: Final = 1_000
CHECKED_UP_TO: Final = 128 * 1024 * 1024
"""Bytes up to which a file is checked whole at every opening; a bigger one, before migrations."""

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_UNWRITABLE = {
    sqlite3.SQLITE_READONLY: "is read-only; give yourself the right to write it",
    sqlite3.SQLITE_PERM: "may not be opened; give yourself the right to write it",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; check that its folder exists and can be written",
    sqlite3.SQLITE_FULL: "cannot grow, the disk is full; make room and try again",
    sqlite3.SQLITE_IOERR: "cannot be read or written; check the disk",
}


def sqlite_engine(url: URL) -> Engine:
    """An engine whose transactions begin as asked: deferred to read, immediate to write."""
    engine = create_engine(
        url,
        json_serializer=dumps,
        pool_size=8,
        max_overflow=24,
        connect_args={
            "isolation_level": None,
            "check_same_thread": False,
            "timeout": BUSY_SECONDS,
            "cached_statements": 256,
        },
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def for_writing(connection: Connection, *, hastily: bool = False) -> Connection:
    """The connection, with transactions that take the write lock at once; hastily: or never."""
    return connection.execution_options(jobdiff_writes=True, jobdiff_hastily=hastily)


def _configure(connection: Any, _record: object) -> None:
    with closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA cache_size = -32000")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    writes = bool(options.get("jobdiff_writes"))
    if writes:
        wait = HASTY_MILLISECONDS if options.get("jobdiff_hastily") else BUSY_SECONDS * 1000
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {wait:.0f}")
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def plain_errors(place: Path) -> Iterator[None]:
    """Turn what the database says about its file into the store's errors, naming the file."""
    try:
        yield
    except DBAPIError as error:
        known = _known_error(error.orig, place)
        if known is None:
            raise
        raise known from error
    except sqlite3.Error as error:
        known = _known_error(error, place)
        if known is None:
            raise
        raise known from error


def is_busy(error: DBAPIError) -> bool:
    """Whether another connection held the write lock for too long."""
    return _code(error.orig) in _BUSY


def _code(error: BaseException | None) -> int:
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def _known_error(error: BaseException | None, place: Path) -> JobdiffError | None:
    code = _code(error)
    if code in _BUSY:
        return locked(place)
    if code in _DAMAGED:
        return StoreCorrupt(f"{place} is damaged ({error}); {how_to_restore(place)}")
    if code in _UNWRITABLE:
        return StoreUnwritable(f"{place} {_UNWRITABLE[code]}")
    return None


def locked(place: Path) -> StoreError:
    """The error of whoever waited for another program in vain."""
    return StoreError(f"{place} is locked by another program; end it and try again")


def how_to_restore(place: Path) -> str:
    """What to do about a damaged file: the newest copy beside it, or a fresh start."""
    copies = sorted(place.parent.glob(f"{place.name}.before-*"))
    copy = f"copy {copies[-1]} over it" if copies else "copy a backup over it"
    return f"move it away and {copy}, or start anew without it"


def make_folder(place: Path) -> None:
    """Create the folder of a database file.

    Raises:
        StoreUnwritable: it cannot be made or written, or the file's name is a folder's.
    """
    if place.is_dir():
        raise StoreUnwritable(f"{place} is a folder; name a file in it, like {place / 'jobs.db'}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or "cannot be made"
        raise StoreUnwritable(
            f"the folder {place.parent} cannot be made ({why}); choose another with --database"
        ) from error
    if not os.access(place.parent, os.W_OK | os.X_OK):
        raise StoreUnwritable(f"the folder {place.parent} cannot be written; choose another")
    if place.exists() and not os.access(place, os.R_OK | os.W_OK):
        raise StoreUnwritable(f"{place} cannot be written; give yourself the right to write it")


def prepare(place: Path, *, whole: bool = False) -> None:
    """Check a database file, and switch it to write-ahead logging.

    Args:
        place: the file; a missing or empty one is fine.
        whole: check it however big it is.

    Raises:
        StoreCorrupt: it is damaged, or no database.
        StoreUnwritable: it cannot be opened.
        StoreError: another program holds it.
    """
    filled = place.exists() and place.stat().st_size > 0
    with plain_errors(place), closing(sqlite3.connect(place, timeout=BUSY_SECONDS)) as connection:
        if filled and (whole or place.stat().st_size <= CHECKED_UP_TO):
            said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if said != "ok":
                why = " ".join(str(said).split())
                raise StoreCorrupt(f"{place} is damaged ({why}); {how_to_restore(place)}")
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode = WAL")


def copy_database(place: Path, target: Path) -> None:
    """Copy a database, also while it is in use, and check the copy before it gets its name.

    Raises:
        StoreUnwritable: the copy cannot be written.
        StoreCorrupt: the database is damaged.
    """
    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        with (
            plain_errors(place),
            closing(sqlite3.connect(place, timeout=BUSY_SECONDS)) as source,
            plain_errors(target),
            closing(sqlite3.connect(unfinished)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            said = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
            if said != "ok":
                raise StoreCorrupt(f"{place} is damaged ({said}); {how_to_restore(place)}")
        unfinished.replace(target)
    except OSError as error:
        raise StoreUnwritable(f"{target} cannot be written: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def put_back(copy: Path, place: Path) -> None:
    """Write a copied database over one, also while that is in use; what is no database is moved.

    Raises:
        StoreUnwritable: it cannot be written.
        StoreError: another program holds it.
    """
    make_folder(place)
    if not is_whole(place):
        for part in (place, *(place.with_name(place.name + end) for end in ("-wal", "-shm"))):
            if part.exists():
                part.replace(part.with_name(f"{part.name}.damaged"))
    with (
        plain_errors(copy),
        closing(sqlite3.connect(f"file:{quote(str(copy))}?mode=ro", uri=True)) as source,
        plain_errors(place),
        closing(sqlite3.connect(place, timeout=BUSY_SECONDS)) as target,
    ):
        source.backup(target)


def shrink(place: Path) -> None:
    """Give the space of what was deleted back to the disk.

    Raises:
        StoreError: another program holds the database.
    """
    with (
        plain_errors(place),
        closing(sqlite3.connect(place, timeout=BUSY_SECONDS, isolation_level=None)) as connection,
    ):
        connection.execute("VACUUM")


def is_whole(place: Path) -> bool:
    """Whether a file can be opened as a database and read through; one that is missing can."""
    if not place.exists():
        return True
    try:
        prepare(place, whole=True)
    except StoreCorrupt:
        return False
    return True
