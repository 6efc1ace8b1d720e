"""Duty: a shift that was called off does not keep the same one from being planned again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

TABLE = "duty_shifts"
COLUMNS = ["tenant_id", "unit_id", "starts_at", "person_id"]
OLD, NEW = "uq_duty_shifts__tenant_id_unit_id_starts_at_person_id", "uq_duty_shifts__planned"


def upgrade() -> None:
    op.create_index(NEW, TABLE, COLUMNS, unique=True, postgresql_where=sa.text("state = 'planned'"))
    op.drop_constraint(op.f(OLD), TABLE, type_="unique")


def downgrade() -> None:
    """Fails where a shift was planned again since: one of the two would have to be lost."""
    op.create_unique_constraint(op.f(OLD), TABLE, COLUMNS)
    op.drop_index(NEW, TABLE)
