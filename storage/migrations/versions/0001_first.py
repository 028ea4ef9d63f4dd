"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _boards()
    _cursors()
    _deliveries()
    _ambiguous_keys()
    _crawls()
    _pages()
    _postings()
    _events()
    _posting_keys()
    _snapshots()
    _staged()


def _boards() -> None:
    op.create_table(
        "boards",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("every", sa.Text(), nullable=False),
        sa.Column("strategy", sa.Text(), nullable=False),
        sa.Column("learnt", sa.JSON(), nullable=False),
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("origin_file", sa.Text(), nullable=True),
        sa.Column("origin_line", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("next_crawl_at", UtcTime(), nullable=True),
        sa.Column("last_crawl_at", UtcTime(), nullable=True),
        sa.Column("last_complete_at", UtcTime(), nullable=True),
        sa.Column("read_by", sa.Text(), nullable=True),
        sa.Column("complete_crawls", sa.Integer(), nullable=False),
        sa.Column("read_crawls", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_after", UtcTime(), nullable=True),
        sa.Column("quarantine", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("warning", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_boards"),
        sa.UniqueConstraint("canonical", name="uq_boards_canonical"),
        sa.UniqueConstraint("name", name="uq_boards_name"),
    )


def _cursors() -> None:
    op.create_table(
        "cursors",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_cursors"),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("event_ids", sa.JSON(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("next_attempt_at", UtcTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
    )
    op.create_index(
        "ix_deliveries_state_next_attempt_at",
        "deliveries",
        ["state", "next_attempt_at"],
        unique=False,
    )


def _ambiguous_keys() -> None:
    op.create_table(
        "ambiguous_keys",
        sa.Column("board_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_ambiguous_keys_board_id"),
        sa.PrimaryKeyConstraint("board_id", "key", name="pk_ambiguous_keys"),
    )


def _crawls() -> None:
    op.create_table(
        "crawls",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("board_id", sa.String(length=36), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("started_at", UtcTime(), nullable=False),
        sa.Column("lease_until", UtcTime(), nullable=False),
        sa.Column("finished_at", UtcTime(), nullable=True),
        sa.Column("takeover", sa.Boolean(), nullable=False),
        sa.Column("baseline", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("not_modified", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_crawls_board_id"),
        sa.PrimaryKeyConstraint("id", name="pk_crawls"),
    )
    op.create_index(
        "ix_crawls_board_id_finished_at", "crawls", ["board_id", "finished_at"], unique=False
    )


def _pages() -> None:
    op.create_table(
        "pages",
        sa.Column("board_id", sa.String(length=36), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("body_hash", sa.Text(), nullable=True),
        sa.Column("lastmod", sa.Text(), nullable=True),
        sa.Column("checked_at", UtcTime(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_pages_board_id"),
        sa.PrimaryKeyConstraint("board_id", "url", name="pk_pages"),
    )


def _postings() -> None:
    op.create_table(
        "postings",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("board_id", sa.String(length=36), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("snapshot_id", sa.String(length=36), nullable=False),
        sa.Column("first_seen", UtcTime(), nullable=False),
        sa.Column("last_seen", UtcTime(), nullable=False),
        sa.Column("own_page", sa.Boolean(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("unlisted", sa.Boolean(), nullable=False),
        sa.Column("still_published", sa.Boolean(), nullable=False),
        sa.Column("absent_since", UtcTime(), nullable=True),
        sa.Column("absent_crawls", sa.Integer(), nullable=True),
        sa.Column("absent_page_gone", sa.Boolean(), nullable=True),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.Column("closed_after", UtcTime(), nullable=True),
        sa.Column("closed_before", UtcTime(), nullable=True),
        sa.Column("deadline", UtcTime(), nullable=True),
        sa.Column("read_at", UtcTime(), nullable=True),
        sa.Column("valid_through_read", sa.Text(), nullable=True),
        sa.Column("slid_at", UtcTime(), nullable=True),
        sa.Column("unlooked", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_postings_board_id"),
        sa.PrimaryKeyConstraint("id", name="pk_postings"),
    )
    op.create_index("ix_postings_board_id_state", "postings", ["board_id", "state"], unique=False)
    op.create_index("ix_postings_state_deadline", "postings", ["state", "deadline"], unique=False)
    op.create_index("ix_postings_unlooked", "postings", ["unlooked"], unique=False)


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("cursor", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("board_id", sa.String(length=36), nullable=False),
        sa.Column("posting_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.Column("baseline", sa.Boolean(), nullable=False),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.Column("detected_at", UtcTime(), nullable=False),
        sa.Column("occurred_at", UtcTime(), nullable=True),
        sa.Column("window_after", UtcTime(), nullable=True),
        sa.Column("window_before", UtcTime(), nullable=True),
        sa.Column("retracts", sa.String(length=36), nullable=True),
        sa.Column("before", sa.String(length=36), nullable=True),
        sa.Column("after", sa.String(length=36), nullable=True),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_events_board_id"),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name="fk_events_posting_id"),
        sa.PrimaryKeyConstraint("cursor", name="pk_events"),
        sa.UniqueConstraint("id", name="uq_events_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_board_id", "events", ["board_id"], unique=False)
    op.create_index("ix_events_detected_at", "events", ["detected_at"], unique=False)
    op.create_index(
        "ix_events_posting_id_detected_at", "events", ["posting_id", "detected_at"], unique=False
    )


def _posting_keys() -> None:
    op.create_table(
        "posting_keys",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("posting_id", sa.String(length=36), nullable=False),
        sa.Column("board_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_posting_keys_board_id"),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name="fk_posting_keys_posting_id"),
        sa.PrimaryKeyConstraint("number", name="pk_posting_keys"),
    )
    op.create_index("ix_posting_keys_board_id", "posting_keys", ["board_id"], unique=False)
    op.create_index("ix_posting_keys_key", "posting_keys", ["key"], unique=False)
    op.create_index(
        "ix_posting_keys_posting_id_key", "posting_keys", ["posting_id", "key"], unique=True
    )


def _snapshots() -> None:
    op.create_table(
        "snapshots",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("posting_id", sa.String(length=36), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("reader", sa.Integer(), nullable=False),
        sa.Column("enriched", sa.Boolean(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name="fk_snapshots_posting_id"),
        sa.PrimaryKeyConstraint("number", name="pk_snapshots"),
        sa.UniqueConstraint("id", name="uq_snapshots_id"),
    )
    op.create_index("ix_snapshots_posting_id_at", "snapshots", ["posting_id", "at"], unique=False)


def _staged() -> None:
    op.create_table(
        "staged",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("crawl_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["crawl_id"], ["crawls.id"], name="fk_staged_crawl_id"),
        sa.PrimaryKeyConstraint("number", name="pk_staged"),
    )
    op.create_index("ix_staged_crawl_id", "staged", ["crawl_id"], unique=False)
