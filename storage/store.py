"""The store: one database, opened, checked and upgraded, and its transactions."""

from __future__ import annotations

import itertools
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, RootTransaction
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from postings.errors import ConfigurationError, NotFound, StoreCorrupt, UsageError
from storage import engine as sqlite
from storage import migrate
from storage.schema import REVISIONS
from storage.writing import Writing


class Store:
    """One database. Safe to share between threads; one of them writes at a time.

    Errors of the file come out as ``StoreError`` and its kinds, naming the file.

    Attributes:
        writing: how its writing goes.
    """

    def __init__(self, engine: Engine, place: Path) -> None:
        self._engine = engine
        self._writer: int | None = None
        self.writing = Writing(place)
        self._file = _identity(place)
        self.place = place

    @classmethod
    def open(cls, url: str) -> Store:
        """Open the database at ``url`` (``sqlite:///jobs.db``), made or upgraded where needed.

        Raises:
            ConfigurationError: the URL is none, or of a database that is not supported.
            StoreNewer: a newer jobdiff wrote it.
            StoreCorrupt: it is damaged, or not jobdiff's.
            StoreUnwritable: its folder or file cannot be written.
        """
        address = _address(url)
        place = place_of(url)
        sqlite.make_folder(place)
        sqlite.prepare(place)
        store = cls(sqlite.sqlite_engine(address.set(database=str(place))), place)
        try:
            store._upgrade()
        except BaseException:
            store.close()
            raise
        return store

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one committed state throughout and cannot write."""
        self._follow_file()
        with (
            sqlite.plain_errors(self.place),
            self._engine.connect() as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: committed at the end, rolled back on any error. Does not nest."""
        if self._writer == threading.get_ident():
            raise RuntimeError("a transaction cannot be opened inside another one")
        began = monotonic()
        with self.writing.turn(began), sqlite.plain_errors(self.place):
            self._follow_file()
            self._writer = threading.get_ident()
            try:
                with self.writing.asking():
                    connection, transaction = self._begin(began)
                with connection, transaction:
                    yield connection
            finally:
                self._writer = None

    def hasten(self) -> None:
        """Wait for nobody any more, for this process has to end: who cannot write, fails soon."""
        self.writing.hasten()

    def backup(self, target: Path) -> None:
        """Copy the whole database to ``target`` while it is in use.

        Raises:
            UsageError: there is something at ``target`` already.
            StoreUnwritable: it cannot be written.
        """
        if target.exists():
            raise UsageError(f"{target} exists already; name another file")
        sqlite.make_folder(target)
        sqlite.copy_database(self.place, target)

    def shrink(self) -> None:
        """Give the space of what was deleted back to the disk; waits a bounded time for others.

        Raises:
            StoreError: another program holds the database.
        """
        with self.writing.turn(monotonic()):
            self._engine.dispose()
            sqlite.shrink(self.place)

    def check(self) -> None:
        """Check the whole file, however big.

        Raises:
            StoreCorrupt: it is damaged.
        """
        sqlite.prepare(self.place, whole=True)

    def revision(self) -> str | None:
        """The revision of the schema."""
        with self.read() as connection:
            return migrate.revision_of(connection, self.place)

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _begin(self, began: float) -> tuple[Connection, RootTransaction]:
        """A transaction with the write lock, for which it waits a bounded time."""
        while True:
            hastily = self.writing.is_over(began)
            connection = sqlite.for_writing(self._engine.connect(), hastily=hastily)
            try:
                return connection, connection.begin()
            except BaseException as error:
                connection.close()
                is_busy = isinstance(error, DBAPIError) and sqlite.is_busy(error)
                if hastily or not is_busy:
                    raise

    def _follow_file(self) -> None:
        """Let go of a file that was moved away, where another was put in its place (a restore)."""
        there = _identity(self.place)
        if there is not None and there != self._file:
            self._engine.dispose()
            self._file = there

    def _upgrade(self) -> None:
        with self.read() as connection:
            revision = migrate.revision_of(connection, self.place)
        if revision == REVISIONS[-1]:
            return
        if revision is not None:
            sqlite.prepare(self.place, whole=True)
            copy = self.place.with_name(f"{self.place.name}.before-{REVISIONS[-1]}")
            sqlite.copy_database(self.place, copy)
        with self.write() as connection:
            if migrate.revision_of(connection, self.place) != REVISIONS[-1]:
                migrate.upgrade(connection)


def _identity(place: Path) -> tuple[int, int] | None:
    try:
        found = place.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def place_of(url: str) -> Path:
    """The file of a database's URL.

    Raises:
        ConfigurationError: the URL is none, or of a database that is not supported.
    """
    return Path(str(_address(url).database)).expanduser().absolute()


def restore(url: str, copy: Path) -> Path | None:
    """Put a backup in the place of the database at ``url``, also while that is in use.

    What was there is copied beside it first. A backup of an older version is upgraded at the next
    opening.

    Returns:
        Where what was there is now; None where there was nothing.

    Raises:
        NotFound: there is no such backup.
        StoreCorrupt: the backup is damaged, or not jobdiff's.
        StoreNewer: a newer jobdiff wrote it.
        StoreUnwritable: the database cannot be written.
    """
    place = place_of(url)
    _check_copy(copy)
    before = None
    if place.exists() and place.stat().st_size:
        before = _free(place.with_name(f"{place.name}.before-restore"))
        keep = sqlite.copy_database if sqlite.is_whole(place) else shutil.copy2
        keep(place, before)
    sqlite.put_back(copy, place)
    return before


def _free(path: Path) -> Path:
    """A path like this one at which there is nothing yet."""
    tries = (path.with_name(f"{path.name}-{number}") for number in itertools.count(2))
    return next(one for one in itertools.chain((path,), tries) if not one.exists())


def _check_copy(copy: Path) -> None:
    if not copy.is_file():
        raise NotFound(f"{copy}: no such file; name a backup that `jobdiff backup` wrote")
    engine = sqlite.sqlite_engine(make_url(f"sqlite:///{copy}"))
    try:
        with sqlite.plain_errors(copy), engine.connect() as connection:
            said = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
            revision = migrate.revision_of(connection, copy)
    finally:
        engine.dispose()
    if said != "ok" or revision is None:
        raise StoreCorrupt(f"{copy} is damaged or empty; choose another backup")


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ConfigurationError(
            f"database: {url!r} is no database URL; write it like sqlite:///jobs.db"
        ) from error
    if address.get_backend_name() != "sqlite":
        raise ConfigurationError(
            f"database: {address.get_backend_name()} is not supported yet; use sqlite:///jobs.db"
        )
    if not address.database or address.database == ":memory:":
        raise ConfigurationError("database: name a file, like sqlite:///jobs.db")
    return address
