"""Plugins that are kept out: of the installation, and of one tenant."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "plugin_faults",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("plugin", sa.Text, nullable=False),
        sa.Column("plugin_version", sa.Text, nullable=False),
        sa.Column("moment", sa.Text, nullable=False),
        sa.Column("fault", sa.Text, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "plugin", name="pk_plugin_faults"),
    )
    op.execute("select ctx.protect('app.plugin_faults')")
    op.create_table(
        "plugin_states",
        sa.Column("slug", sa.Text, primary_key=True),
        sa.Column("title", sa.Text, nullable=False, server_default=""),
        sa.Column("version", sa.Text, nullable=False, server_default=""),
        sa.Column("revision", sa.Text, nullable=True),
        sa.Column("moment", sa.Text, nullable=False, server_default=""),
        sa.Column("fault", sa.Text, nullable=False, server_default=""),
        sa.Column("since", INSTANT, nullable=True),
    )
    op.execute(
        "grant select on app.plugin_states to xiaoan_app, xiaoan_bureau;"
        " grant select, insert, update on app.plugin_states to xiaoan_platform"
    )


def downgrade() -> None:
    op.drop_table("plugin_states")
    op.drop_table("plugin_faults")
