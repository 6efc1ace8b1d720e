"""Attachments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "files",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("thumbnail_key", sa.Text, nullable=True),
        sa.Column("occurred_at", INSTANT, nullable=True),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.Column("uploaded_by", sa.Uuid, nullable=True),
        sa.Column("subject_kind", sa.Text, nullable=True),
        sa.Column("subject_id", sa.Uuid, nullable=True),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("width", sa.Integer, nullable=True),
        sa.Column("height", sa.Integer, nullable=True),
        sa.Column("state", sa.Text, nullable=False, server_default="kept"),
        sa.CheckConstraint("state in ('kept', 'missing')", name=op.f("ck_files__state")),
        sa.CheckConstraint("(subject_kind is null) = (subject_id is null)", name=op.f("ck_files__subject")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_files"),
    )
    op.create_index("ix_files__subject", "files", ["tenant_id", "subject_kind", "subject_id"])
    op.create_index("ix_files__sha256", "files", ["tenant_id", "sha256"])
    op.create_index("ix_files__uploaded_at", "files", ["tenant_id", "uploaded_at"])
    op.execute("select ctx.protect('app.files')")


def downgrade() -> None:
    op.drop_table("files")
