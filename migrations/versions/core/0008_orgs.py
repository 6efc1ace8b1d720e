"""Units, links, closure, posts, roster imports. The key of posts to people follows in 0009."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    _units()
    _links()
    _posts()
    _rosters()
    for table in ("org_units", "org_links", "org_closure", "posts", "roster_batches", "roster_rows"):
        op.execute(f"select ctx.protect('app.{table}')")


def _units() -> None:
    op.create_table(
        "org_units",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("short_name", sa.Text, nullable=False),
        sa.Column("name_sort", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("org_type", sa.Text, nullable=True),
        sa.Column("stages", pg.ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("ownership", sa.Text, nullable=True),
        sa.Column("student_count", sa.Integer, nullable=True),
        sa.Column("staff_count", sa.Integer, nullable=True),
        sa.Column("address", sa.Text, nullable=False, server_default=""),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=True),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.CheckConstraint(
            "kind in ('bureau', 'department', 'cluster', 'school', 'kindergarten', 'campus', 'place', 'training_institution',"
            " 'agency', 'third_party', 'provider', 'external')",
            name=op.f("ck_org_units__kind"),
        ),
        sa.CheckConstraint("ownership in ('public', 'private')", name=op.f("ck_org_units__ownership")),
        sa.CheckConstraint("valid_to is null or valid_to >= valid_from - 1", name=op.f("ck_org_units__dates")),
        sa.CheckConstraint("student_count >= 0 and staff_count >= 0", name=op.f("ck_org_units__counts")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_org_units"),
        sa.UniqueConstraint("tenant_id", "code", name="uq_org_units__tenant_id_code"),
    )
    op.create_index("ix_org_units__name_sort", "org_units", ["tenant_id", "name_sort", "id"])
    op.create_index("ix_org_units__kind", "org_units", ["tenant_id", "kind", "name_sort"])


def _links() -> None:
    op.create_table(
        "org_links",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("parent_id", sa.Uuid, nullable=False),
        sa.Column("child_id", sa.Uuid, nullable=False),
        sa.Column("tree", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=True),
        sa.CheckConstraint(
            "tree in ('administrative', 'cluster', 'group', 'department')", name=op.f("ck_org_links__tree")
        ),
        sa.CheckConstraint("parent_id <> child_id", name=op.f("ck_org_links__two")),
        sa.CheckConstraint("valid_to is null or valid_to >= valid_from - 1", name=op.f("ck_org_links__dates")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_org_links"),
        sa.UniqueConstraint(
            "tenant_id",
            "tree",
            "parent_id",
            "child_id",
            "valid_from",
            name="uq_org_links__tenant_id_tree_parent_id_child_id_valid_from",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["org_units.tenant_id", "org_units.id"],
            name="fk_org_links__tenant_id_parent_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "child_id"], ["org_units.tenant_id", "org_units.id"], name="fk_org_links__tenant_id_child_id"
        ),
    )
    op.create_index(
        "uq_org_links__one_administrative_parent", "org_links", ["tenant_id", "child_id"],
        unique=True, postgresql_where=sa.text("tree = 'administrative' and valid_to is null"),
    )  # fmt: skip
    op.create_index("ix_org_links__child", "org_links", ["tenant_id", "child_id", "tree"])
    op.create_index("ix_org_links__parent", "org_links", ["tenant_id", "parent_id", "tree"])
    op.create_table(
        "org_closure",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("ancestor_id", sa.Uuid, nullable=False),
        sa.Column("descendant_id", sa.Uuid, nullable=False),
        sa.Column("depth", sa.Integer, nullable=False),
        sa.Column("admin_depth", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "ancestor_id", "descendant_id", name="pk_org_closure"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ancestor_id"], ["org_units.tenant_id", "org_units.id"],
            name="fk_org_closure__tenant_id_ancestor_id", ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "descendant_id"], ["org_units.tenant_id", "org_units.id"],
            name="fk_org_closure__tenant_id_descendant_id", ondelete="CASCADE",
        ),
    )  # fmt: skip
    op.create_index("ix_org_closure__descendant", "org_closure", ["tenant_id", "descendant_id", "depth"])


def _posts() -> None:
    op.create_table(
        "posts",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("post_code", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=True),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.CheckConstraint("valid_to is null or valid_to >= valid_from - 1", name=op.f("ck_posts__dates")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_posts"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["org_units.tenant_id", "org_units.id"], name="fk_posts__tenant_id_unit_id"
        ),
    )
    op.create_index("ix_posts__person", "posts", ["tenant_id", "person_id", "valid_from"])
    op.create_index("ix_posts__unit", "posts", ["tenant_id", "unit_id", "post_code"])


def _rosters() -> None:
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
        sa.Column("created", sa.Integer, nullable=False, server_default="0"),
        sa.Column("updated", sa.Integer, nullable=False, server_default="0"),
        sa.Column("unchanged", sa.Integer, nullable=False, server_default="0"),
        sa.Column("refused", sa.Integer, nullable=False, server_default="0"),
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
        sa.Column("cells", pg.JSONB, nullable=False),
        sa.Column("values", pg.JSONB, nullable=False),
        sa.Column("faults", pg.JSONB, nullable=False),
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


def downgrade() -> None:
    for table in ("roster_rows", "roster_batches", "posts", "org_closure", "org_links", "org_units"):
        op.drop_table(table)
