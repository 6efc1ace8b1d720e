"""Import and export centre: batches of every kind of table, orders of exports. Roster batches move into it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from core.db.migrate import rows_of_all_tenants

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)
TABLES = ("import_batches", "import_chunks", "import_faults", "import_headers", "exports")


def upgrade() -> None:
    _imports()
    _exports()
    for table in TABLES:
        op.execute(f"select ctx.protect('app.{table}')")
    _rosters_move()
    op.drop_table("roster_rows")
    op.drop_table("roster_batches")


def _imports() -> None:
    op.create_table(
        "import_batches",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("kind_title", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("file_id", sa.Uuid, nullable=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="mapping"),
        sa.Column("sheet", sa.Integer, nullable=False, server_default="0"),
        sa.Column("header_row", sa.Integer, nullable=False, server_default="0"),
        sa.Column("date1904", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("titles", pg.JSONB, nullable=False),
        sa.Column("places", pg.JSONB, nullable=False),
        sa.Column("head", pg.JSONB, nullable=False),
        *(
            sa.Column(name, sa.Integer, nullable=False, server_default="0")
            for name in ("total", "faulty", "created", "changed", "same", "refused")
        ),
        sa.Column("fault", sa.Text, nullable=False, server_default=""),
        sa.Column("job_id", sa.Uuid, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Uuid, nullable=True),
        sa.Column("committed_at", INSTANT, nullable=True),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.CheckConstraint(
            "state in ('mapping', 'reading', 'preview', 'committing', 'done', 'failed', 'undone')",
            name=op.f("ck_import_batches__state"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_import_batches"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"], ["files.tenant_id", "files.id"], name="fk_import_batches__tenant_id_file_id"
        ),
    )
    op.create_index("ix_import_batches__created_at", "import_batches", ["tenant_id", "created_at", "id"])
    op.create_index("ix_import_batches__digest", "import_batches", ["tenant_id", "digest"])
    op.create_index("ix_import_batches__file_id", "import_batches", ["tenant_id", "file_id"])
    op.create_table(
        "import_chunks",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.Uuid, nullable=False),
        sa.Column("no", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("rows", pg.JSONB, nullable=False),
        sa.Column("outcomes", pg.JSONB, nullable=False, server_default="{}"),
        sa.Column("settled", sa.Boolean, nullable=False, server_default="false"),
        sa.PrimaryKeyConstraint("tenant_id", "batch_id", "no", name="pk_import_chunks"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "batch_id"], ["import_batches.tenant_id", "import_batches.id"],
            name="fk_import_chunks__tenant_id_batch_id", ondelete="CASCADE",
        ),
    )  # fmt: skip
    op.create_table(
        "import_faults",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.Uuid, nullable=False),
        sa.Column("row_no", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("cells", pg.JSONB, nullable=False),
        sa.Column("faults", pg.JSONB, nullable=False),
        sa.Column("late", sa.Boolean, nullable=False, server_default="false"),
        sa.PrimaryKeyConstraint("tenant_id", "batch_id", "row_no", name="pk_import_faults"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "batch_id"], ["import_batches.tenant_id", "import_batches.id"],
            name="fk_import_faults__tenant_id_batch_id", ondelete="CASCADE",
        ),
    )  # fmt: skip
    op.create_table(
        "import_headers",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("header", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("used_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "kind", "header", name="pk_import_headers"),
    )


def _exports() -> None:
    op.create_table(
        "exports",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("kind_title", sa.Text, nullable=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("question", pg.JSONB, nullable=False),
        sa.Column("said", sa.Text, nullable=False, server_default=""),
        sa.Column("state", sa.Text, nullable=False, server_default="queued"),
        sa.Column("reach", pg.JSONB, nullable=True),
        sa.Column("progress_done", sa.Integer, nullable=False, server_default="0"),
        sa.Column("progress_total", sa.Integer, nullable=False, server_default="0"),
        sa.Column("rows", sa.Integer, nullable=True),
        sa.Column("photos", sa.Integer, nullable=True),
        sa.Column("size", sa.Integer, nullable=True),
        sa.Column("fault", sa.Text, nullable=False, server_default=""),
        sa.Column("file_id", sa.Uuid, nullable=True),
        sa.Column("job_id", sa.Uuid, nullable=True),
        sa.Column("taken_at", INSTANT, nullable=True),
        sa.Column("downloads", sa.Integer, nullable=False, server_default="0"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Uuid, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.CheckConstraint("state in ('queued', 'ready', 'failed', 'expired')", name=op.f("ck_exports__state")),
        sa.CheckConstraint("format in ('xlsx', 'csv')", name=op.f("ck_exports__format")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_exports"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"], ["files.tenant_id", "files.id"], name="fk_exports__tenant_id_file_id"
        ),
    )
    op.create_index("ix_exports__created_by", "exports", ["tenant_id", "created_by", "created_at", "id"])
    op.create_index("ix_exports__file_id", "exports", ["tenant_id", "file_id"])
    op.create_index("ix_exports__expires_at", "exports", ["tenant_id", "expires_at"])


def _rosters_move() -> None:
    """What was imported stays in the list and can be undone; what waited for its commit has to be sent again."""
    with rows_of_all_tenants():
        op.execute("""
            insert into app.import_batches (tenant_id, id, kind, kind_title, file_name, digest, state, titles, places, head, total, faulty,
                created, changed, same, refused, fault, job_id, created_at, created_by, committed_at, undone_at, version)
            select tenant_id, id, 'orgs.' || kind, case kind when 'units' then '单位名册' else '人员和岗位名册' end, file_name, digest,
                case when state in ('preview', 'committing') then 'failed' else state end,
                (select coalesce(jsonb_agg(c.value order by c.key), '[]') from jsonb_each(columns) c),
                (select coalesce(jsonb_object_agg(k.key, k.place), '{}')
                   from (select key, row_number() over (order by key) - 1 as place from jsonb_each(columns)) k),
                '[]', total, faulty, created, updated, unchanged, refused,
                case when state in ('preview', 'committing') then '升级时尚未完成，请重新上传' else '' end,
                job_id, created_at, created_by, committed_at, undone_at, version
            from app.roster_batches""")
    op.execute("""
        with texts as (
            select r.tenant_id, r.batch_id, r.no, r.state, r.effects, r.faults,
                (select coalesce(jsonb_agg(coalesce(r.cells ->> c.key, '') order by c.key), '[]') from jsonb_each(b.columns) c) as cells,
                (row_number() over (partition by r.tenant_id, r.batch_id order by r.no) - 1) / 1000 as chunk
            from app.roster_rows r join app.roster_batches b on b.tenant_id = r.tenant_id and b.id = r.batch_id),
        faults as (
            insert into app.import_faults (tenant_id, batch_id, row_no, cells, faults, late)
            select tenant_id, batch_id, no, cells, faults, state = 'refused' from texts where state in ('faulty', 'refused'))
        insert into app.import_chunks (tenant_id, batch_id, no, rows, outcomes, settled)
        select tenant_id, batch_id, chunk, jsonb_agg(jsonb_build_array(no, cells) order by no),
            coalesce(jsonb_object_agg(no::text, jsonb_build_array(
                case state when 'created' then 'created' when 'updated' then 'changed' when 'unchanged' then 'same' else 'refused' end,
                null, effects)) filter (where state in ('created', 'updated', 'unchanged', 'refused')), '{}'), true
        from texts group by tenant_id, batch_id, chunk""")


def downgrade() -> None:
    """The rosters' own tables come back empty: batches of other kinds would not fit into them."""
    op.create_table(
        "roster_batches",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="preview"),
        sa.Column("columns", pg.JSONB, nullable=False),
        sa.Column("ignored", pg.JSONB, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("faulty", sa.Integer, nullable=False),
        *(
            sa.Column(name, sa.Integer, nullable=False, server_default="0")
            for name in ("created", "updated", "unchanged", "refused")
        ),
        sa.Column("job_id", sa.Uuid, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Uuid, nullable=True),
        sa.Column("committed_at", INSTANT, nullable=True),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.CheckConstraint("kind in ('units', 'people')", name=op.f("ck_roster_batches__kind")),
        sa.CheckConstraint(
            "state in ('preview', 'committing', 'done', 'failed', 'undone')", name=op.f("ck_roster_batches__state")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_roster_batches"),
    )
    op.create_index("ix_roster_batches__created_at", "roster_batches", ["tenant_id", "created_at", "id"])
    op.create_index("ix_roster_batches__digest", "roster_batches", ["tenant_id", "kind", "digest"])
    op.create_table(
        "roster_rows",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.Uuid, nullable=False),
        sa.Column("no", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("identity", sa.Text, nullable=False),
        *(sa.Column(name, pg.JSONB, nullable=False) for name in ("cells", "values", "faults")),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("effects", pg.JSONB, nullable=False),
        sa.CheckConstraint(
            "state in ('good', 'faulty', 'created', 'updated', 'unchanged', 'refused', 'reverted')",
            name=op.f("ck_roster_rows__state"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "batch_id", "no", name="pk_roster_rows"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "batch_id"], ["roster_batches.tenant_id", "roster_batches.id"],
            name="fk_roster_rows__tenant_id_batch_id", ondelete="CASCADE",
        ),
    )  # fmt: skip
    op.create_index("ix_roster_rows__state", "roster_rows", ["tenant_id", "batch_id", "state", "no"])
    for table in ("roster_batches", "roster_rows"):
        op.execute(f"select ctx.protect('app.{table}')")
    for table in ("exports", "import_headers", "import_faults", "import_chunks", "import_batches"):
        op.drop_table(table)
