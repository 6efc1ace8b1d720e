"""Onboarding: proposed versions of packs, first steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "pack_proposals",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("pack_version", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("content", pg.JSONB, nullable=False),
        sa.Column("state", sa.Text, server_default="open", nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.Uuid, nullable=True),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.CheckConstraint(
            "state in ('open', 'applied', 'declined', 'replaced')", name=op.f("ck_pack_proposals__state")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_pack_proposals"),
    )
    op.create_index("ix_pack_proposals__state", "pack_proposals", ["tenant_id", "state"])
    op.create_table(
        "onboarding_steps",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("pack_version", sa.Integer, nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=False),
        sa.Column("confirmed_by", sa.Uuid, nullable=True),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "step", name="pk_onboarding_steps"),
    )
    op.execute("select ctx.protect('app.pack_proposals'), ctx.protect('app.onboarding_steps')")


def downgrade() -> None:
    op.drop_table("onboarding_steps")
    op.drop_table("pack_proposals")
