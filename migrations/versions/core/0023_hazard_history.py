"""Old ledgers: historical hazards, and where imported cases came from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "historical_hazards",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("batch_id", sa.Uuid, nullable=False),
        sa.Column("row_no", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("old_no", "place", "description")),
        sa.Column(
            "text_lc", sa.Text, sa.Computed("lower(description || ' ' || place)", persisted=True), nullable=False
        ),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("domain", "category", "grade")),
        sa.Column("found_on", sa.Date, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("found_by_name", "responsible_name", "measure_done")),
        sa.Column("due_on", sa.Date, nullable=True),
        sa.Column("closed_on", sa.Date, nullable=True),
        sa.Column("closed_by_name", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("imported_at", INSTANT, nullable=False),
        sa.Column("imported_by", sa.Uuid, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_historical_hazards"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["org_units.tenant_id", "org_units.id"],
            name="fk_historical_hazards__tenant_id_unit_id",
        ),
        sa.UniqueConstraint("tenant_id", "fingerprint", name="uq_historical_hazards__tenant_id_fingerprint"),
    )
    op.create_index("ix_historical_hazards__found_on", "historical_hazards", ["tenant_id", "found_on", "id"])
    op.create_index("ix_historical_hazards__unit", "historical_hazards", ["tenant_id", "unit_id", "found_on"])
    op.create_index("ix_historical_hazards__batch", "historical_hazards", ["tenant_id", "batch_id"])
    op.create_table(
        "hazard_imports",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("hazard_id", sa.Uuid, nullable=False),
        sa.Column("batch_id", sa.Uuid, nullable=False),
        sa.Column("row_no", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("old_no", sa.Text, nullable=False),
        sa.Column("told", pg.JSONB, nullable=False),
        sa.Column("hazard_version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "hazard_id", name="pk_hazard_imports"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "hazard_id"],
            ["hazards.tenant_id", "hazards.id"],
            name="fk_hazard_imports__tenant_id_hazard_id",
        ),
        sa.UniqueConstraint("tenant_id", "fingerprint", name="uq_hazard_imports__tenant_id_fingerprint"),
    )
    op.create_index("ix_hazard_imports__batch", "hazard_imports", ["tenant_id", "batch_id"])
    for table in ("historical_hazards", "hazard_imports"):
        op.execute(f"select ctx.protect('app.{table}')")


def downgrade() -> None:
    op.drop_table("hazard_imports")
    op.drop_table("historical_hazards")
