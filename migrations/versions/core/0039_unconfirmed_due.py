"""Reports: a day that is only inferred (待确认) makes nothing late."""

from __future__ import annotations

from alembic import op

from core.db.migrate import rows_of_all_tenants

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

NAME = "ck_report_rounds__due"


def upgrade() -> None:
    op.drop_constraint(op.f(NAME), "report_rounds", type_="check")
    op.create_check_constraint(op.f(NAME), "report_rounds", "due_at is null or due_on is not null")
    with rows_of_all_tenants():
        op.execute("update app.report_rounds set due_at = null where confirm and origin = 'rule'")


def downgrade() -> None:
    op.drop_constraint(op.f(NAME), "report_rounds", type_="check")
    with rows_of_all_tenants():
        op.execute(
            "update app.report_rounds set due_at = (due_on + 1)::timestamp at time zone 'Asia/Shanghai'"
            " where due_at is null and due_on is not null"
        )
    op.create_check_constraint(op.f(NAME), "report_rounds", "(due_on is null) = (due_at is null)")
