"""The schema's history: from nothing to what the tables say, with a copy before every step."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import storage
from storage import Store, boards, migrate, schema
from storage import store as store_module
from tests.storage.world import at

MIGRATIONS = Path(storage.__file__).parent / "migrations"

SECOND = '''"""A second revision."""

import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = "{last}"


def upgrade() -> None:
    with op.batch_alter_table("boards") as table:
        table.add_column(sa.Column("mood", sa.Text()))
    {after}
'''


def test_the_migrations_build_the_tables(store: Store) -> None:
    with store.read() as connection:
        found = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(found, schema.metadata) == []


def test_cursors_of_events_are_never_used_again(store: Store) -> None:
    with closing(sqlite3.connect(store.place)) as connection:
        made = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'events'").fetchone()
    assert "AUTOINCREMENT" in made[0]


def test_the_revisions_are_those_on_disk() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    found = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(found)) == schema.REVISIONS


def _with_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: str = "pass") -> None:
    """Let this version be one with a second revision."""
    folder = tmp_path / "later"
    shutil.copytree(MIGRATIONS, folder / "migrations")
    (folder / "migrations" / "versions" / "later.py").write_text(
        SECOND.format(last=schema.REVISIONS[-1], after=after)
    )
    monkeypatch.setattr(migrate, "__file__", str(folder / "migrate.py"))
    for module in (migrate, store_module):
        monkeypatch.setattr(module, "REVISIONS", (*schema.REVISIONS, "later"))


def test_an_upgrade_copies_the_database_first(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(store_url) as store, store.write() as connection:
        boards.add(connection, url="https://example.org", now=at(0))
    _with_second(tmp_path, monkeypatch)

    with Store.open(store_url) as store:
        assert store.revision() == "later"
        with store.read() as connection:
            assert boards.count(connection) == 1

    copy = tmp_path / "jobs.db.before-later"
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
            (schema.REVISIONS[-1],)
        ]
        assert connection.execute("SELECT name FROM boards").fetchall() == [("example.org",)]


def test_an_upgrade_that_fails_changes_nothing(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.open(store_url).close()
    with monkeypatch.context() as later:
        _with_second(tmp_path, later, after="raise RuntimeError('killed half way')")
        with pytest.raises(RuntimeError, match="killed half way"):
            Store.open(store_url)

    with Store.open(store_url) as store:
        assert store.revision() == schema.REVISIONS[-1]
        with store.read() as connection:
            assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []


def test_a_store_that_is_up_to_date_is_not_copied(store_url: str, tmp_path: Path) -> None:
    for _ in range(2):
        Store.open(store_url).close()
    assert not list(tmp_path.glob("*before*"))
