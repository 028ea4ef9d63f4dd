"""What is remembered of hosts: robots.txt rules, breakers; and what a crawl saved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _breakers()
    _robots()
    op.add_column(
        "boards", sa.Column("allow_private", sa.Boolean(), nullable=False, server_default="0")
    )
    op.add_column("crawls", sa.Column("saved", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("pages", sa.Column("body_at", UtcTime(), nullable=True))


def _breakers() -> None:
    op.create_table(
        "breakers",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcTime(), nullable=False),
        sa.Column("closed_until", UtcTime(), nullable=False),
        sa.Column("fetch", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_breakers")),
    )


def _robots() -> None:
    op.create_table(
        "robots",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_robots")),
    )
