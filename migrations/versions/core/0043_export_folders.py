"""Exports may be a folder of files, as one zip."""

from __future__ import annotations

from alembic import op

from core.db.migrate import rows_of_all_tenants

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("ck_exports__format"), "exports", type_="check")
    op.create_check_constraint(op.f("ck_exports__format"), "exports", "format in ('xlsx', 'csv', 'zip')")


def downgrade() -> None:
    with rows_of_all_tenants():
        op.execute("delete from app.exports where format = 'zip'")
    op.drop_constraint(op.f("ck_exports__format"), "exports", type_="check")
    op.create_check_constraint(op.f("ck_exports__format"), "exports", "format in ('xlsx', 'csv')")
