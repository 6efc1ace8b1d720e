"""Official papers: the district's templates and words, counters, papers, receipts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)
TABLES = ("paper_templates", "paper_words", "paper_counters", "papers", "paper_recipients")


def upgrade() -> None:
    _templates()
    _papers()
    for table in TABLES:
        op.execute(f"select ctx.protect('app.{table}')")
    op.execute("select ctx.append_only('app.paper_templates')")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _templates() -> None:
    op.create_table(
        "paper_templates",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("no", sa.Integer, nullable=False),
        sa.Column("file_id", sa.Uuid, nullable=True),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Uuid, nullable=True),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["files.tenant_id", "files.id"],
            name=op.f("fk_paper_templates__tenant_id_file_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_paper_templates"),
        sa.UniqueConstraint("tenant_id", "kind", "no", name="uq_paper_templates__tenant_id_kind_no"),
    )
    op.create_table(
        "paper_words",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("word", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("tenant_id", "kind", name="pk_paper_words"),
    )
    op.create_table(
        "paper_counters",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("word", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "word", "year", name="pk_paper_counters"),
    )


def _papers() -> None:
    op.create_table(
        "papers",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("word", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("no", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("values", pg.JSONB, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("template_id", sa.Uuid, nullable=True),
        sa.Column("file_id", sa.Uuid, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", sa.Uuid, nullable=True),
        sa.Column("issued_by_name", sa.Text, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("withdrawn_by_name", sa.Text, nullable=False, server_default=""),
        sa.Column("withdraw_reason", sa.Text, nullable=False, server_default=""),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.CheckConstraint("seq > 0", name=op.f("ck_papers__seq")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"], ["files.tenant_id", "files.id"], name=op.f("fk_papers__tenant_id_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "template_id"],
            ["paper_templates.tenant_id", "paper_templates.id"],
            name=op.f("fk_papers__tenant_id_template_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_papers"),
        sa.UniqueConstraint("tenant_id", "word", "year", "seq", name="uq_papers__tenant_id_word_year_seq"),
    )
    op.create_index("ix_papers__issued_on", "papers", ["tenant_id", "issued_on", "id"])
    op.create_table(
        "paper_recipients",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("paper_id", sa.Uuid, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("received_at", INSTANT, nullable=True),
        sa.Column("received_by", sa.Uuid, nullable=True),
        sa.Column("received_by_name", sa.Text, nullable=False, server_default=""),
        sa.ForeignKeyConstraint(
            ["tenant_id", "paper_id"],
            ["papers.tenant_id", "papers.id"],
            name=op.f("fk_paper_recipients__tenant_id_paper_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["org_units.tenant_id", "org_units.id"],
            name=op.f("fk_paper_recipients__tenant_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "paper_id", "unit_id", name="pk_paper_recipients"),
    )
    op.create_index("ix_paper_recipients__unit", "paper_recipients", ["tenant_id", "unit_id", "received_at"])
