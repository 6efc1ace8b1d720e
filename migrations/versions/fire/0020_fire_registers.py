"""Facilities and certificates become registers: the district's own fields, and out of use instead of gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("fire_facilities", "removed_on", new_column_name="retired_on")
    op.add_column("fire_facilities", sa.Column("extra", pg.JSONB, nullable=False, server_default="{}"))
    op.add_column("fire_certificates", sa.Column("retired_on", sa.Date, nullable=True))
    op.add_column("fire_certificates", sa.Column("extra", pg.JSONB, nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("fire_certificates", "extra")
    op.drop_column("fire_certificates", "retired_on")
    op.drop_column("fire_facilities", "extra")
    op.alter_column("fire_facilities", "retired_on", new_column_name="removed_on")
