"""Exams: question bank, exams, sittings with their answers, what posts ask for, certificates of persons."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)
TABLES = ("exam_questions", "exams", "exam_sittings", "exam_answers", "post_qualifications", "person_certificates")
KINDS = "kind in ('single', 'multiple', 'true_false')"
CERTIFICATES = (
    "kind in ('health', 'guard', 'food_safety', 'special_equipment', 'electrician', 'bus_driver', 'teacher', 'other')"
)


def upgrade() -> None:
    _bank()
    _sittings()
    _posts()
    for table in TABLES:
        op.execute(f"select ctx.protect('app.{table}')")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _bank() -> None:
    op.create_table(
        "exam_questions",
        *_identified(),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("stem", sa.Text, nullable=False),
        sa.Column("options", pg.JSONB, nullable=False),
        sa.Column("answer", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("domain", sa.Text, server_default="", nullable=False),
        sa.Column("audience", pg.ARRAY(sa.Text), server_default="{}", nullable=False),
        sa.Column("clauses", pg.ARRAY(sa.Text), server_default="{}", nullable=False),
        sa.Column("law", sa.Text, server_default="", nullable=False),
        sa.Column("explanation", sa.Text, server_default="", nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("offered", sa.Text, nullable=True),
        sa.Column("retired_on", sa.Date, nullable=True),
        sa.Column("batch_id", sa.Uuid, nullable=True),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by_name", sa.Text, nullable=False),
        _version(),
        sa.CheckConstraint(KINDS, name=op.f("ck_exam_questions__kind")),
        sa.CheckConstraint("origin in ('pack', 'district')", name=op.f("ck_exam_questions__origin")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_exam_questions"),
        sa.UniqueConstraint("tenant_id", "code", name="uq_exam_questions__tenant_id_code"),
    )
    op.create_index("ix_exam_questions__changed_at", "exam_questions", ["tenant_id", "changed_at", "id"])
    op.create_index("ix_exam_questions__batch_id", "exam_questions", ["tenant_id", "batch_id"])
    op.create_table(
        "exams",
        *_identified(),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("series", sa.Text, nullable=False),
        sa.Column("audience", sa.Text, server_default="", nullable=False),
        sa.Column("draws", pg.JSONB, nullable=False),
        sa.Column("posts", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("pass_percent", sa.Integer, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("valid_months", sa.Integer, server_default="0", nullable=False),
        sa.Column("opens_on", sa.Date, nullable=True),
        sa.Column("closes_on", sa.Date, nullable=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("clauses", pg.ARRAY(sa.Text), server_default="{}", nullable=False),
        sa.Column("confirm", sa.Boolean, server_default="false", nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by_name", sa.Text, nullable=False),
        _version(),
        sa.CheckConstraint("state in ('draft', 'open', 'closed')", name=op.f("ck_exams__state")),
        sa.CheckConstraint("pass_percent between 1 and 100", name=op.f("ck_exams__pass_percent")),
        sa.CheckConstraint("minutes between 1 and 240", name=op.f("ck_exams__minutes")),
        sa.CheckConstraint("tries between 1 and 20", name=op.f("ck_exams__tries")),
        sa.CheckConstraint("valid_months between 0 and 120", name=op.f("ck_exams__valid_months")),
        sa.CheckConstraint(
            "closes_on is null or opens_on is null or closes_on >= opens_on", name=op.f("ck_exams__days")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_exams"),
    )
    op.create_index("ix_exams__state", "exams", ["tenant_id", "state", "made_at"])
    op.create_index("ix_exams__series", "exams", ["tenant_id", "series"])


def _sittings() -> None:
    op.create_table(
        "exam_sittings",
        *_identified(),
        sa.Column("exam_id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("no", sa.Integer, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("submitted_at", INSTANT, nullable=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("questions", sa.Integer, nullable=False),
        sa.Column("right", sa.Integer, nullable=True),
        sa.Column("percent", sa.Integer, nullable=True),
        sa.Column("passed", sa.Boolean, nullable=True),
        sa.Column("valid_until", sa.Date, nullable=True),
        _version(),
        sa.CheckConstraint("state in ('running', 'submitted', 'timed_out')", name=op.f("ck_exam_sittings__state")),
        sa.CheckConstraint("(state = 'running') = (submitted_at is null)", name=op.f("ck_exam_sittings__submitted")),
        sa.CheckConstraint("percent between 0 and 100", name=op.f("ck_exam_sittings__percent")),
        _key("exam_sittings", "exam_id", "exams"),
        _key("exam_sittings", "person_id", "people"),
        _key("exam_sittings", "unit_id", "org_units"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_exam_sittings"),
        sa.UniqueConstraint(
            "tenant_id", "exam_id", "person_id", "no", name="uq_exam_sittings__tenant_id_exam_id_person_id_no"
        ),
    )
    op.create_index("ix_exam_sittings__person", "exam_sittings", ["tenant_id", "person_id", "exam_id"])
    op.create_index("ix_exam_sittings__ends_at", "exam_sittings", ["tenant_id", "state", "ends_at"])
    op.create_index(
        "uq_exam_sittings__running", "exam_sittings", ["tenant_id", "exam_id", "person_id"], unique=True,
        postgresql_where=sa.text("state = 'running'"),
    )  # fmt: skip
    op.create_table(
        "exam_answers",
        *_identified(),
        sa.Column("sitting_id", sa.Uuid, nullable=False),
        sa.Column("no", sa.Integer, nullable=False),
        sa.Column("question_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("stem", sa.Text, nullable=False),
        sa.Column("options", pg.JSONB, nullable=False),
        sa.Column("answer", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("explanation", sa.Text, server_default="", nullable=False),
        sa.Column("given", pg.ARRAY(sa.Text), server_default="{}", nullable=False),
        sa.Column("given_at", INSTANT, nullable=True),
        sa.Column("right", sa.Boolean, nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_exam_answers__kind")),
        _key("exam_answers", "sitting_id", "exam_sittings"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_exam_answers"),
        sa.UniqueConstraint("tenant_id", "sitting_id", "no", name="uq_exam_answers__tenant_id_sitting_id_no"),
    )


def _posts() -> None:
    op.create_table(
        "post_qualifications",
        *_identified(),
        sa.Column("post_code", sa.Text, nullable=False),
        sa.Column("series", sa.Text, server_default="", nullable=False),
        sa.Column("certificate", sa.Text, server_default="", nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("ended_on", sa.Date, nullable=True),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by_name", sa.Text, nullable=False),
        _version(),
        sa.CheckConstraint("(series <> '') <> (certificate <> '')", name=op.f("ck_post_qualifications__one")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_post_qualifications"),
    )
    op.create_index(
        "uq_post_qualifications__in_force", "post_qualifications", ["tenant_id", "post_code", "series", "certificate"],
        unique=True, postgresql_where=sa.text("ended_on is null"),
    )  # fmt: skip
    op.create_table(
        "person_certificates",
        *_identified(),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=True),
        sa.Column("holder", sa.Text, server_default="", nullable=False),
        sa.Column("number", sa.Text, server_default="", nullable=False),
        sa.Column("issued_on", sa.Date, nullable=True),
        sa.Column("valid_until", sa.Date, nullable=True),
        sa.Column("issuer", sa.Text, server_default="", nullable=False),
        sa.Column("extra", pg.JSONB, server_default="{}", nullable=False),
        sa.Column("retired_on", sa.Date, nullable=True),
        _version(),
        sa.CheckConstraint(CERTIFICATES, name=op.f("ck_person_certificates__kind")),
        _key("person_certificates", "unit_id", "org_units"),
        _key("person_certificates", "person_id", "people"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_person_certificates"),
    )
    for name, columns in (
        ("unit_id", ["unit_id", "kind"]),
        ("person_id", ["person_id", "kind"]),
        ("valid_until", ["valid_until"]),
    ):
        op.create_index(f"ix_person_certificates__{name}", "person_certificates", ["tenant_id", *columns])


def _identified() -> tuple[sa.Column[int], sa.Column[object]]:
    return sa.Column("tenant_id", sa.Integer, nullable=False), sa.Column("id", sa.Uuid, nullable=False)


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.BigInteger, nullable=False, server_default="1")


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{to}.tenant_id", f"{to}.id"], name=op.f(f"fk_{table}__tenant_id_{column}")
    )
