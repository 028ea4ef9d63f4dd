"""What settling learns of a board."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("boards", sa.Column("habits", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("postings", sa.Column("reopened_at", UtcTime(), nullable=True))
