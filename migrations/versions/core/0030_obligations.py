"""Obligations: the units' own numbers (the n of 8+n), calendar feeds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)
TABLES = ("obligation_numbers", "obligation_feeds")


def upgrade() -> None:
    op.create_table(
        "obligation_numbers",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("set_by", sa.Uuid, nullable=True),
        sa.Column("set_by_name", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.CheckConstraint("number between 0 and 1000", name=op.f("ck_obligation_numbers__number")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["org_units.tenant_id", "org_units.id"],
            name=op.f("fk_obligation_numbers__tenant_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "unit_id", "name", name="pk_obligation_numbers"),
    )
    op.create_table(
        "obligation_feeds",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["people.tenant_id", "people.id"],
            name=op.f("fk_obligation_feeds__tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_obligation_feeds"),
        sa.UniqueConstraint("tenant_id", "secret_hash", name="uq_obligation_feeds__tenant_id_secret_hash"),
    )
    op.create_index("ix_obligation_feeds__person", "obligation_feeds", ["tenant_id", "person_id"])
    for table in TABLES:
        op.execute(f"select ctx.protect('app.{table}')")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
