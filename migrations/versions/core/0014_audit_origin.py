"""Audit log: the address from which something was done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit_entries", sa.Column("origin", sa.Text, nullable=True))


def downgrade() -> None:
    op.drop_column("audit_entries", "origin")
