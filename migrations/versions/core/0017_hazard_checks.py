"""Who supervises and who watches a hazard, by account, and the day by which somebody must look at it again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("hazards", sa.Column("supervisor_id", sa.Uuid, nullable=True))
    op.add_column("hazards", sa.Column("watcher_id", sa.Uuid, nullable=True))
    op.add_column("hazards", sa.Column("check_due_on", sa.Date, nullable=True))
    op.create_index(
        "ix_hazards__check_due_on", "hazards", ["tenant_id", "check_due_on"],
        postgresql_where=sa.text("check_due_on is not null"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_hazards__check_due_on", table_name="hazards")
    for name in ("check_due_on", "watcher_id", "supervisor_id"):
        op.drop_column("hazards", name)
