"""Accountability: matters about units, their steps, the list of rules. Packs stored before lose the section of the old form.

Nothing ran that section; the district's next update of its pack brings it in the new form.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from core.db.migrate import rows_of_all_tenants

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)
TABLES = ("accountability_matters", "accountability_steps", "safety_rules")
MEASURES = (
    "'talk', 'circular', 'order', 'listing', 'inspection', 'investigation', 'discipline', 'veto', 'extra_help', 'enforcement',"
    " 'exposure', 'improvement'"
)


def upgrade() -> None:
    _matters()
    _rules()
    for table in TABLES:
        op.execute(f"select ctx.protect('app.{table}')")
    op.execute("select ctx.append_only('app.accountability_steps')")
    with rows_of_all_tenants():
        op.execute("update app.pack_versions set content = content - 'accountability' where content ? 'accountability'")


def downgrade() -> None:
    for table in ("safety_rules", "accountability_steps", "accountability_matters"):
        op.drop_table(table)


def _matters() -> None:
    op.create_table(
        "accountability_matters",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("measure", sa.Text, nullable=False),
        sa.Column("ground", sa.Text, nullable=False, server_default=""),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("clauses", pg.ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("persons", sa.Integer, nullable=False, server_default="0"),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=True),
        sa.Column("hazard_id", sa.Uuid, nullable=True),
        sa.Column("paper_id", sa.Uuid, nullable=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("closed_on", sa.Date, nullable=True),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Uuid, nullable=True),
        sa.Column("made_by_name", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.CheckConstraint(f"measure in ({MEASURES})", name=op.f("ck_accountability_matters__measure")),
        sa.CheckConstraint(
            "state in ('open', 'awaiting', 'closed', 'cancelled')", name=op.f("ck_accountability_matters__state")
        ),
        sa.CheckConstraint("persons between 0 and 1000", name=op.f("ck_accountability_matters__persons")),
        _key("accountability_matters", "unit_id", "org_units"),
        _key("accountability_matters", "hazard_id", "hazards"),
        _key("accountability_matters", "paper_id", "papers"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_accountability_matters"),
        sa.UniqueConstraint("tenant_id", "year", "seq", name="uq_accountability_matters__tenant_id_year_seq"),
    )
    for name, columns in (
        ("decided_on", ["decided_on", "id"]),
        ("unit", ["unit_id", "decided_on"]),
        ("hazard", ["hazard_id"]),
    ):
        op.create_index(f"ix_accountability_matters__{name}", "accountability_matters", ["tenant_id", *columns])
    op.create_table(
        "accountability_steps",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("matter_id", sa.Uuid, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Uuid, nullable=True),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.CheckConstraint(
            "step in ('progress', 'asked', 'extended', 'accepted', 'refused', 'ended', 'called_off')",
            name=op.f("ck_accountability_steps__step"),
        ),
        _key("accountability_steps", "matter_id", "accountability_matters"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_accountability_steps"),
    )
    op.create_index("ix_accountability_steps__matter", "accountability_steps", ["tenant_id", "matter_id", "at"])


def _rules() -> None:
    op.create_table(
        "safety_rules",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("domain", sa.Text, nullable=False, server_default=""),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("hazard_id", sa.Uuid, nullable=True),
        sa.Column("responsible", sa.Text, nullable=False, server_default=""),
        sa.Column("due_on", sa.Date, nullable=True),
        sa.Column("in_force_on", sa.Date, nullable=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by", sa.Uuid, nullable=True),
        sa.Column("changed_by_name", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.CheckConstraint("state in ('planned', 'in_force', 'replaced')", name=op.f("ck_safety_rules__state")),
        _key("safety_rules", "unit_id", "org_units"),
        _key("safety_rules", "hazard_id", "hazards"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_safety_rules"),
    )
    op.create_index("ix_safety_rules__unit", "safety_rules", ["tenant_id", "unit_id", "state"])
    op.create_index("ix_safety_rules__changed_at", "safety_rules", ["tenant_id", "changed_at", "id"])


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{to}.tenant_id", f"{to}.id"], name=op.f(f"fk_{table}__tenant_id_{column}")
    )
