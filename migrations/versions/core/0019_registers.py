"""Registers: entries of the packs' own, breaches of rules, what was told; and the drafts of hazards that breaches open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)
TABLES = ("register_entries", "register_breaches", "register_notices", "hazard_drafts")


def upgrade() -> None:
    _entries()
    _breaches()
    _notices()
    _drafts()
    for table in TABLES:
        op.execute(f"select ctx.protect('app.{table}')")


def _entries() -> None:
    op.create_table(
        "register_entries",
        *_key(),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("register", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=True),
        sa.Column("valid_until", sa.Date, nullable=True),
        sa.Column("attrs", pg.JSONB, nullable=False, server_default="{}"),
        sa.Column("retired_on", sa.Date, nullable=True),
        _version(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_register_entries"),
        _to("register_entries", "unit_id", "org_units"),
    )
    op.create_index("ix_register_entries__unit", "register_entries", ["tenant_id", "register", "unit_id"])
    op.create_index("ix_register_entries__valid_until", "register_entries", ["tenant_id", "register", "valid_until"])


def _breaches() -> None:
    op.create_table(
        "register_breaches",
        *_key(),
        sa.Column("register", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("facts", pg.JSONB, nullable=False),
        sa.Column("assumed", sa.Boolean, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("cleared_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_register_breaches"),
        _to("register_breaches", "unit_id", "org_units"),
    )
    op.create_index(
        "uq_register_breaches__open", "register_breaches", ["tenant_id", "register", "rule", "unit_id"],
        unique=True, postgresql_where=sa.text("cleared_at is null"),
    )  # fmt: skip
    op.create_index("ix_register_breaches__unit", "register_breaches", ["tenant_id", "unit_id", "opened_at"])


def _notices() -> None:
    op.create_table(
        "register_notices",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("register", sa.Text, nullable=False),
        sa.Column("entry_id", sa.Uuid, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("expires_on", sa.Date, nullable=False),
        sa.Column("days", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("told_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "register", "entry_id", "field", "expires_on", "days", name="pk_register_notices"
        ),
    )


def _drafts() -> None:
    op.create_table(
        "hazard_drafts",
        *_key(),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("breach_id", sa.Uuid, nullable=False),
        sa.Column("register", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("domain", sa.Text, nullable=False, server_default=""),
        sa.Column("category", sa.Text, nullable=True),
        sa.Column("entries", pg.JSONB, nullable=False),
        sa.Column("clauses", pg.ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.Uuid, nullable=True),
        sa.Column("decided_by_name", sa.Text, nullable=False, server_default=""),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("hazard_id", sa.Uuid, nullable=True),
        _version(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_hazard_drafts"),
        _to("hazard_drafts", "unit_id", "org_units"),
        _to("hazard_drafts", "breach_id", "register_breaches"),
        _to("hazard_drafts", "hazard_id", "hazards"),
        sa.UniqueConstraint("tenant_id", "breach_id", name="uq_hazard_drafts__tenant_id_breach_id"),
        sa.CheckConstraint(
            "state in ('open', 'accepted', 'dismissed', 'withdrawn')", name=op.f("ck_hazard_drafts__state")
        ),
    )
    op.create_index("ix_hazard_drafts__state", "hazard_drafts", ["tenant_id", "state", "opened_at"])
    op.create_index("ix_hazard_drafts__unit", "hazard_drafts", ["tenant_id", "unit_id", "state"])
    op.create_index(
        "ix_hazard_drafts__hazard_id", "hazard_drafts", ["tenant_id", "hazard_id"],
        postgresql_where=sa.text("hazard_id is not null"),
    )  # fmt: skip


def _key() -> tuple[sa.Column[int], sa.Column[object]]:
    return sa.Column("tenant_id", sa.Integer, nullable=False), sa.Column("id", sa.Uuid, nullable=False)


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.BigInteger, nullable=False, server_default="1")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{target}.tenant_id", f"{target}.id"], name=f"fk_{table}__tenant_id_{column}"
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
