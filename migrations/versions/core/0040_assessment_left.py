"""Assessment: computed by a job, and units that no longer take part keep their sheet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

SHEETS = "assessment_sheets"
CHECKS = {
    "left_why": "left_why in ('', 'closed', 'scope', 'exempted')",
    "left_on": "(left_on is null) = (left_why = '')",
    "left_reason": "(left_why = 'exempted') = (left_reason <> '')",
}


def upgrade() -> None:
    op.add_column("assessment_rounds", sa.Column("job_id", sa.Uuid, nullable=True))
    op.add_column(SHEETS, sa.Column("left_on", sa.Date, nullable=True))
    op.add_column(SHEETS, sa.Column("left_why", sa.Text, nullable=False, server_default=""))
    op.add_column(SHEETS, sa.Column("left_reason", sa.Text, nullable=False, server_default=""))
    for name, rule in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_{SHEETS}__{name}"), SHEETS, rule)


def downgrade() -> None:
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_{SHEETS}__{name}"), SHEETS, type_="check")
    for column in ("left_reason", "left_why", "left_on"):
        op.drop_column(SHEETS, column)
    op.drop_column("assessment_rounds", "job_id")
