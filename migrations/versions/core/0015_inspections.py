"""Inspections: checklists and versions, rounds, visits, answers, photos, signatures, findings, orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)
TABLES = (
    "inspection_checklists",
    "inspection_checklist_versions",
    "inspection_rounds",
    "inspection_visits",
    "inspection_inspectors",
    "inspection_answer_versions",
    "inspection_answers",
    "inspection_photos",
    "inspection_signatures",
    "inspection_findings",
    "inspection_orders",
)


def upgrade() -> None:
    _checklists()
    _visits()
    _answers()
    _outcomes()
    for table in TABLES:
        op.execute(f"select ctx.protect('app.{table}')")
    op.execute(
        "select ctx.append_only('app.inspection_checklist_versions'), ctx.append_only('app.inspection_answer_versions')"
    )


def _checklists() -> None:
    op.create_table(
        "inspection_checklists",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("domain", sa.Text, nullable=False, server_default=""),
        sa.Column("kinds", pg.ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("draft", pg.JSONB, nullable=True),
        sa.Column("latest_no", sa.Integer, nullable=False, server_default="0"),
        sa.Column("offered", sa.Text, nullable=True),
        sa.Column("retired_on", sa.Date, nullable=True),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.CheckConstraint("latest_no >= 0", name=op.f("ck_inspection_checklists__latest_no")),
        sa.CheckConstraint("origin in ('pack', 'plugin', 'district')", name=op.f("ck_inspection_checklists__origin")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_inspection_checklists"),
        sa.UniqueConstraint("tenant_id", "code", name="uq_inspection_checklists__tenant_id_code"),
    )
    op.create_index("ix_inspection_checklists__title", "inspection_checklists", ["tenant_id", "title", "id"])
    op.create_table(
        "inspection_checklist_versions",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("checklist_id", sa.Uuid, nullable=False),
        sa.Column("no", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("content", pg.JSONB, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("published_by", sa.Uuid, nullable=True),
        sa.Column("published_by_name", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "checklist_id"],
            ["inspection_checklists.tenant_id", "inspection_checklists.id"],
            name="fk_inspection_checklist_versions__tenant_id_checklist_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_inspection_checklist_versions"),
        sa.UniqueConstraint(
            "tenant_id", "checklist_id", "no", name="uq_inspection_checklist_versions__tenant_id_checklist_id_no"
        ),
    )


def _visits() -> None:
    op.create_table(
        "inspection_rounds",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("no", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("basis", sa.Text, nullable=False, server_default=""),
        sa.Column("checklist_version_id", sa.Uuid, nullable=False),
        sa.Column("starts", sa.Date, nullable=False),
        sa.Column("ends", sa.Date, nullable=False),
        sa.Column("cluster_id", sa.Uuid, nullable=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("commitment", sa.Text, nullable=True),
        sa.Column("pool", pg.JSONB, nullable=True),
        sa.Column("seed", sa.Text, nullable=True),
        sa.Column("witness", sa.Text, nullable=True),
        sa.Column("drawn", pg.JSONB, nullable=True),
        sa.Column("sealed_at", INSTANT, nullable=True),
        sa.Column("drawn_at", INSTANT, nullable=True),
        sa.Column("revealed_at", INSTANT, nullable=True),
        sa.Column("cancel_reason", sa.Text, nullable=False, server_default=""),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Uuid, nullable=True),
        sa.Column("made_by_name", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_inspection_rounds__dates")),
        sa.CheckConstraint(
            "kind in ('special', 'joint', 'peer', 'revisit', 'blind')", name=op.f("ck_inspection_rounds__kind")
        ),
        sa.CheckConstraint(
            "state in ('open', 'sealed', 'drawn', 'revealed', 'cancelled')", name=op.f("ck_inspection_rounds__state")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "checklist_version_id"],
            ["inspection_checklist_versions.tenant_id", "inspection_checklist_versions.id"],
            name="fk_inspection_rounds__tenant_id_checklist_version_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "cluster_id"],
            ["org_units.tenant_id", "org_units.id"],
            name="fk_inspection_rounds__tenant_id_cluster_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_inspection_rounds"),
        sa.UniqueConstraint("tenant_id", "no", name="uq_inspection_rounds__tenant_id_no"),
    )
    op.create_index("ix_inspection_rounds__starts", "inspection_rounds", ["tenant_id", "starts", "id"])
    op.create_table(
        "inspection_visits",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("round_id", sa.Uuid, nullable=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("school_id", sa.Uuid, nullable=True),
        sa.Column("inspecting_unit_id", sa.Uuid, nullable=True),
        sa.Column("checklist_version_id", sa.Uuid, nullable=False),
        sa.Column("only_items", pg.ARRAY(sa.Text), nullable=True),
        sa.Column("follows_id", sa.Uuid, nullable=True),
        sa.Column("planned_on", sa.Date, nullable=False),
        sa.Column("concealed", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("started_by", sa.Uuid, nullable=True),
        sa.Column("started_by_name", sa.Text, nullable=False, server_default=""),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("finished_by", sa.Uuid, nullable=True),
        sa.Column("finished_by_name", sa.Text, nullable=False, server_default=""),
        sa.Column("summary", sa.Text, nullable=False, server_default=""),
        sa.Column("items", sa.Integer, nullable=False, server_default="0"),
        sa.Column("passed", sa.Integer, nullable=False, server_default="0"),
        sa.Column("failed", sa.Integer, nullable=False, server_default="0"),
        sa.Column("not_applicable", sa.Integer, nullable=False, server_default="0"),
        sa.Column("score", sa.Integer, nullable=True),
        sa.Column("cancel_reason", sa.Text, nullable=False, server_default=""),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Uuid, nullable=True),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.CheckConstraint(
            "kind in ('self_check', 'daily', 'special', 'joint', 'peer', 'revisit', 'blind')",
            name=op.f("ck_inspection_visits__kind"),
        ),
        sa.CheckConstraint("score between 0 and 10000", name=op.f("ck_inspection_visits__score")),
        sa.CheckConstraint(
            "state in ('planned', 'under_way', 'finished', 'cancelled')", name=op.f("ck_inspection_visits__state")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "checklist_version_id"],
            ["inspection_checklist_versions.tenant_id", "inspection_checklist_versions.id"],
            name="fk_inspection_visits__tenant_id_checklist_version_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "follows_id"],
            ["inspection_visits.tenant_id", "inspection_visits.id"],
            name="fk_inspection_visits__tenant_id_follows_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "inspecting_unit_id"],
            ["org_units.tenant_id", "org_units.id"],
            name="fk_inspection_visits__tenant_id_inspecting_unit_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "round_id"],
            ["inspection_rounds.tenant_id", "inspection_rounds.id"],
            name="fk_inspection_visits__tenant_id_round_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "school_id"],
            ["org_units.tenant_id", "org_units.id"],
            name="fk_inspection_visits__tenant_id_school_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["org_units.tenant_id", "org_units.id"],
            name="fk_inspection_visits__tenant_id_unit_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_inspection_visits"),
    )
    op.create_index("ix_inspection_visits__follows", "inspection_visits", ["tenant_id", "follows_id"])
    op.create_index("ix_inspection_visits__planned_on", "inspection_visits", ["tenant_id", "planned_on", "id"])
    op.create_index("ix_inspection_visits__round", "inspection_visits", ["tenant_id", "round_id"])
    op.create_index("ix_inspection_visits__unit", "inspection_visits", ["tenant_id", "unit_id", "planned_on"])
    op.create_table(
        "inspection_inspectors",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("visit_id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=True),
        sa.Column("lead", sa.Boolean, nullable=False, server_default="false"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["people.tenant_id", "people.id"],
            name="fk_inspection_inspectors__tenant_id_person_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["org_units.tenant_id", "org_units.id"],
            name="fk_inspection_inspectors__tenant_id_unit_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "visit_id"],
            ["inspection_visits.tenant_id", "inspection_visits.id"],
            name="fk_inspection_inspectors__tenant_id_visit_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "visit_id", "person_id", name="pk_inspection_inspectors"),
    )
    op.create_index("ix_inspection_inspectors__person", "inspection_inspectors", ["tenant_id", "person_id", "visit_id"])


def _answers() -> None:
    op.create_table(
        "inspection_answer_versions",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("visit_id", sa.Uuid, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("bases", pg.ARRAY(sa.Uuid), nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("points", sa.Integer, nullable=True),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.Column("photos", pg.ARRAY(sa.Uuid), nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Uuid, nullable=True),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_inspection_answer_versions__points")),
        sa.CheckConstraint("verdict in ('pass', 'fail', 'na')", name=op.f("ck_inspection_answer_versions__verdict")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "visit_id"],
            ["inspection_visits.tenant_id", "inspection_visits.id"],
            name="fk_inspection_answer_versions__tenant_id_visit_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_inspection_answer_versions"),
    )
    op.create_index(
        "ix_inspection_answer_versions__visit", "inspection_answer_versions", ["tenant_id", "visit_id", "received_at"]
    )
    op.create_table(
        "inspection_answers",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("visit_id", sa.Uuid, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("heads", pg.ARRAY(sa.Uuid), nullable=False),
        sa.Column("verdict", sa.Text, nullable=True),
        sa.Column("points", sa.Integer, nullable=True),
        sa.CheckConstraint("verdict in ('pass', 'fail', 'na')", name=op.f("ck_inspection_answers__verdict")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "visit_id"],
            ["inspection_visits.tenant_id", "inspection_visits.id"],
            name="fk_inspection_answers__tenant_id_visit_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "visit_id", "item", name="pk_inspection_answers"),
    )
    op.create_table(
        "inspection_photos",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("visit_id", sa.Uuid, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("file_id", sa.Uuid, nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Uuid, nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"], ["files.tenant_id", "files.id"], name="fk_inspection_photos__tenant_id_file_id"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "visit_id"],
            ["inspection_visits.tenant_id", "inspection_visits.id"],
            name="fk_inspection_photos__tenant_id_visit_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_inspection_photos"),
    )
    op.create_index("ix_inspection_photos__visit", "inspection_photos", ["tenant_id", "visit_id", "item"])
    op.create_table(
        "inspection_signatures",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("visit_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("file_id", sa.Uuid, nullable=True),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Uuid, nullable=True),
        sa.CheckConstraint("role in ('inspector', 'unit')", name=op.f("ck_inspection_signatures__role")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["files.tenant_id", "files.id"],
            name="fk_inspection_signatures__tenant_id_file_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "visit_id"],
            ["inspection_visits.tenant_id", "inspection_visits.id"],
            name="fk_inspection_signatures__tenant_id_visit_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_inspection_signatures"),
    )
    op.create_index(
        "ix_inspection_signatures__visit", "inspection_signatures", ["tenant_id", "visit_id", "received_at"]
    )


def _outcomes() -> None:
    op.create_table(
        "inspection_findings",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("visit_id", sa.Uuid, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("hazard_id", sa.Uuid, nullable=False),
        sa.Column("again", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Uuid, nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "hazard_id"],
            ["hazards.tenant_id", "hazards.id"],
            name="fk_inspection_findings__tenant_id_hazard_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "visit_id"],
            ["inspection_visits.tenant_id", "inspection_visits.id"],
            name="fk_inspection_findings__tenant_id_visit_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_inspection_findings"),
        sa.UniqueConstraint("tenant_id", "visit_id", "item", name="uq_inspection_findings__tenant_id_visit_id_item"),
    )
    op.create_index("ix_inspection_findings__hazard", "inspection_findings", ["tenant_id", "hazard_id"])
    op.create_table(
        "inspection_orders",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("visit_id", sa.Uuid, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("no", sa.Text, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("findings", sa.Integer, nullable=False),
        sa.Column("file_id", sa.Uuid, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", sa.Uuid, nullable=True),
        sa.Column("issued_by_name", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"], ["files.tenant_id", "files.id"], name="fk_inspection_orders__tenant_id_file_id"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "visit_id"],
            ["inspection_visits.tenant_id", "inspection_visits.id"],
            name="fk_inspection_orders__tenant_id_visit_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_inspection_orders"),
        sa.UniqueConstraint("tenant_id", "visit_id", name="uq_inspection_orders__tenant_id_visit_id"),
        sa.UniqueConstraint("tenant_id", "year", "seq", name="uq_inspection_orders__tenant_id_year_seq"),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
