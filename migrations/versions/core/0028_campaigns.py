"""Campaigns: states of tasks, the district's own tasks, who answers for them, gates, responsibility letters, schemes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)
TABLES = (
    "task_states",
    "local_tasks",
    "task_assignments",
    "gate_confirmations",
    "responsibility_letters",
    "letter_signatures",
    "campaign_schemes",
)


def upgrade() -> None:
    _tasks()
    _gates()
    _letters()
    _schemes()
    for table in TABLES:
        op.execute(f"select ctx.protect('app.{table}')")
    op.execute("select ctx.append_only('app.responsibility_letters'), ctx.append_only('app.letter_signatures')")


def _key() -> list[sa.Column[object]]:
    return [sa.Column("tenant_id", sa.Integer, nullable=False), sa.Column("id", sa.Uuid, nullable=False)]


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _texts(name: str) -> sa.Column[list[str]]:
    return sa.Column(name, pg.ARRAY(sa.Text), nullable=False, server_default="{}")


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default="false")


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.BigInteger, nullable=False, server_default="1")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{target}.tenant_id", f"{target}.id"], name=f"fk_{table}__tenant_id_{column}"
    )


def _tasks() -> None:
    op.create_table(
        "task_states",
        *_key(),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("done_on", sa.Date, nullable=True),
        _text("note"),
        sa.Column("reported_at", INSTANT, nullable=True),
        sa.Column("reported_by", sa.Uuid, nullable=True),
        _text("reported_by_name"),
        sa.Column("signed_at", INSTANT, nullable=True),
        sa.Column("signed_by", sa.Uuid, nullable=True),
        _text("signed_by_name"),
        _text("reason"),
        _version(),
        sa.CheckConstraint("state in ('open', 'returned', 'reported', 'done')", name=op.f("ck_task_states__state")),
        _to("task_states", "unit_id", "org_units"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_task_states"),
        sa.UniqueConstraint("tenant_id", "code", "unit_id", name="uq_task_states__tenant_id_code_unit_id"),
    )
    op.create_index("ix_task_states__unit", "task_states", ["tenant_id", "unit_id", "code"])
    op.create_table(
        "local_tasks",
        *_key(),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("campaign", sa.Text, nullable=False),
        _text("phase"),
        _text("category"),
        sa.Column("starts", sa.Date, nullable=True),
        sa.Column("ends", sa.Date, nullable=True),
        _texts("responsible"),
        _flag("open_ended"),
        _flag("evidence"),
        _flag("sign_off"),
        _texts("clauses"),
        sa.Column("withdrawn_on", sa.Date, nullable=True),
        _version(),
        sa.CheckConstraint("ends is null or starts is null or ends >= starts", name=op.f("ck_local_tasks__dates")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_local_tasks"),
        sa.UniqueConstraint("tenant_id", "code", name="uq_local_tasks__tenant_id_code"),
    )
    op.create_table(
        "task_assignments",
        *_key(),
        sa.Column("code", sa.Text, nullable=False),
        _texts("responsible"),
        _texts("participating"),
        _version(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_task_assignments"),
        sa.UniqueConstraint("tenant_id", "code", name="uq_task_assignments__tenant_id_code"),
    )


def _gates() -> None:
    op.create_table(
        "gate_confirmations",
        *_key(),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("gate", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("confirmed_by", sa.Uuid, nullable=True),
        _text("confirmed_by_name"),
        _text("reason"),
        _version(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_gate_confirmations"),
        sa.UniqueConstraint(
            "tenant_id", "campaign", "phase", "gate", name="uq_gate_confirmations__tenant_id_campaign_phase_gate"
        ),
    )


def _letters() -> None:
    op.create_table(
        "responsibility_letters",
        *_key(),
        sa.Column("series", sa.Uuid, nullable=False),
        sa.Column("no", sa.Integer, nullable=False),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("tier", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("posts", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("sign_by", sa.Date, nullable=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", sa.Uuid, nullable=True),
        sa.Column("issued_by_name", sa.Text, nullable=False),
        sa.CheckConstraint("tier in ('cluster', 'school', 'post')", name=op.f("ck_responsibility_letters__tier")),
        sa.CheckConstraint("no > 0", name=op.f("ck_responsibility_letters__no")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_responsibility_letters"),
        sa.UniqueConstraint("tenant_id", "series", "no", name="uq_responsibility_letters__tenant_id_series_no"),
    )
    op.create_table(
        "letter_signatures",
        *_key(),
        sa.Column("letter_id", sa.Uuid, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("post_code", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("person_name", sa.Text, nullable=False),
        sa.Column("post_title", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        _to("letter_signatures", "letter_id", "responsibility_letters"),
        _to("letter_signatures", "unit_id", "org_units"),
        _to("letter_signatures", "person_id", "people"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_letter_signatures"),
        sa.UniqueConstraint(
            "tenant_id", "letter_id", "unit_id", "post_code", "person_id",
            name="uq_letter_signatures__once",
        ),
    )  # fmt: skip
    op.create_index("ix_letter_signatures__unit", "letter_signatures", ["tenant_id", "unit_id"])


def _schemes() -> None:
    op.create_table(
        "campaign_schemes",
        *_key(),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("times", sa.Integer, nullable=False, server_default="1"),
        sa.Column("submitted_at", INSTANT, nullable=False),
        sa.Column("submitted_by", sa.Uuid, nullable=True),
        sa.Column("submitted_by_name", sa.Text, nullable=False),
        sa.Column("checked_at", INSTANT, nullable=True),
        sa.Column("checked_by", sa.Uuid, nullable=True),
        _text("checked_by_name"),
        _text("reason"),
        _version(),
        sa.CheckConstraint("state in ('submitted', 'returned', 'accepted')", name=op.f("ck_campaign_schemes__state")),
        _to("campaign_schemes", "unit_id", "org_units"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_campaign_schemes"),
        sa.UniqueConstraint("tenant_id", "campaign", "unit_id", name="uq_campaign_schemes__tenant_id_campaign_unit_id"),
    )
    op.create_index("ix_campaign_schemes__unit", "campaign_schemes", ["tenant_id", "unit_id"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
