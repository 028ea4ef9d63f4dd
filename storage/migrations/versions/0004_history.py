"""Merges and the facts of a posting over time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("posting_keys", sa.Column("since", UtcTime(), nullable=True))
    for column in (
        sa.Column("date_posted_read", sa.Text(), nullable=True),
        sa.Column("date_bumps", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("repost_of", sa.String(length=36), nullable=True),
        sa.Column("reposted", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("postings", column)
    op.create_table(
        "merges",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("board_id", sa.String(length=36), nullable=False),
        sa.Column("kept_id", sa.String(length=36), nullable=False),
        sa.Column("folded_id", sa.String(length=36), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("undone_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_merges_board_id"),
        sa.ForeignKeyConstraint(["folded_id"], ["postings.id"], name="fk_merges_folded_id"),
        sa.ForeignKeyConstraint(["kept_id"], ["postings.id"], name="fk_merges_kept_id"),
        sa.PrimaryKeyConstraint("number", name="pk_merges"),
    )
    op.create_index("ix_merges_board_id", "merges", ["board_id"], unique=False)
