"""Records: what was done, its wordings, drills, incidents, duty, emergency plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)
TABLES = (
    "records",
    "record_versions",
    "emergency_plans",
    "emergency_plan_versions",
    "record_drills",
    "record_findings",
    "incidents",
    "incident_reports",
    "duty_shifts",
)


def upgrade() -> None:
    _records()
    _plans()
    _drills()
    _incidents()
    _duty()
    for table in TABLES:
        op.execute(f"select ctx.protect('app.{table}')")
    for table in ("record_versions", "incident_reports", "emergency_plan_versions"):
        op.execute(f"select ctx.append_only('app.{table}')")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("school_id", sa.Uuid, nullable=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("topics", pg.ARRAY(sa.Text), server_default="{}", nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("place", sa.Text, server_default="", nullable=False),
        sa.Column("people", sa.Integer, nullable=True),
        sa.Column("minutes", sa.Integer, nullable=True),
        sa.Column("times", sa.Integer, server_default="1", nullable=False),
        sa.Column("summary", sa.Text, server_default="", nullable=False),
        sa.Column("details", pg.JSONB, server_default="{}", nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("strike_reason", sa.Text, server_default="", nullable=False),
        sa.Column("latest_no", sa.Integer, server_default="1", nullable=False),
        sa.Column("batch_id", sa.Uuid, nullable=True),
        sa.Column("fingerprint", sa.Text, server_default="", nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", sa.Uuid, nullable=True),
        sa.Column("recorded_by_name", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.CheckConstraint("(state = 'struck') = (strike_reason <> '')", name=op.f("ck_records__strike_reason")),
        sa.CheckConstraint("state in ('planned', 'held', 'struck')", name=op.f("ck_records__state")),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_records__minutes")),
        sa.CheckConstraint("people >= 0", name=op.f("ck_records__people")),
        sa.CheckConstraint("times > 0", name=op.f("ck_records__times")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "school_id"], ["org_units.tenant_id", "org_units.id"], name="fk_records__tenant_id_school_id"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["org_units.tenant_id", "org_units.id"], name="fk_records__tenant_id_unit_id"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_records"),
    )
    op.create_index("ix_records__batch", "records", ["tenant_id", "batch_id"])
    op.create_index("ix_records__held_on", "records", ["tenant_id", "held_on", "id"])
    op.create_index("ix_records__kind", "records", ["tenant_id", "kind", "held_on"])
    op.create_index("ix_records__unit", "records", ["tenant_id", "unit_id", "kind", "held_on"])
    op.create_table(
        "record_versions",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("record_id", sa.Uuid, nullable=False),
        sa.Column("no", sa.Integer, nullable=False),
        sa.Column("content", pg.JSONB, nullable=False),
        sa.Column("reason", sa.Text, server_default="", nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Uuid, nullable=True),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.CheckConstraint("no > 0", name=op.f("ck_record_versions__no")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "record_id"],
            ["records.tenant_id", "records.id"],
            name="fk_record_versions__tenant_id_record_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_record_versions"),
        sa.UniqueConstraint("tenant_id", "record_id", "no", name="uq_record_versions__tenant_id_record_id_no"),
    )


def _plans() -> None:
    op.create_table(
        "emergency_plans",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, server_default="", nullable=False),
        sa.Column("latest_no", sa.Integer, server_default="1", nullable=False),
        sa.Column("review_on", sa.Date, nullable=False),
        sa.Column("retired_on", sa.Date, nullable=True),
        sa.Column("retire_reason", sa.Text, server_default="", nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.CheckConstraint("kind in ('comprehensive', 'special', 'on_site')", name=op.f("ck_emergency_plans__kind")),
        sa.CheckConstraint("latest_no > 0", name=op.f("ck_emergency_plans__latest_no")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["org_units.tenant_id", "org_units.id"],
            name="fk_emergency_plans__tenant_id_unit_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_emergency_plans"),
    )
    op.create_index("ix_emergency_plans__review_on", "emergency_plans", ["tenant_id", "review_on"])
    op.create_index("ix_emergency_plans__unit", "emergency_plans", ["tenant_id", "unit_id", "title"])
    op.create_table(
        "emergency_plan_versions",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("no", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, server_default="", nullable=False),
        sa.Column("in_force_on", sa.Date, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", sa.Uuid, nullable=True),
        sa.Column("issued_by_name", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["emergency_plans.tenant_id", "emergency_plans.id"],
            name="fk_emergency_plan_versions__tenant_id_plan_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_emergency_plan_versions"),
        sa.UniqueConstraint("tenant_id", "plan_id", "no", name="uq_emergency_plan_versions__tenant_id_plan_id_no"),
    )


def _drills() -> None:
    op.create_table(
        "record_drills",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("record_id", sa.Uuid, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("scenario", sa.Text, nullable=False),
        sa.Column("commander", sa.Text, server_default="", nullable=False),
        sa.Column("plan_id", sa.Uuid, nullable=True),
        sa.Column("target_s", sa.Integer, nullable=False),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("stopped_at", INSTANT, nullable=True),
        sa.Column("expected", sa.Integer, nullable=True),
        sa.Column("present", sa.Integer, nullable=True),
        sa.Column("good", sa.Text, server_default="", nullable=False),
        sa.Column("problems", sa.Text, server_default="", nullable=False),
        sa.Column("plan_revision", sa.Text, server_default="", nullable=False),
        sa.Column("revision_note", sa.Text, server_default="", nullable=False),
        sa.Column("reviewed_at", INSTANT, nullable=True),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.CheckConstraint(
            "plan_revision in ('', 'none', 'needed', 'done')", name=op.f("ck_record_drills__plan_revision")
        ),
        sa.CheckConstraint(
            "stage in ('planned', 'running', 'stopped', 'reviewed')", name=op.f("ck_record_drills__stage")
        ),
        sa.CheckConstraint("expected >= 0 and present >= 0", name=op.f("ck_record_drills__heads")),
        sa.CheckConstraint("stopped_at >= started_at", name=op.f("ck_record_drills__times")),
        sa.CheckConstraint("target_s > 0", name=op.f("ck_record_drills__target_s")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["emergency_plans.tenant_id", "emergency_plans.id"],
            name="fk_record_drills__tenant_id_plan_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "record_id"],
            ["records.tenant_id", "records.id"],
            name="fk_record_drills__tenant_id_record_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "record_id", name="pk_record_drills"),
    )
    op.create_table(
        "record_findings",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("record_id", sa.Uuid, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("hazard_id", sa.Uuid, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Uuid, nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "hazard_id"],
            ["hazards.tenant_id", "hazards.id"],
            name="fk_record_findings__tenant_id_hazard_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "record_id"],
            ["record_drills.tenant_id", "record_drills.record_id"],
            name="fk_record_findings__tenant_id_record_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_record_findings"),
        sa.UniqueConstraint("tenant_id", "hazard_id", name="uq_record_findings__tenant_id_hazard_id"),
    )
    op.create_index("ix_record_findings__record", "record_findings", ["tenant_id", "record_id", "at"])


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("no", sa.Integer, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("school_id", sa.Uuid, nullable=True),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("place", sa.Text, server_default="", nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("next_kind", sa.Text, server_default="", nullable=False),
        sa.Column("next_due_at", INSTANT, nullable=True),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("opened_by", sa.Uuid, nullable=True),
        sa.Column("opened_by_name", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.CheckConstraint("grade in ('general', 'larger', 'major', 'extreme')", name=op.f("ck_incidents__grade")),
        sa.CheckConstraint("state in ('open', 'closed')", name=op.f("ck_incidents__state")),
        sa.CheckConstraint("known_at >= occurred_at", name=op.f("ck_incidents__known_at")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "school_id"],
            ["org_units.tenant_id", "org_units.id"],
            name="fk_incidents__tenant_id_school_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["org_units.tenant_id", "org_units.id"], name="fk_incidents__tenant_id_unit_id"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_incidents"),
        sa.UniqueConstraint("tenant_id", "no", name="uq_incidents__tenant_id_no"),
    )
    op.create_index("ix_incidents__next_due_at", "incidents", ["tenant_id", "next_due_at"])
    op.create_index("ix_incidents__occurred_at", "incidents", ["tenant_id", "occurred_at", "id"])
    op.create_index("ix_incidents__unit", "incidents", ["tenant_id", "unit_id", "occurred_at"])
    op.create_table(
        "incident_reports",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("incident_id", sa.Uuid, nullable=False),
        sa.Column("no", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("measures", sa.Text, server_default="", nullable=False),
        sa.Column("cause", sa.Text, server_default="", nullable=False),
        sa.Column("dead", sa.Integer, server_default="0", nullable=False),
        sa.Column("injured", sa.Integer, server_default="0", nullable=False),
        sa.Column("missing", sa.Integer, server_default="0", nullable=False),
        sa.Column("loss_fen", sa.Integer, nullable=True),
        sa.Column("told_to", pg.JSONB, nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("sent_by", sa.Uuid, nullable=True),
        sa.Column("sent_by_name", sa.Text, nullable=False),
        sa.CheckConstraint("kind in ('first', 'further', 'final')", name=op.f("ck_incident_reports__kind")),
        sa.CheckConstraint("dead >= 0 and injured >= 0 and missing >= 0", name=op.f("ck_incident_reports__numbers")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "incident_id"],
            ["incidents.tenant_id", "incidents.id"],
            name="fk_incident_reports__tenant_id_incident_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_incident_reports"),
        sa.UniqueConstraint("tenant_id", "incident_id", "no", name="uq_incident_reports__tenant_id_incident_id_no"),
    )


def _duty() -> None:
    op.create_table(
        "duty_shifts",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("on_date", sa.Date, nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("leader_id", sa.Uuid, nullable=True),
        sa.Column("leader_name", sa.Text, server_default="", nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=True),
        sa.Column("person_name", sa.Text, nullable=False),
        sa.Column("state", sa.Text, server_default="planned", nullable=False),
        sa.Column("handover_note", sa.Text, nullable=True),
        sa.Column("handed_over_at", INSTANT, nullable=True),
        sa.Column("handed_over_by", sa.Uuid, nullable=True),
        sa.Column("handed_over_name", sa.Text, server_default="", nullable=False),
        sa.Column("taken_over_at", INSTANT, nullable=True),
        sa.Column("taken_over_by", sa.Uuid, nullable=True),
        sa.Column("taken_over_name", sa.Text, server_default="", nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.CheckConstraint("state in ('planned', 'cancelled')", name=op.f("ck_duty_shifts__state")),
        sa.CheckConstraint("(handed_over_at is null) = (handover_note is null)", name=op.f("ck_duty_shifts__handover")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_duty_shifts__times")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "leader_id"], ["people.tenant_id", "people.id"], name="fk_duty_shifts__tenant_id_leader_id"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"], ["people.tenant_id", "people.id"], name="fk_duty_shifts__tenant_id_person_id"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["org_units.tenant_id", "org_units.id"], name="fk_duty_shifts__tenant_id_unit_id"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_duty_shifts"),
        sa.UniqueConstraint(
            "tenant_id",
            "unit_id",
            "starts_at",
            "person_id",
            name="uq_duty_shifts__tenant_id_unit_id_starts_at_person_id",
        ),
    )
    op.create_index("ix_duty_shifts__unit", "duty_shifts", ["tenant_id", "unit_id", "on_date"])
