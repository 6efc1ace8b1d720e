"""Indexes for hazards that somebody supervises or watches: a scope is an OR, and one branch without an index reads all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None
COLUMNS = (("supervisor", "supervisor_id"), ("watcher", "watcher_id"))


def upgrade() -> None:
    for name, column in COLUMNS:
        op.create_index(
            f"ix_hazards__{name}", "hazards", ["tenant_id", column], postgresql_where=sa.text(f"{column} is not null")
        )


def downgrade() -> None:
    for name, _ in COLUMNS:
        op.drop_index(f"ix_hazards__{name}", "hazards")
