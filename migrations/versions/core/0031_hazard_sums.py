"""The sums over a ledger read an index alone: the grade joins what they ask besides."""

from __future__ import annotations

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None
NAME = "ix_hazards__canonical"


def upgrade() -> None:
    op.drop_index(NAME, "hazards")
    op.create_index(NAME, "hazards", ["tenant_id", "canonical", "clock_on", "grade"])


def downgrade() -> None:
    op.drop_index(NAME, "hazards")
    op.create_index(NAME, "hazards", ["tenant_id", "canonical", "clock_on"])
