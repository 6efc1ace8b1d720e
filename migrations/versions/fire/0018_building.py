"""Fire safety: the building that a key place or facility stands in, by choice or in words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLES = ("fire_places", "fire_facilities")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("building", sa.Text, nullable=False, server_default=""))
        # No key to the ledger of buildings: that belongs to another plugin, which may not be there.
        op.add_column(table, sa.Column("building_id", sa.Uuid, nullable=True))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "building_id")
        op.drop_column(table, "building")
