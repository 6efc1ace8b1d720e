"""Reports (报送): rounds with who owes them, filings with versions and reviews, reminders, forwardings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)
TABLES = (
    "report_rounds",
    "report_expected",
    "report_forwardings",
    "report_filings",
    "report_versions",
    "report_reviews",
    "report_reminders",
)
APPEND_ONLY = ("report_expected", "report_forwardings", "report_versions", "report_reviews")


def upgrade() -> None:
    _report_rounds()
    _report_expected()
    _report_forwardings()
    _report_filings()
    _report_versions()
    _report_reviews()
    _report_reminders()
    for table in TABLES:
        op.execute(f"select ctx.protect('app.{table}')")
    for table in APPEND_ONLY:
        op.execute(f"select ctx.append_only('app.{table}')")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _report_rounds() -> None:
    op.create_table(
        "report_rounds",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("period_title", sa.Text(), nullable=False),
        sa.Column("span_from", sa.Date(), nullable=False),
        sa.Column("span_to", sa.Date(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("zero", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("confirm", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("recipients", pg.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("form", sa.Text(), server_default="", nullable=False),
        sa.Column("figures", pg.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("clauses", pg.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("units", sa.Integer(), server_default="0", nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("opened_by_name", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("origin in ('rule', 'hand')", name=op.f("ck_report_rounds__origin")),
        sa.CheckConstraint("(due_on is null) = (due_at is null)", name=op.f("ck_report_rounds__due")),
        sa.CheckConstraint("span_to >= span_from", name=op.f("ck_report_rounds__span")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_report_rounds")),
        sa.UniqueConstraint("tenant_id", "key", name="uq_report_rounds__tenant_id_key"),
    )
    op.create_index("ix_report_rounds__code", "report_rounds", ["tenant_id", "code", "opens_on", "id"], unique=False)
    op.create_index("ix_report_rounds__due_on", "report_rounds", ["tenant_id", "due_on", "id"], unique=False)


def _report_expected() -> None:
    op.create_table(
        "report_expected",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("unit_kind", sa.Text(), nullable=False),
        sa.Column("cluster_id", sa.Uuid(), nullable=True),
        sa.Column("on_behalf", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "cluster_id"],
            ["org_units.tenant_id", "org_units.id"],
            name=op.f("fk_report_expected__tenant_id_cluster_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "round_id"],
            ["report_rounds.tenant_id", "report_rounds.id"],
            name=op.f("fk_report_expected__tenant_id_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["org_units.tenant_id", "org_units.id"],
            name=op.f("fk_report_expected__tenant_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "round_id", "unit_id", name=op.f("pk_report_expected")),
    )
    op.create_index("ix_report_expected__unit", "report_expected", ["tenant_id", "unit_id", "round_id"], unique=False)


def _report_forwardings() -> None:
    op.create_table(
        "report_forwardings",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("receipt_no", sa.Text(), server_default="", nullable=False),
        sa.Column("filed", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "round_id"],
            ["report_rounds.tenant_id", "report_rounds.id"],
            name=op.f("fk_report_forwardings__tenant_id_round_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_report_forwardings")),
    )
    op.create_index("ix_report_forwardings__round", "report_forwardings", ["tenant_id", "round_id", "at"], unique=False)


def _report_filings() -> None:
    op.create_table(
        "report_filings",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ready", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("draft", pg.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("zero", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("late", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("latest_no", sa.Integer(), server_default="0", nullable=False),
        sa.Column("accepted_no", sa.Integer(), nullable=True),
        sa.Column("first_submitted_at", INSTANT, nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("submitted_at", INSTANT, nullable=True),
        sa.Column("reopened", sa.Text(), server_default="", nullable=False),
        sa.Column("reopen_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.Column("written_by_name", sa.Text(), server_default="", nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("reopened in ('', 'correction', 'supplement')", name=op.f("ck_report_filings__reopened")),
        sa.CheckConstraint(
            "state in ('draft', 'submitted', 'passed', 'returned', 'accepted', 'correcting')",
            name=op.f("ck_report_filings__state"),
        ),
        sa.CheckConstraint("(latest_no = 0) = (first_submitted_at is null)", name=op.f("ck_report_filings__submitted")),
        sa.CheckConstraint("latest_no >= 0 and accepted_no <= latest_no", name=op.f("ck_report_filings__versions")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "round_id", "unit_id"],
            ["report_expected.tenant_id", "report_expected.round_id", "report_expected.unit_id"],
            name=op.f("fk_report_filings__tenant_id_round_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_report_filings")),
        sa.UniqueConstraint("tenant_id", "round_id", "unit_id", name="uq_report_filings__tenant_id_round_id_unit_id"),
    )
    op.create_index("ix_report_filings__state", "report_filings", ["tenant_id", "state", "submitted_at"], unique=False)
    op.create_index("ix_report_filings__submitted_on", "report_filings", ["tenant_id", "submitted_on"], unique=False)
    op.create_index("ix_report_filings__unit", "report_filings", ["tenant_id", "unit_id", "round_id"], unique=False)


def _report_versions() -> None:
    op.create_table(
        "report_versions",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", pg.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("signed_as", sa.Text(), nullable=False),
        sa.Column("submitted_at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("by_post", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("(kind = 'zero') = (sentence <> '')", name=op.f("ck_report_versions__sentence")),
        sa.CheckConstraint(
            "kind in ('report', 'zero', 'correction', 'supplement')", name=op.f("ck_report_versions__kind")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "filing_id"],
            ["report_filings.tenant_id", "report_filings.id"],
            name=op.f("fk_report_versions__tenant_id_filing_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_report_versions")),
        sa.UniqueConstraint("tenant_id", "filing_id", "no", name="uq_report_versions__tenant_id_filing_id_no"),
    )


def _report_reviews() -> None:
    op.create_table(
        "report_reviews",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("version_no", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("by_post", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("step in ('cluster', 'district')", name=op.f("ck_report_reviews__step")),
        sa.CheckConstraint("verdict <> 'returned' or words <> ''", name=op.f("ck_report_reviews__reason")),
        sa.CheckConstraint("verdict in ('passed', 'accepted', 'returned')", name=op.f("ck_report_reviews__verdict")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "filing_id"],
            ["report_filings.tenant_id", "report_filings.id"],
            name=op.f("fk_report_reviews__tenant_id_filing_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_report_reviews")),
    )
    op.create_index("ix_report_reviews__filing", "report_reviews", ["tenant_id", "filing_id", "at"], unique=False)


def _report_reminders() -> None:
    op.create_table(
        "report_reminders",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rounds", pg.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("notices", pg.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.CheckConstraint("kind in ('digest', 'urge')", name=op.f("ck_report_reminders__kind")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["org_units.tenant_id", "org_units.id"],
            name=op.f("fk_report_reminders__tenant_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_report_reminders")),
        sa.UniqueConstraint(
            "tenant_id", "unit_id", "on_date", "kind", name="uq_report_reminders__tenant_id_unit_id_on_date_kind"
        ),
    )
    op.create_index("ix_report_reminders__at", "report_reminders", ["tenant_id", "at", "id"], unique=False)
