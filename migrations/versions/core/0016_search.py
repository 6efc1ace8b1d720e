"""Search: what was indexed, where each gram stands; an index for hazards that a unit is responsible for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_heads",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("next_no", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "kind", name="pk_search_heads"),
    )
    op.create_table(
        "search_documents",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("no", sa.Integer, nullable=False),
        sa.Column("object_id", sa.Uuid, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "kind", "no", name="pk_search_documents"),
        sa.UniqueConstraint("tenant_id", "kind", "object_id", name="uq_search_documents__tenant_id_kind_object_id"),
    )
    op.create_table(
        "search_postings",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("gram", sa.Text(collation="C"), nullable=False),
        sa.Column("block", sa.Integer, nullable=False),
        sa.Column("places", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "kind", "gram", "block", name="pk_search_postings"),
    )
    op.execute(
        "select ctx.protect('app.search_heads'), ctx.protect('app.search_documents'), ctx.protect('app.search_postings')"
    )
    # room in the page for rows that grow, and up to 2 KB of places in the row itself
    op.execute("alter table app.search_postings set (fillfactor = 80, toast_tuple_target = 4080)")
    op.execute("alter table app.search_postings alter column places set storage main")
    op.create_index(
        "ix_hazards__responsible_unit", "hazards", ["tenant_id", "responsible_unit_id"],
        postgresql_where=sa.text("responsible_unit_id is not null"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_hazards__responsible_unit", "hazards")
    for table in ("search_postings", "search_documents", "search_heads"):
        op.drop_table(table)
