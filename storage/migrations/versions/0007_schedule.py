"""When boards are due, who holds them, and which processes run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("boards", sa.Column("window", sa.Text(), nullable=True))
    op.add_column("boards", sa.Column("timezone", sa.Text(), nullable=True))
    deaths = sa.Column("deaths", sa.Integer(), nullable=False, server_default="0")
    op.add_column("boards", deaths)
    op.add_column("crawls", sa.Column("boot", sa.Text(), nullable=True))
    op.add_column("crawls", sa.Column("lease_uptime", sa.Float(), nullable=True))
    op.add_column("crawls", sa.Column("host", sa.Text(), nullable=True))
    op.create_index("ix_crawls_finished_at_host", "crawls", ["finished_at", "host"])
    _processes()


def _processes() -> None:
    op.create_table(
        "processes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcTime(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_processes"),
    )
