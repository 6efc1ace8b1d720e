"""Exports: a file is fetched only with every right that it was made with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from core.db.migrate import rows_of_all_tenants

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody knows by what rights the files of the last week were made: they expire, and are ordered anew."""
    op.add_column("exports", sa.Column("rights", JSONB(), nullable=False, server_default="{}"))
    op.drop_column("exports", "reach")
    with rows_of_all_tenants():
        op.execute("update app.exports set expires_at = least(expires_at, now()) where state = 'ready'")


def downgrade() -> None:
    op.add_column("exports", sa.Column("reach", JSONB(), nullable=True))
    op.drop_column("exports", "rights")
