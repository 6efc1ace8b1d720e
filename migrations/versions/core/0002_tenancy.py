"""Tenants, packs, plugin switches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "tenants",
        sa.Column("id", sa.Integer, sa.Identity(start=101), primary_key=True),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False, server_default="active"),
        sa.Column("clock_offset_s", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("kind in ('district', 'bureau')", name=op.f("ck_tenants__kind")),
        sa.CheckConstraint("status in ('active', 'suspended')", name=op.f("ck_tenants__status")),
        sa.UniqueConstraint("slug", name="uq_tenants__slug"),
    )
    op.execute(
        "grant select on app.tenants to xiaoan_app, xiaoan_bureau; grant select, insert, update on app.tenants to xiaoan_platform"
    )
    op.create_table(
        "pack_versions",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("content", pg.JSONB, nullable=False),
        sa.Column("applied_at", INSTANT, nullable=False),
        sa.Column("applied_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "version", name="pk_pack_versions"),
    )
    op.create_table(
        "pack_overrides",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("value", pg.JSONB, nullable=False),
        sa.Column("set_by", sa.Uuid, nullable=True),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("tenant_id", "path", name="pk_pack_overrides"),
    )
    op.create_table(
        "plugin_switches",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("plugin", sa.Text, nullable=False),
        sa.Column("on_from", sa.Date, nullable=False),
        sa.Column("on_until", sa.Date, nullable=True),
        sa.Column("stages", pg.ARRAY(sa.Text), nullable=True),
        sa.Column("variant", sa.Text, nullable=True),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("tenant_id", "plugin", name="pk_plugin_switches"),
    )
    op.execute(
        "select ctx.protect('app.pack_versions'), ctx.protect('app.pack_overrides'), ctx.protect('app.plugin_switches')"
    )
    op.execute("select ctx.append_only('app.pack_versions')")


def downgrade() -> None:
    for table in ("plugin_switches", "pack_overrides", "pack_versions", "tenants"):
        op.drop_table(table)
