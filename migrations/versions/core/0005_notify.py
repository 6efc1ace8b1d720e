"""The inbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False, server_default=""),
        sa.Column("link", sa.Text, nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.Column("mailed_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_notices"),
    )
    op.create_index("ix_notices__inbox", "notices", ["tenant_id", "person_id", "at", "id"])
    op.create_index(
        "ix_notices__unread", "notices", ["tenant_id", "person_id"], postgresql_where=sa.text("read_at is null")
    )
    op.create_index(
        "ix_notices__to_mail", "notices", ["tenant_id", "person_id"],
        postgresql_where=sa.text("mailed_at is null and read_at is null"),
    )  # fmt: skip
    op.execute("select ctx.protect('app.notices')")


def downgrade() -> None:
    op.drop_table("notices")
