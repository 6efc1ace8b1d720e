"""Fire safety: key places, acceptances with their steps, facilities, certificates, patrols, activities."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)
TABLES = (
    "fire_places", "fire_acceptances", "fire_acceptance_steps", "fire_facilities", "fire_certificates", "fire_patrols",
    "fire_activities",
)  # fmt: skip


def upgrade() -> None:
    _places()
    _acceptances()
    _facilities()
    _patrols()
    for table in TABLES:
        op.execute(f"select ctx.protect('app.{table}')")


def _places() -> None:
    op.create_table(
        "fire_places",
        *_key(),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("risk_note", sa.Text, nullable=False, server_default=""),
        sa.Column("responsible_post", sa.Text, nullable=False, server_default=""),
        sa.Column("marked", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("patrol_days", sa.Integer, nullable=True),
        sa.Column("added_on", sa.Date, nullable=False),
        sa.Column("retired_on", sa.Date, nullable=True),
        _version(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_fire_places"),
        _to("fire_places", "unit_id", "org_units"),
        sa.UniqueConstraint("tenant_id", "unit_id", "name", name="uq_fire_places__tenant_id_unit_id_name"),
        sa.CheckConstraint("patrol_days between 1 and 366", name=op.f("ck_fire_places__patrol_days")),
    )


def _acceptances() -> None:
    op.create_table(
        "fire_acceptances",
        *_key(),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("building", sa.Text, nullable=False),
        sa.Column("building_id", sa.Uuid, nullable=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=True),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("agency", sa.Text, nullable=False, server_default=""),
        sa.Column("assessed_on", sa.Date, nullable=True),
        sa.Column("plan", sa.Text, nullable=False, server_default=""),
        sa.Column("planned_on", sa.Date, nullable=True),
        sa.Column("plan_due_on", sa.Date, nullable=True),
        sa.Column("rectified_on", sa.Date, nullable=True),
        sa.Column("reassessed_on", sa.Date, nullable=True),
        sa.Column("document_no", sa.Text, nullable=False, server_default=""),
        sa.Column("document_on", sa.Date, nullable=True),
        sa.Column("hazard_id", sa.Uuid, nullable=True),
        _version(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_fire_acceptances"),
        _to("fire_acceptances", "unit_id", "org_units"),
        _to("fire_acceptances", "hazard_id", "hazards"),
        sa.UniqueConstraint("tenant_id", "unit_id", "building", name="uq_fire_acceptances__tenant_id_unit_id_building"),
        sa.CheckConstraint("state in ('accepted', 'filed', 'not_accepted')", name=op.f("ck_fire_acceptances__state")),
        sa.CheckConstraint(
            "stage in ('reason', 'path', 'make_up', 'assessment', 'plan', 'rectification', 'reassessment', 'done')",
            name=op.f("ck_fire_acceptances__stage"),
        ),
        sa.CheckConstraint("path in ('A', 'B')", name=op.f("ck_fire_acceptances__path")),
    )
    op.create_index("ix_fire_acceptances__stage", "fire_acceptances", ["tenant_id", "stage", "unit_id"])
    op.create_index("ix_fire_acceptances__hazard_id", "fire_acceptances", ["tenant_id", "hazard_id"])
    op.create_table(
        "fire_acceptance_steps",
        *_key(),
        sa.Column("acceptance_id", sa.Uuid, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("by_id", sa.Uuid, nullable=True),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_fire_acceptance_steps"),
        _to("fire_acceptance_steps", "acceptance_id", "fire_acceptances", ondelete="CASCADE"),
    )
    op.create_index(
        "ix_fire_acceptance_steps__acceptance", "fire_acceptance_steps", ["tenant_id", "acceptance_id", "at"]
    )


def _facilities() -> None:
    op.create_table(
        "fire_facilities",
        *_key(),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("place_id", sa.Uuid, nullable=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("spot", sa.Text, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("last_tested_on", sa.Date, nullable=True),
        sa.Column("next_test_on", sa.Date, nullable=True),
        sa.Column("maintainer", sa.Text, nullable=False, server_default=""),
        sa.Column("removed_on", sa.Date, nullable=True),
        _version(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_fire_facilities"),
        _to("fire_facilities", "unit_id", "org_units"),
        _to("fire_facilities", "place_id", "fire_places"),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_fire_facilities__quantity")),
    )
    op.create_index("ix_fire_facilities__unit_id", "fire_facilities", ["tenant_id", "unit_id", "kind"])
    op.create_index("ix_fire_facilities__next_test_on", "fire_facilities", ["tenant_id", "next_test_on"])
    op.create_table(
        "fire_certificates",
        *_key(),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("expires_on", sa.Date, nullable=True),
        _version(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_fire_certificates"),
        _to("fire_certificates", "unit_id", "org_units"),
        sa.CheckConstraint("holder in ('staff', 'guard')", name=op.f("ck_fire_certificates__holder")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_fire_certificates__quantity")),
    )
    op.create_index("ix_fire_certificates__unit_id", "fire_certificates", ["tenant_id", "unit_id", "holder"])
    op.create_index("ix_fire_certificates__expires_on", "fire_certificates", ["tenant_id", "expires_on"])


def _patrols() -> None:
    op.create_table(
        "fire_patrols",
        *_key(),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("place_id", sa.Uuid, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("by_id", sa.Uuid, nullable=True),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.Column("hazard_id", sa.Uuid, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_fire_patrols"),
        _to("fire_patrols", "unit_id", "org_units"),
        _to("fire_patrols", "place_id", "fire_places"),
        _to("fire_patrols", "hazard_id", "hazards"),
        sa.CheckConstraint("result in ('normal', 'finding')", name=op.f("ck_fire_patrols__result")),
    )
    op.create_index("ix_fire_patrols__place", "fire_patrols", ["tenant_id", "place_id", "on"])
    op.create_index("ix_fire_patrols__unit", "fire_patrols", ["tenant_id", "unit_id", "on"])
    op.create_index("ix_fire_patrols__hazard_id", "fire_patrols", ["tenant_id", "hazard_id"])
    op.create_table(
        "fire_activities",
        *_key(),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("headcount", sa.Integer, nullable=True),
        sa.Column("items", pg.JSONB, nullable=False),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.Column("by_id", sa.Uuid, nullable=True),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_fire_activities"),
        _to("fire_activities", "unit_id", "org_units"),
        sa.CheckConstraint("kind in ('check', 'training', 'standard')", name=op.f("ck_fire_activities__kind")),
        sa.CheckConstraint("headcount >= 0", name=op.f("ck_fire_activities__headcount")),
    )
    op.create_index("ix_fire_activities__unit", "fire_activities", ["tenant_id", "unit_id", "kind", "on"])


def _key() -> tuple[sa.Column[int], sa.Column[object]]:
    return sa.Column("tenant_id", sa.Integer, nullable=False), sa.Column("id", sa.Uuid, nullable=False)


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.BigInteger, nullable=False, server_default="1")


def _to(table: str, column: str, target: str, *, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{target}.tenant_id", f"{target}.id"],
        name=f"fk_{table}__tenant_id_{column}",
        ondelete=ondelete,
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
