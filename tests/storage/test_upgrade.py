"""A store of the first schema is brought to today's with all that it knows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

import storage
from postings.visits import Policy
from storage import Store, boards, crawls, events, postings
from storage.schema import REVISIONS
from tests.storage.world import SITE, at, gone, posting, visit


def _lived(url: str) -> None:
    """Three crawls: the first ones, then a change, then one that is gone."""
    with Store.open(url) as store:
        with store.write() as connection:
            board = boards.add(connection, url=f"{SITE}/careers", name="Example", now=at(0))
        before = [posting(number, pay=100_000) for number in range(1, 5)]
        after = [posting(1, pay=110_000), *before[1:3]]
        visit(store, board, before, now=at(0))
        visit(store, board, after, now=at(1), also=[gone(before[3], at(1))])
        crawls.sweep(store, Policy(), at(2))


def _said(url: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    with Store.open(url) as store, store.read() as connection:
        rows = postings.search(connection)
        lines = [postings.posting_line(row, at(3)) for row in rows]
        return lines, [one.json() for one in events.log(connection)]


def _at_first_schema(new: Path, old: Path) -> None:
    """What ``new`` holds, as far as the first schema has room for it."""
    config = Config()
    config.set_main_option("script_location", str(Path(storage.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    engine = create_engine(f"sqlite:///{old}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, REVISIONS[0])
    engine.dispose()
    with closing(sqlite3.connect(old)) as copying, copying:
        copying.execute("ATTACH ? AS today", (str(new),))
        tables = copying.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")
        for (table,) in tables.fetchall():
            if table == "alembic_version" or table.startswith("sqlite_"):
                continue
            columns = copying.execute(f"PRAGMA main.table_info({table})").fetchall()
            names = ", ".join(f'"{column[1]}"' for column in columns)
            copy = f"INSERT INTO main.{table} ({names}) SELECT {names} FROM today.{table}"
            copying.execute(copy)


def test_nothing_that_a_store_knew_is_lost_by_the_upgrade(tmp_path: Path) -> None:
    today, first = (f"sqlite:///{tmp_path / name}" for name in ("today.db", "first.db"))
    _lived(today)
    _at_first_schema(tmp_path / "today.db", tmp_path / "first.db")

    expected_postings, expected_events = _said(today)
    upgraded_postings, upgraded_events = _said(first)

    assert len(expected_postings) == 4
    assert [one["kind"] for one in expected_events if not one["baseline"]] == ["changed", "removed"]
    assert upgraded_postings == expected_postings
    assert upgraded_events == expected_events
    assert (tmp_path / f"first.db.before-{REVISIONS[-1]}").exists()
    with Store.open(first) as store:
        with store.read() as connection:
            board = boards.find(connection, "Example")
        visit(store, board, [posting(1, pay=120_000)], now=at(4))
        with store.read() as connection:
            assert [one.kind for one in events.log(connection)][-1] == "changed"
