"""The tables. Migrations build them; a test holds the two together."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from storage.types import UtcTime

REVISIONS: Final = ("0001",)
"""Every revision this version knows, oldest first; the last one is what it works with."""

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMING)


def _id() -> String:
    return String(36)


boards = Table(
    "boards",
    metadata,
    Column("id", _id(), primary_key=True),
    Column("url", Text, nullable=False),
    Column("canonical", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    Column("tags", JSON, nullable=False),
    Column("every", Text, nullable=False),
    Column("strategy", Text, nullable=False),
    Column("learnt", JSON, nullable=False),
    Column("watched", Boolean, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("origin", String(16), nullable=False),
    Column("origin_file", Text),
    Column("origin_line", Integer),
    Column("created_at", UtcTime, nullable=False),
    Column("next_crawl_at", UtcTime),
    Column("last_crawl_at", UtcTime),
    Column("last_complete_at", UtcTime),
    Column("read_by", Text),
    Column("complete_crawls", Integer, nullable=False),
    Column("read_crawls", Integer, nullable=False),
    Column("outcome", String(16)),
    Column("reason", Text),
    Column("failures", Integer, nullable=False),
    Column("retry_after", UtcTime),
    Column("quarantine", JSON(none_as_null=True)),
    Column("warning", Text),
)

crawls = Table(
    "crawls",
    metadata,
    Column("id", _id(), primary_key=True),
    Column("board_id", _id(), ForeignKey("boards.id"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("owner", Text, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("lease_until", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Column("takeover", Boolean, nullable=False),
    Column("baseline", Boolean, nullable=False),
    Column("outcome", String(16)),
    Column("reason", Text),
    Column("seconds", Float, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("not_modified", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("counts", JSON, nullable=False),
    Index(None, "board_id", "finished_at"),
)

staged = Table(
    "staged",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("crawl_id", _id(), ForeignKey("crawls.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("body", JSON, nullable=False),
)

pages = Table(
    "pages",
    metadata,
    Column("board_id", _id(), ForeignKey("boards.id"), primary_key=True),
    Column("url", Text, primary_key=True),
    Column("role", String(16), nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", Text),
    Column("lastmod", Text),
    Column("checked_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("answer", JSON, nullable=False),
)

postings = Table(
    "postings",
    metadata,
    Column("id", _id(), primary_key=True),
    Column("board_id", _id(), ForeignKey("boards.id"), nullable=False),
    Column("url", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("snapshot_id", _id(), nullable=False),
    Column("first_seen", UtcTime, nullable=False),
    Column("last_seen", UtcTime, nullable=False),
    Column("own_page", Boolean, nullable=False),
    Column("listed", Boolean, nullable=False),
    Column("unlisted", Boolean, nullable=False),
    Column("still_published", Boolean, nullable=False),
    Column("absent_since", UtcTime),
    Column("absent_crawls", Integer),
    Column("absent_page_gone", Boolean),
    Column("closed_at", UtcTime),
    Column("closed_after", UtcTime),
    Column("closed_before", UtcTime),
    Column("deadline", UtcTime),
    Column("read_at", UtcTime),
    Column("valid_through_read", Text),
    Column("slid_at", UtcTime),
    Column("unlooked", _id(), index=True),
    Index(None, "board_id", "state"),
    Index(None, "state", "deadline"),
)

posting_keys = Table(
    "posting_keys",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("posting_id", _id(), ForeignKey("postings.id"), nullable=False),
    Column("board_id", _id(), ForeignKey("boards.id"), nullable=False),
    Column("key", Text, nullable=False),
    Index(None, "posting_id", "key", unique=True),
    Index(None, "board_id"),
    Index(None, "key"),
)

ambiguous_keys = Table(
    "ambiguous_keys",
    metadata,
    Column("board_id", _id(), ForeignKey("boards.id"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("since", UtcTime, nullable=False),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", _id(), nullable=False, unique=True),
    Column("posting_id", _id(), ForeignKey("postings.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("reader", Integer, nullable=False),
    Column("enriched", Boolean, nullable=False),
    Column("problems", Integer, nullable=False),
    Column("content", JSON, nullable=False),
    Column("words", Text, nullable=False),
    Index(None, "posting_id", "at"),
)

events = Table(
    "events",
    metadata,
    Column("cursor", Integer, primary_key=True, autoincrement=True),
    Column("id", _id(), nullable=False, unique=True),
    Column("board_id", _id(), ForeignKey("boards.id"), nullable=False),
    Column("posting_id", _id(), ForeignKey("postings.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("closed_at", UtcTime),
    Column("baseline", Boolean, nullable=False),
    Column("quiet", Boolean, nullable=False),
    Column("detected_at", UtcTime, nullable=False, index=True),
    Column("occurred_at", UtcTime),
    Column("window_after", UtcTime),
    Column("window_before", UtcTime),
    Column("retracts", _id()),
    Column("before", _id()),
    Column("after", _id()),
    Column("summary", JSON, nullable=False),
    Column("changes", JSON, nullable=False),
    Column("evidence", JSON, nullable=False),
    Index(None, "posting_id", "detected_at"),
    Index(None, "board_id"),
    sqlite_autoincrement=True,
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", Text, primary_key=True),
    Column("cursor", Integer, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _id(), primary_key=True),
    Column("rule", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("event_ids", JSON, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("next_attempt_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", UtcTime),
    Column("error", Text),
    Index(None, "state", "next_attempt_at"),
)
