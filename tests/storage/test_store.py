"""Opening, reading and writing a database, and every way in which it cannot be used."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from postings.errors import (
    ConfigurationError,
    StoreCorrupt,
    StoreError,
    StoreNewer,
    StoreUnwritable,
    UsageError,
)
from storage import Store, boards, engine
from storage.boards import BoardRow
from storage.schema import REVISIONS, cursors
from tests.storage.world import at, posting, visit


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def test_a_store_is_made_with_its_folder(tmp_path: Path) -> None:
    place = tmp_path / "some" / "where" / "jobs.db"
    with Store.open(f"sqlite:///{place}") as store:
        assert store.revision() == REVISIONS[-1]
    assert place.exists()


def test_what_was_written_is_there_after_reopening(store_url: str) -> None:
    with Store.open(store_url) as store, store.write() as connection:
        boards.add(connection, url="https://example.org", now=at(0))
    with Store.open(store_url) as store, store.read() as connection:
        assert [one.name for one in boards.all_boards(connection)] == ["example.org"]


def test_sqlite_is_set_to_lose_nothing(store: Store) -> None:
    with store.read() as connection:
        said = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert said == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
    }


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    twice = [{"name": "a", "cursor": 1}, {"name": "a", "cursor": 1}]

    def fail() -> None:
        with store.write() as connection:
            boards.add(connection, url="https://example.org", now=at(0))
            connection.execute(insert(cursors), twice)

    with pytest.raises(IntegrityError):
        fail()
    with store.read() as connection:
        assert boards.count(connection) == 0


def test_a_reader_sees_one_committed_state(store: Store) -> None:
    with store.read() as reader:
        assert boards.count(reader) == 0
        with store.write() as writer:
            boards.add(writer, url="https://example.org", now=at(0))
        assert boards.count(reader) == 0
    with store.read() as reader:
        assert boards.count(reader) == 1


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(StoreUnwritable), store.read() as connection:
        connection.execute(insert(cursors).values(name="a", cursor=1))


def test_a_transaction_does_not_nest(store: Store) -> None:
    with store.write(), pytest.raises(RuntimeError, match="inside another"), store.write():
        pass


def test_threads_write_without_locking_each_other_out(store_url: str) -> None:
    failed: list[Exception] = []

    def write(store: Store, thread: int) -> None:
        try:
            for number in range(100):
                with store.write() as connection:
                    name = f"{thread}-{number}"
                    connection.execute(insert(cursors).values(name=name, cursor=number))
        except Exception as error:  # noqa: BLE001
            failed.append(error)

    with Store.open(store_url) as one, Store.open(store_url) as other:
        stores = (one, one, other, other)
        threads = [
            threading.Thread(target=write, args=pair) for pair in zip(stores, range(4), strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with one.read() as connection:
            assert connection.scalar(select(func.count()).select_from(cursors)) == 400
    assert failed == []


def test_a_locked_database_is_waited_for_and_then_named(
    store: Store, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.01)
    with store.write(), Store.open(store_url) as other:
        with (
            pytest.raises(StoreError, match=r"jobs\.db is locked by another program"),
            other.write(),
        ):
            pass
        with other.read() as connection:
            assert boards.count(connection) == 0
    with Store.open(store_url) as other, other.write() as connection:
        boards.add(connection, url="https://example.org", now=at(0))


def test_a_queue_of_threads_waits_for_another_program_no_longer_than_one(
    store: Store, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.1)
    monkeypatch.setattr(engine, "BEGIN_TRIES", 20)
    monkeypatch.setattr(engine, "HASTY_MILLISECONDS", 10)

    def write(other: Store) -> str:
        try:
            with other.write():
                return "written"
        except StoreError as error:
            return str(error)

    with Store.open(store_url) as other, ThreadPoolExecutor(8) as threads:
        with store.write():
            began = monotonic()
            waiting = [threads.submit(write, other) for _ in range(8)]
            assert all("is locked" in one.result(30) for one in waiting)
            assert 1.9 < monotonic() - began < 8  # one by one it would be 16
            assert other.writing.waits == 0
        assert write(other) == "written"


def test_whoever_writes_for_long_is_waited_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BEGIN_TRIES", 0)

    def write() -> int:
        with store.write() as connection:
            return boards.count(connection)

    with ThreadPoolExecutor() as threads:
        with store.write():
            other = threads.submit(write)
            with pytest.raises(TimeoutError):
                other.result(0.6)
        assert other.result(30) == 0


def test_a_full_disk_is_said_and_the_work_goes_on(store: Store, board: BoardRow) -> None:
    def fill() -> None:
        with store.write() as connection:
            size = connection.scalar(text("PRAGMA page_count"))
            connection.execute(text(f"PRAGMA max_page_count = {size}"))
            for number in range(500):
                row = {"name": f"{number}" * 500, "cursor": number}
                connection.execute(insert(cursors).values(**row))

    with pytest.raises(StoreUnwritable, match="the disk is full"):
        fill()
    with store.write() as connection:
        connection.execute(text("PRAGMA max_page_count = 1073741823"))
        assert connection.scalar(select(func.count()).select_from(cursors)) == 0
    assert visit(store, board, [posting(1)], now=at(0)).postings == 1


def test_other_errors_of_the_database_stay_what_they_are(store: Store) -> None:
    with pytest.raises(DBAPIError), store.read() as connection:
        connection.execute(text("SELECT nothing FROM nowhere"))
    with pytest.raises(sqlite3.OperationalError), engine.plain_errors(Path("x")):
        raise sqlite3.OperationalError("something new")


def test_a_newer_database_is_refused(store_url: str) -> None:
    Store.open(store_url).close()
    with closing(sqlite3.connect(path_of(store_url))) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(StoreNewer, match=r"jobs\.db was written by a newer jobdiff \(schema 9999"):
        Store.open(store_url)


@pytest.mark.parametrize(
    "body", [b"no database at all\n" * 100, b"SQLite format 3\x00" + b"x" * 5000]
)
def test_a_file_that_is_no_database_is_refused(store_url: str, body: bytes) -> None:
    path_of(store_url).write_bytes(body)
    with pytest.raises(StoreCorrupt, match=r"jobs\.db is damaged .* move it away"):
        Store.open(store_url)
    assert path_of(store_url).read_bytes() == body


def test_a_damaged_database_is_refused_and_its_copy_named(store_url: str) -> None:
    with Store.open(store_url) as store, store.write() as connection:
        boards.add(connection, url="https://example.org", now=at(0))
    place = path_of(store_url)
    copy = place.with_name("jobs.db.before-0002")
    copy.write_bytes(b"")
    body = bytearray(place.read_bytes())
    page = len(body) // 4096
    body[4096 * (page // 2) : 4096 * (page // 2 + 3)] = os.urandom(4096 * 3)
    place.write_bytes(body)

    with pytest.raises(StoreCorrupt) as refused:
        Store.open(store_url)
    assert str(place) in str(refused.value)
    assert str(copy) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_database_of_another_program_is_refused(store_url: str) -> None:
    with closing(sqlite3.connect(path_of(store_url))) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(StoreCorrupt, match="another program"):
        Store.open(store_url)


def test_an_empty_file_becomes_a_store(store_url: str) -> None:
    path_of(store_url).touch()
    with Store.open(store_url) as store:
        assert store.revision() == REVISIONS[-1]
    assert not list(path_of(store_url).parent.glob("*.before-*"))


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnwritable, match="file/deeper cannot be made"):
        Store.open(f"sqlite:///{tmp_path / 'file' / 'deeper' / 'jobs.db'}")
    with pytest.raises(StoreUnwritable, match="file cannot be made"):
        Store.open(f"sqlite:///{tmp_path / 'file' / 'jobs.db'}")


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreUnwritable, match="is a folder; name a file in it"):
        Store.open(f"sqlite:///{tmp_path}")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder nobody can write in")
def test_a_folder_that_takes_no_file_is_named() -> None:
    with pytest.raises(StoreUnwritable, match="/proc/self"):
        Store.open("sqlite:////proc/self/jobs.db")


def test_a_folder_or_file_without_the_right_to_write_is_named(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.open(store_url).close()
    place = path_of(store_url)
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != place)
    with pytest.raises(StoreUnwritable, match=r"jobs\.db cannot be written"):
        Store.open(store_url)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(StoreUnwritable, match=r"the folder .* cannot be written"):
        Store.open(store_url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("jobs.db", "no database URL"),
        ("postgresql://localhost/jobs", "postgresql is not supported yet"),
        ("sqlite://", "name a file"),
        ("sqlite:///:memory:", "name a file"),
    ],
)
def test_a_url_that_names_no_file_is_refused(url: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        Store.open(url)


def test_a_backup_is_a_store_of_its_own(store: Store, board: BoardRow, tmp_path: Path) -> None:
    visit(store, board, [posting(1)], now=at(0))
    target = tmp_path / "copies" / "copy.db"
    store.backup(target)

    with Store.open(f"sqlite:///{target}") as copy, copy.read() as connection:
        assert boards.find(connection, "Example").last_complete_at == at(0)
    with pytest.raises(UsageError, match=r"copy\.db exists already"):
        store.backup(target)
    assert [one.name for one in target.parent.iterdir()] == ["copy.db"]


def test_a_backup_that_cannot_be_written_leaves_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreUnwritable):
        store.backup(Path("/proc/self/copy.db"))
    with pytest.raises(StoreUnwritable):
        engine.copy_database(store.place, tmp_path / "missing" / "copy.db")


def test_a_file_that_was_put_in_its_place_is_the_store_from_then_on(
    store: Store, board: BoardRow, tmp_path: Path
) -> None:
    store.backup(tmp_path / "copy.db")
    damaged = store.place.with_name("damaged")
    for part in ("", "-wal", "-shm"):
        one = store.place.with_name(store.place.name + part)
        if one.exists():
            one.replace(damaged.with_name(damaged.name + part))
    with closing(sqlite3.connect(damaged)) as other, other:
        other.execute("update boards set name = 'old'")
    shutil.copy2(tmp_path / "copy.db", store.place)
    with store.read() as connection:
        assert [one.name for one in boards.all_boards(connection)] == [board.name]
    with store.write() as connection:
        boards.set_paused(connection, board.id, True)
    with Store.open(f"sqlite:///{store.place}") as again, again.read() as connection:
        assert boards.get(connection, board.id).paused


def test_a_whole_check_finds_a_healthy_store_healthy(store: Store, board: BoardRow) -> None:
    assert board.created_at + timedelta() == at(0)
    store.check()


def test_a_crash_inside_the_opening_lets_go_of_the_file(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storage import migrate

    def fail(connection: object) -> None:
        raise RuntimeError("half way")

    with monkeypatch.context() as broken:
        broken.setattr(migrate, "upgrade", fail)
        with pytest.raises(RuntimeError, match="half way"):
            Store.open(store_url)
    with Store.open(store_url) as store:
        assert store.revision() == REVISIONS[-1]
