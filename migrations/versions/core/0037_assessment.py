"""Assessment: figures typed, rounds, sheets with their versions, appeals. Packs stored before lose indicators of the old form.

Nothing ran those sections; the district's next update of its pack brings them in the new form.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from core.db.migrate import rows_of_all_tenants

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)
TABLES = ("indicator_entries", "assessment_rounds", "assessment_sheets", "assessment_versions", "assessment_appeals")


def upgrade() -> None:
    _entries()
    _rounds()
    _sheets()
    _appeals()
    for table in TABLES:
        op.execute(f"select ctx.protect('app.{table}')")
    for table in ("indicator_entries", "assessment_versions"):
        op.execute(f"select ctx.append_only('app.{table}')")
    with rows_of_all_tenants():
        op.execute(
            "update app.pack_versions set content = content - 'indicators' - 'assessment'"
            " where content ? 'indicators' or content ? 'assessment'"
        )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _entries() -> None:
    op.create_table(
        "indicator_entries",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("indicator", sa.Text, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("whole", sa.Integer, nullable=True),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Uuid, nullable=True),
        sa.Column("made_by_name", sa.Text, nullable=False),
        sa.CheckConstraint(
            "part >= 0 and (whole is null or (whole > 0 and part <= whole))", name=op.f("ck_indicator_entries__figure")
        ),
        sa.CheckConstraint("basis <> ''", name=op.f("ck_indicator_entries__basis")),
        _key("indicator_entries", "unit_id", "org_units"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_indicator_entries"),
    )
    op.create_index(
        "ix_indicator_entries__latest", "indicator_entries", ["tenant_id", "indicator", "unit_id", "as_of", "id"]
    )


def _rounds() -> None:
    op.create_table(
        "assessment_rounds",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("starts", sa.Date, nullable=False),
        sa.Column("ends", sa.Date, nullable=False),
        sa.Column("scheme", pg.JSONB, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("computed_at", INSTANT, nullable=True),
        sa.Column("announced_at", INSTANT, nullable=True),
        sa.Column("announced_by", sa.Uuid, nullable=True),
        sa.Column("appeal_until", sa.Date, nullable=True),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("cancel_reason", sa.Text, nullable=False, server_default=""),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("opened_by", sa.Uuid, nullable=True),
        sa.Column("opened_by_name", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_assessment_rounds__span")),
        sa.CheckConstraint(
            "state in ('draft', 'announced', 'published', 'cancelled')", name=op.f("ck_assessment_rounds__state")
        ),
        sa.CheckConstraint(
            "state not in ('announced', 'published') or appeal_until is not null",
            name=op.f("ck_assessment_rounds__announced"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_assessment_rounds"),
    )
    op.create_index("ix_assessment_rounds__ends", "assessment_rounds", ["tenant_id", "ends", "id"])


def _sheets() -> None:
    op.create_table(
        "assessment_sheets",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("round_id", sa.Uuid, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("latest_no", sa.Integer, nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("grade", sa.Text, nullable=False, server_default=""),
        sa.Column("vetoed", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("unknown", sa.Integer, nullable=False, server_default="0"),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.CheckConstraint("latest_no > 0", name=op.f("ck_assessment_sheets__latest_no")),
        _key("assessment_sheets", "round_id", "assessment_rounds"),
        _key("assessment_sheets", "unit_id", "org_units"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_assessment_sheets"),
        sa.UniqueConstraint(
            "tenant_id", "round_id", "unit_id", name="uq_assessment_sheets__tenant_id_round_id_unit_id"
        ),
    )
    op.create_index("ix_assessment_sheets__unit", "assessment_sheets", ["tenant_id", "unit_id", "round_id"])
    op.create_table(
        "assessment_versions",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("sheet_id", sa.Uuid, nullable=False),
        sa.Column("no", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("content", pg.JSONB, nullable=False),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Uuid, nullable=True),
        sa.Column("made_by_name", sa.Text, nullable=False),
        sa.CheckConstraint("kind in ('computed', 'corrected')", name=op.f("ck_assessment_versions__kind")),
        sa.CheckConstraint("kind <> 'corrected' or reason <> ''", name=op.f("ck_assessment_versions__reason")),
        _key("assessment_versions", "sheet_id", "assessment_sheets"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_assessment_versions"),
        sa.UniqueConstraint("tenant_id", "sheet_id", "no", name="uq_assessment_versions__tenant_id_sheet_id_no"),
    )


def _appeals() -> None:
    op.create_table(
        "assessment_appeals",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("sheet_id", sa.Uuid, nullable=False),
        sa.Column("version_no", sa.Integer, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Uuid, nullable=True),
        sa.Column("made_by_name", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("taken", sa.Integer, nullable=True),
        sa.Column("decision", sa.Text, nullable=False, server_default=""),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.Uuid, nullable=True),
        sa.Column("decided_by_name", sa.Text, nullable=False, server_default=""),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.CheckConstraint("state in ('open', 'upheld', 'rejected')", name=op.f("ck_assessment_appeals__state")),
        sa.CheckConstraint("(state = 'open') = (decided_at is null)", name=op.f("ck_assessment_appeals__decided")),
        sa.CheckConstraint("state = 'open' or decision <> ''", name=op.f("ck_assessment_appeals__decision")),
        _key("assessment_appeals", "sheet_id", "assessment_sheets"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_assessment_appeals"),
    )
    op.create_index("ix_assessment_appeals__sheet", "assessment_appeals", ["tenant_id", "sheet_id", "made_at"])
    op.create_index("ix_assessment_appeals__state", "assessment_appeals", ["tenant_id", "state", "made_at"])
    op.create_index(
        "uq_assessment_appeals__open", "assessment_appeals", ["tenant_id", "sheet_id", "item"], unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )  # fmt: skip


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{to}.tenant_id", f"{to}.id"], name=op.f(f"fk_{table}__tenant_id_{column}")
    )
