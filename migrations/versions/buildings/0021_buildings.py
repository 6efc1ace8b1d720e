"""Buildings: the building ledger, special equipment, weak points of the ground, construction sites."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = ("buildings_buildings", "buildings_equipment", "buildings_points", "buildings_sites")


def upgrade() -> None:
    op.create_table(
        "buildings_buildings",
        *_head(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("use", sa.Text, nullable=False),
        sa.Column("structure", sa.Text, nullable=True),
        sa.Column("storeys", sa.Integer, nullable=True),
        sa.Column("basements", sa.Integer, nullable=True),
        sa.Column("area", sa.Integer, nullable=True),
        sa.Column("built_year", sa.Integer, nullable=True),
        sa.Column("owner", sa.Text, nullable=False, server_default=""),
        sa.Column("seismic", sa.Text, nullable=True),
        sa.Column("appraisal_grade", sa.Text, nullable=True),
        sa.Column("appraised_on", sa.Date, nullable=True),
        sa.Column("appraised_until", sa.Date, nullable=True),
        sa.Column("dangerous_parts", sa.Text, nullable=False, server_default=""),
        sa.Column("irregular", sa.Text, nullable=False, server_default=""),
        sa.Column("lightning_protected", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("lightning_tested_on", sa.Date, nullable=True),
        sa.Column("lightning_until", sa.Date, nullable=True),
        sa.Column("in_use", sa.Boolean, nullable=False, server_default="true"),
        *_tail("buildings_buildings"),
        sa.UniqueConstraint("tenant_id", "unit_id", "name", name="uq_buildings_buildings__tenant_id_unit_id_name"),
        sa.CheckConstraint(
            "appraisal_grade in ('A', 'B', 'C', 'D')", name=op.f("ck_buildings_buildings__appraisal_grade")
        ),
    )
    op.create_index("ix_buildings_buildings__appraised_until", "buildings_buildings", ["tenant_id", "appraised_until"])
    op.create_index("ix_buildings_buildings__lightning_until", "buildings_buildings", ["tenant_id", "lightning_until"])
    op.create_table(
        "buildings_equipment",
        *_head(),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("building_id", sa.Uuid, nullable=True),
        sa.Column("registration_no", sa.Text, nullable=False, server_default=""),
        sa.Column("inspected_on", sa.Date, nullable=True),
        sa.Column("next_inspection_on", sa.Date, nullable=True),
        sa.Column("maintainer", sa.Text, nullable=False, server_default=""),
        sa.Column("in_use", sa.Boolean, nullable=False, server_default="true"),
        *_tail("buildings_equipment"),
        _to("buildings_equipment", "building_id", "buildings_buildings"),
    )
    op.create_index(
        "ix_buildings_equipment__next_inspection_on", "buildings_equipment", ["tenant_id", "next_inspection_on"]
    )
    op.create_table(
        "buildings_points",
        *_head(),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("spot", sa.Text, nullable=False),
        sa.Column("measures", sa.Text, nullable=False, server_default=""),
        sa.Column("responsible_post", sa.Text, nullable=False, server_default=""),
        sa.Column("checked_on", sa.Date, nullable=True),
        *_tail("buildings_points"),
    )
    op.create_index("ix_buildings_points__unit_id", "buildings_points", ["tenant_id", "unit_id"])
    op.create_table(
        "buildings_sites",
        *_head(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("contractor", sa.Text, nullable=False, server_default=""),
        sa.Column("permit_no", sa.Text, nullable=False, server_default=""),
        sa.Column("starts_on", sa.Date, nullable=True),
        sa.Column("ends_on", sa.Date, nullable=True),
        sa.Column("fenced", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("own_entrance", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("measures", sa.Text, nullable=False, server_default=""),
        *_tail("buildings_sites"),
    )
    op.create_index("ix_buildings_sites__unit_id", "buildings_sites", ["tenant_id", "unit_id"])
    for table in TABLES:
        op.execute(f"select ctx.protect('app.{table}')")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _head() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
    )


def _tail(table: str) -> tuple[sa.SchemaItem, ...]:
    return (
        sa.Column("extra", pg.JSONB, nullable=False, server_default="{}"),
        sa.Column("retired_on", sa.Date, nullable=True),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=f"pk_{table}"),
        _to(table, "unit_id", "org_units"),
    )


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{target}.tenant_id", f"{target}.id"],
        name=f"fk_{table}__tenant_id_{column}",
    )
