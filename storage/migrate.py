"""Bring a database to the schema of this version: inside one transaction, after a backup copy."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

from postings.errors import StoreCorrupt, StoreNewer
from storage.schema import REVISIONS

_VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def revision_of(connection: Connection, place: str | Path) -> str | None:
    """The revision of a database; None of an empty one.

    Args:
        connection: to the database.
        place: its name in messages.

    Raises:
        StoreCorrupt: it has tables, but they are not jobdiff's.
        StoreNewer: its revision is unknown to this version.
    """
    tables = set(inspect(connection).get_table_names())
    if _VERSION.name not in tables:
        if tables:
            raise StoreCorrupt(
                f"{place} is the database of another program; name another file with --database"
            )
        return None
    revision = connection.execute(select(_VERSION.c.version_num)).scalar()
    if revision is not None and revision not in REVISIONS:
        raise StoreNewer(
            f"{place} was written by a newer jobdiff (schema {revision}, this one knows "
            f"{REVISIONS[-1]}); install that version again"
        )
    return revision


def upgrade(connection: Connection) -> None:
    """Run the migrations that are missing, inside the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
