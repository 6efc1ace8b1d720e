"""Statistical tables: figures typed by hand. Packs stored with the reserved form of tables are read without them.

Nothing ran that form; the district's next update of its pack brings its tables in the new one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from core.db.migrate import rows_of_all_tenants

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "statistics_entries",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("table_code", sa.Text, nullable=False),
        sa.Column("starts", sa.Date, nullable=False),
        sa.Column("ends", sa.Date, nullable=False),
        *(sa.Column(name, pg.JSONB, nullable=False, server_default="{}") for name in ("figures", "words", "reasons")),
        sa.Column("set_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("set_by", sa.Uuid, nullable=True),
        sa.Column("set_by_name", sa.Text, nullable=False, server_default=""),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.CheckConstraint("ends >= starts", name="ck_statistics_entries__dates"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["org_units.tenant_id", "org_units.id"],
            name="fk_statistics_entries__tenant_id_unit_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_statistics_entries"),
        sa.UniqueConstraint("tenant_id", "table_code", "unit_id", "starts", "ends", name="uq_statistics_entries__one"),
    )
    op.create_index("ix_statistics_entries__table_code", "statistics_entries", ["tenant_id", "table_code", "starts"])
    op.execute("select ctx.protect('app.statistics_entries')")
    with rows_of_all_tenants():
        op.execute(
            "update app.pack_versions set content = content - 'tables'"
            " where jsonb_path_exists(content, '$.tables[*].columns[*].col')"
        )


def downgrade() -> None:
    op.drop_table("statistics_entries")
