"""Whether a board's pages are drawn by a browser."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    browser = sa.Column("browser", sa.String(length=8), nullable=False, server_default="never")
    op.add_column("boards", browser)
