"""Unforeseen exceptions of plugins' own pages and jobs, counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plugin_strikes",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("plugin", sa.Text, nullable=False),
        sa.Column("plugin_version", sa.Text, nullable=False),
        sa.Column("moment", sa.Text, nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_plugin_strikes"),
    )
    op.create_index("ix_plugin_strikes__plugin", "plugin_strikes", ["tenant_id", "plugin", "at"])
    op.execute("select ctx.protect('app.plugin_strikes')")


def downgrade() -> None:
    op.drop_table("plugin_strikes")
