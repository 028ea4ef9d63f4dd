"""Claims on deliveries, marks, digests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("leased_until", UtcTime(), nullable=True))
    op.add_column(
        "deliveries", sa.Column("fence", sa.Integer(), nullable=False, server_default="0")
    )
    _channel_states()
    _drops()
    _marks()
    _reminders()
    _troubles()


def _channel_states() -> None:
    op.create_table(
        "channel_states",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("rests_until", UtcTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("sent_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_states")),
    )


def _drops() -> None:
    op.create_table(
        "drops",
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("filter", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("rule", "filter", name=op.f("pk_drops")),
    )


def _marks() -> None:
    op.create_table(
        "marks",
        sa.Column("posting_id", sa.String(length=36), nullable=False),
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["postings.id"],
            name=op.f("fk_marks_posting_id_postings"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("posting_id", name=op.f("pk_marks")),
    )


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("posting_id", sa.String(length=36), nullable=False),
        sa.Column("deadline", UtcTime(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["postings.id"],
            name=op.f("fk_reminders_posting_id_postings"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("rule", "posting_id", "deadline", name=op.f("pk_reminders")),
    )


def _troubles() -> None:
    op.create_table(
        "troubles",
        sa.Column("board_id", sa.String(length=36), nullable=False),
        sa.Column("trouble", sa.String(length=16), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"],
            ["boards.id"],
            name=op.f("fk_troubles_board_id_boards"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("board_id", "trouble", name=op.f("pk_troubles")),
    )
