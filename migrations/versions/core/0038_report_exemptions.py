"""Reports: who need not file a round after all (免报), and rounds that were cancelled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "report_exemptions",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("lifted_at", INSTANT, nullable=True),
        sa.CheckConstraint("cause in ('closed', 'district')", name=op.f("ck_report_exemptions__cause")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_report_exemptions__reason")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "round_id", "unit_id"],
            ["report_expected.tenant_id", "report_expected.round_id", "report_expected.unit_id"],
            name=op.f("fk_report_exemptions__tenant_id_round_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "round_id", "unit_id", name=op.f("pk_report_exemptions")),
    )
    op.execute("select ctx.protect('app.report_exemptions')")
    op.add_column("report_rounds", sa.Column("cancelled_at", INSTANT, nullable=True))
    op.add_column("report_rounds", sa.Column("cancelled_by", sa.Uuid(), nullable=True))
    op.add_column("report_rounds", sa.Column("cancelled_by_name", sa.Text(), server_default="", nullable=False))
    op.add_column("report_rounds", sa.Column("cancel_reason", sa.Text(), server_default="", nullable=False))
    op.create_check_constraint(
        op.f("ck_report_rounds__cancelled"), "report_rounds", "(cancelled_at is null) = (cancel_reason = '')"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_report_rounds__cancelled"), "report_rounds", type_="check")
    for column in ("cancel_reason", "cancelled_by_name", "cancelled_by", "cancelled_at"):
        op.drop_column("report_rounds", column)
    op.drop_table("report_exemptions")
