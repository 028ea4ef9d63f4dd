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
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from storage.types import UtcTime

REVISIONS: Final = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")
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
    Column("habits", JSON(none_as_null=True)),
    Column("warning", Text),
    Column("allow_private", Boolean, nullable=False, server_default="0"),
    Column("window", Text),
    Column("timezone", Text),
    Column("deaths", Integer, nullable=False, server_default="0"),
    Column("browser", String(8), nullable=False, server_default="never"),
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
    Column("boot", Text),
    Column("lease_uptime", Float),
    Column("host", Text),
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
    Column("saved", JSON(none_as_null=True)),
    Column("seen", JSON(none_as_null=True)),
    Index(None, "board_id", "finished_at"),
    Index(None, "finished_at", "host"),
)

processes = Table(
    "processes",
    metadata,
    Column("id", _id(), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("error", Text),
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
    Column("body_at", UtcTime),
)

breakers = Table(
    "breakers",
    metadata,
    Column("host", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("closed_until", UtcTime, nullable=False),
    Column("fetch", String(16), nullable=False),
    Column("reason", Text, nullable=False),
)

robots = Table(
    "robots",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("asked_at", UtcTime, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
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
    Column("reopened_at", UtcTime),
    Column("date_posted_read", Text),
    Column("date_bumps", Integer, nullable=False, server_default="0"),
    Column("repost_of", _id()),
    Column("reposted", Integer, nullable=False, server_default="0"),
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
    Column("since", UtcTime),
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

merges = Table(
    "merges",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("board_id", _id(), ForeignKey("boards.id"), nullable=False, index=True),
    Column("kept_id", _id(), ForeignKey("postings.id"), nullable=False),
    Column("folded_id", _id(), ForeignKey("postings.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("by", Text, nullable=False),
    Column("undone_at", UtcTime),
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
    Column("leased_until", UtcTime),
    Column("fence", Integer, nullable=False, server_default="0"),
    Index(None, "state", "next_attempt_at"),
)

channel_states = Table(
    "channel_states",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("rests_until", UtcTime),
    Column("failures", Integer, nullable=False),
    Column("error", Text),
    Column("sent_at", UtcTime),
)

rules = Table(
    "rules",
    metadata,
    Column("name", Text, primary_key=True),
    Column("keys", JSON, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("after_cursor", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
)

drops = Table(
    "drops",
    metadata,
    Column("rule", Text, primary_key=True),
    Column("filter", String(32), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)

marks = Table(
    "marks",
    metadata,
    Column("posting_id", _id(), ForeignKey("postings.id", ondelete="CASCADE"), primary_key=True),
    Column("mark", String(16), nullable=False),
    Column("at", UtcTime, nullable=False),
)

reminders = Table(
    "reminders",
    metadata,
    Column("rule", Text, primary_key=True),
    Column("posting_id", _id(), ForeignKey("postings.id", ondelete="CASCADE"), primary_key=True),
    Column("deadline", UtcTime, primary_key=True),
    Column("at", UtcTime, nullable=False),
)

troubles = Table(
    "troubles",
    metadata,
    Column("board_id", _id(), ForeignKey("boards.id", ondelete="CASCADE"), primary_key=True),
    Column("trouble", String(16), primary_key=True),
    Column("since", UtcTime, nullable=False),
)

prunings = Table(
    "prunings",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False),
    Column("before", UtcTime, nullable=False),
    Column("counts", JSON, nullable=False),
)
