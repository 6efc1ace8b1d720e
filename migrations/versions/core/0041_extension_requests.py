"""延期申请: what a unit asked for and what was decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

TABLE = "hazard_extension_requests"
INSTANT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("hazard_id", sa.Uuid, nullable=False),
        sa.Column("no", sa.Integer, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.Uuid, nullable=True),
        sa.Column("asked_by_name", sa.Text, nullable=False),
        sa.Column("asked_post", sa.Text, nullable=False, server_default=""),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.Uuid, nullable=True),
        sa.Column("decided_by_name", sa.Text, nullable=False, server_default=""),
        sa.Column("granted_until", sa.Date, nullable=True),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{TABLE}")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "hazard_id"], ["hazards.tenant_id", "hazards.id"], name=op.f(f"fk_{TABLE}__tenant_id_hazard_id")
        ),
        sa.UniqueConstraint("tenant_id", "hazard_id", "no", name=f"uq_{TABLE}__tenant_id_hazard_id_no"),
        sa.CheckConstraint("state in ('asked', 'granted', 'refused')", name=op.f(f"ck_{TABLE}__state")),
        sa.CheckConstraint("(state = 'asked') = (decided_at is null)", name=op.f(f"ck_{TABLE}__decided")),
    )  # fmt: skip
    op.create_index(
        f"uq_{TABLE}__waiting", TABLE, ["tenant_id", "hazard_id"], unique=True, postgresql_where=sa.text("state = 'asked'")
    )  # fmt: skip
    op.execute(f"select ctx.protect('app.{TABLE}')")


def downgrade() -> None:
    op.drop_table(TABLE)
