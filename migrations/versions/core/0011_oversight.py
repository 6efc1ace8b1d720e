"""Rollups that consenting districts show to bureaus, the consents, and what a bureau with rows granted may read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)
MEASURES = (
    "found", "open", "overdue", "controlled", "escalated", "cancelled", "closed", "closed_due", "closed_on_time", "on_the_spot",
    "age_7", "age_15", "age_30", "age_more", "days_sum", "days_3", "days_7", "days_15", "days_30", "days_more", "closed_in",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "hazard_rollups",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("month", sa.Date, nullable=False),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False, server_default="0") for name in MEASURES),
        sa.PrimaryKeyConstraint("tenant_id", "month", "domain", "grade", "source", name="pk_hazard_rollups"),
    )
    op.create_table(
        "reporting_rollups",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("month", sa.Date, nullable=False),
        sa.Column("schools", sa.Integer, nullable=False),
        sa.Column("with_entry", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "month", name="pk_reporting_rollups"),
    )
    op.create_table(
        "rollup_states",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("counted_at", INSTANT, nullable=False),
        sa.Column("schools", sa.Integer, nullable=False),
        sa.Column("pupils", sa.Integer, nullable=False),
        sa.Column("campaign", sa.Text, nullable=False, server_default=""),
        sa.Column("starts", sa.Date, nullable=True),
        sa.Column("ends", sa.Date, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", name="pk_rollup_states"),
    )
    op.create_table(
        "oversight_consents",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("bureau_id", sa.Integer, nullable=False),
        sa.Column("indicators", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("rows_granted", sa.Boolean, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=True),
        sa.Column("granted_by", sa.Uuid, nullable=True),
        sa.Column("granted_by_name", sa.Text, nullable=False),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.Column("revoked_by", sa.Uuid, nullable=True),
        sa.Column("revoked_by_name", sa.Text, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.CheckConstraint(
            "valid_until is null or valid_until >= valid_from", name=op.f("ck_oversight_consents__dates")
        ),
        sa.ForeignKeyConstraint(["bureau_id"], ["tenants.id"], name="fk_oversight_consents__bureau_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_oversight_consents"),
    )
    op.create_index(
        "uq_oversight_consents__in_force", "oversight_consents", ["tenant_id", "bureau_id"],
        unique=True, postgresql_where=sa.text("revoked_at is null"),
    )  # fmt: skip
    op.create_index("ix_oversight_consents__bureau_id", "oversight_consents", ["bureau_id"])
    op.execute(
        "select ctx.protect_rollup('app.hazard_rollups'), ctx.protect_rollup('app.reporting_rollups'),"
        " ctx.protect_rollup('app.rollup_states'), ctx.protect('app.oversight_consents')"
    )
    # a bureau learns which districts let it look, not which person decided so
    op.execute(
        """
        create policy bureau_own on app.oversight_consents for select to xiaoan_bureau using (bureau_id = ctx.bid());
        grant select (tenant_id, id, bureau_id, indicators, rows_granted, valid_from, valid_until, granted_at, revoked_at)
          on app.oversight_consents to xiaoan_bureau;
        """
    )
    # rows granted: hazards (0010) and the names of the units they belong to; nothing about persons
    op.execute(
        """
        create policy bureau_granted on app.org_units for select to xiaoan_bureau using (tenant_id = any (ctx.rids()));
        grant select (tenant_id, id, code, name, short_name, kind) on app.org_units to xiaoan_bureau;
        """
    )


def downgrade() -> None:
    op.execute("revoke select (tenant_id, id, code, name, short_name, kind) on app.org_units from xiaoan_bureau")
    op.execute("drop policy bureau_granted on app.org_units")
    for table in ("oversight_consents", "rollup_states", "reporting_rollups", "hazard_rollups"):
        op.drop_table(table)
