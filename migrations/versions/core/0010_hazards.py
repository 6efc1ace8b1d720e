"""Hazards: cases, timeline, counters, saved views."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)
EMPTY = ""
# What a bureau with rows granted reads: the case, no person.
BUREAU = (
    "tenant_id, id, no, unit_id, school_id, org_type, place, domain, category, title, title_lc, grade, graded, deadline_class,"
    " source, origin, finder_unit_id, found_at, stage, canonical, ground, due_on, original_due_on, clock_on, extensions,"
    " funds_cents, rectified_at, reported_at, verified_at, closed_at, on_the_spot, control_until, escalated_to, supervision_no,"
    " recurrence_of, campaign, phase, clauses, created_at, updated_at, version"
)


def upgrade() -> None:
    op.create_table(
        "hazards",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("no", sa.Text, nullable=True),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("school_id", sa.Uuid, nullable=True),
        sa.Column("org_type", sa.Text, nullable=True),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("domain", sa.Text, nullable=False, server_default=EMPTY),
        sa.Column("category", sa.Text, nullable=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("title_lc", sa.Text, sa.Computed("lower(title)", persisted=True), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("grade", sa.Text, nullable=False, server_default="general"),
        sa.Column("graded", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("deadline_class", sa.Text, nullable=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("source_note", sa.Text, nullable=False, server_default=EMPTY),
        sa.Column("found_by", sa.Uuid, nullable=True),
        sa.Column("found_by_name", sa.Text, nullable=False, server_default=EMPTY),
        sa.Column("finder_unit_id", sa.Uuid, nullable=True),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("canonical", sa.Text, nullable=False),
        sa.Column("ground", sa.Text, nullable=True),
        sa.Column("plan", pg.JSONB, nullable=False),
        sa.Column("due_on", sa.Date, nullable=True),
        sa.Column("due_by_hand", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("original_due_on", sa.Date, nullable=True),
        sa.Column("clock_on", sa.Date, nullable=True),
        sa.Column("extensions", sa.Integer, nullable=False, server_default="0"),
        sa.Column("responsible_unit_id", sa.Uuid, nullable=True),
        sa.Column("responsible_person_id", sa.Uuid, nullable=True),
        sa.Column("responsible_name", sa.Text, nullable=False, server_default=EMPTY),
        sa.Column("funds_cents", sa.BigInteger, nullable=True),
        sa.Column("measure_done", sa.Text, nullable=False, server_default=EMPTY),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("rectified_by", sa.Uuid, nullable=True),
        sa.Column("rectified_by_name", sa.Text, nullable=False, server_default=EMPTY),
        sa.Column("rectified_at", INSTANT, nullable=True),
        sa.Column("reported_to", sa.Text, nullable=False, server_default=EMPTY),
        sa.Column("reported_at", INSTANT, nullable=True),
        sa.Column("verified_by", sa.Uuid, nullable=True),
        sa.Column("verified_by_name", sa.Text, nullable=False, server_default=EMPTY),
        sa.Column("verified_at", INSTANT, nullable=True),
        sa.Column("closed_by", sa.Uuid, nullable=True),
        sa.Column("closed_by_name", sa.Text, nullable=False, server_default=EMPTY),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("on_the_spot", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("control_until", sa.Date, nullable=True),
        sa.Column("control_renewals", sa.Integer, nullable=False, server_default="0"),
        sa.Column("control_lapsed_on", sa.Date, nullable=True),
        sa.Column("escalated_to", sa.Text, nullable=True),
        sa.Column("escalations", pg.JSONB, nullable=False, server_default="[]"),
        sa.Column("supervision_no", sa.Text, nullable=True),
        sa.Column("supervisor", sa.Text, nullable=True),
        sa.Column("recurrence_of", sa.Uuid, nullable=True),
        sa.Column("parent_id", sa.Uuid, nullable=True),
        sa.Column("campaign", sa.Text, nullable=False, server_default=EMPTY),
        sa.Column("phase", sa.Text, nullable=False, server_default=EMPTY),
        sa.Column("clauses", pg.ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("extra", pg.JSONB, nullable=False, server_default="{}"),
        sa.Column("trail", pg.JSONB, nullable=False, server_default="{}"),
        sa.Column("reminded_on", sa.Date, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.CheckConstraint("grade in ('general', 'major')", name=op.f("ck_hazards__grade")),
        sa.CheckConstraint(
            "canonical in ('discovered', 'registered', 'planned', 'rectifying', 'reported', 'verified', 'closed',"
            " 'risk_controlled', 'cancelled')",
            name=op.f("ck_hazards__canonical"),
        ),
        sa.CheckConstraint(
            "origin in ('self_check', 'inspection', 'cluster', 'agency', 'third_party', 'superior', 'public', 'register')",
            name=op.f("ck_hazards__origin"),
        ),
        sa.CheckConstraint("funds_cents >= 0", name=op.f("ck_hazards__funds_cents")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_hazards"),
        sa.UniqueConstraint("tenant_id", "no", name="uq_hazards__tenant_id_no"),
        *(_key(column, "org_units") for column in ("unit_id", "school_id", "finder_unit_id")),
        *(_key(column, "hazards") for column in ("recurrence_of", "parent_id")),
    )
    op.create_index("ix_hazards__found_at", "hazards", ["tenant_id", "found_at", "id"])
    op.create_index("ix_hazards__canonical", "hazards", ["tenant_id", "canonical", "clock_on"])
    for name, column in (
        ("unit", "unit_id"),
        ("school", "school_id"),
        ("domain", "domain"),
        ("finder_unit", "finder_unit_id"),
    ):
        op.create_index(f"ix_hazards__{name}", "hazards", ["tenant_id", column, "found_at"])
    op.create_index("ix_hazards__closed_at", "hazards", ["tenant_id", "closed_at"])
    for name, column in (
        ("clock_on", "clock_on"), ("found_by", "found_by"), ("responsible", "responsible_person_id"), ("recurrence_of", "recurrence_of"),
    ):  # fmt: skip
        op.create_index(
            f"ix_hazards__{name}", "hazards", ["tenant_id", column], postgresql_where=sa.text(f"{column} is not null")
        )
    op.create_table(
        "hazard_events",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("hazard_id", sa.Uuid, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("actor_id", sa.Uuid, nullable=True),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("actor_post", sa.Text, nullable=False, server_default=EMPTY),
        sa.Column("from_stage", sa.Text, nullable=True),
        sa.Column("to_stage", sa.Text, nullable=False),
        sa.Column("canonical", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False, server_default=EMPTY),
        sa.Column("changes", pg.JSONB, nullable=False, server_default="{}"),
        sa.Column("data", pg.JSONB, nullable=False, server_default="{}"),
        sa.Column("hazard_version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_hazard_events"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "hazard_id"],
            ["hazards.tenant_id", "hazards.id"],
            name="fk_hazard_events__tenant_id_hazard_id",
        ),
    )
    op.create_index("ix_hazard_events__hazard", "hazard_events", ["tenant_id", "hazard_id", "at", "id"])
    op.create_index("ix_hazard_events__at", "hazard_events", ["tenant_id", "at", "id"])
    op.create_table(
        "hazard_counters",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "code", "period", name="pk_hazard_counters"),
    )
    op.create_table(
        "hazard_views",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_hazard_views"),
        sa.UniqueConstraint("tenant_id", "person_id", "title", name="uq_hazard_views__tenant_id_person_id_title"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"], ["people.tenant_id", "people.id"],
            name="fk_hazard_views__tenant_id_person_id", ondelete="CASCADE",
        ),
    )  # fmt: skip
    op.execute("select ctx.protect_granted('app.hazards'), ctx.protect('app.hazard_events')")
    op.execute("select ctx.protect('app.hazard_counters'), ctx.protect('app.hazard_views')")
    op.execute("select ctx.append_only('app.hazard_events')")
    op.execute(
        f"revoke select on app.hazards from xiaoan_bureau; grant select ({BUREAU}) on app.hazards to xiaoan_bureau"
    )


def downgrade() -> None:
    for table in ("hazard_views", "hazard_counters", "hazard_events", "hazards"):
        op.drop_table(table)


def _key(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], name=f"fk_hazards__tenant_id_{column}"
    )
