"""People, sessions, tokens, links between accounts, failed sign-ins; posts now point to people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_sort", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=True),
        sa.Column("email", sa.Text, nullable=True),
        sa.Column("locale", sa.Text, nullable=True),
        sa.Column("active", sa.Boolean, nullable=False, server_default="true"),
        sa.Column("password_hash", sa.Text, nullable=True),
        sa.Column("must_change", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_sign_in_at", INSTANT, nullable=True),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.CheckConstraint("login = lower(login)", name=op.f("ck_people__login")),
        sa.CheckConstraint("locale in ('zh', 'en')", name=op.f("ck_people__locale")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_people"),
        sa.UniqueConstraint("tenant_id", "login", name="uq_people__tenant_id_login"),
    )
    op.create_index("ix_people__name_sort", "people", ["tenant_id", "name_sort", "id"])
    op.create_foreign_key(
        "fk_posts__tenant_id_person_id", "posts", "people", ["tenant_id", "person_id"], ["tenant_id", "id"]
    )
    _proofs()
    for table in ("people", "sessions", "api_tokens", "person_links", "sign_in_attempts"):
        op.execute(f"select ctx.protect('app.{table}')")


def _proofs() -> None:
    op.create_table(
        "sessions",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id_hash", sa.LargeBinary, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ip", sa.Text, nullable=False),
        sa.Column("user_agent", sa.Text, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id_hash", name="pk_sessions"),
        _to_people("sessions"),
    )
    op.create_index("ix_sessions__person", "sessions", ["tenant_id", "person_id", "last_seen_at"])
    op.create_index("ix_sessions__expires_at", "sessions", ["tenant_id", "expires_at"])
    op.create_table(
        "api_tokens",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("permissions", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_api_tokens"),
        sa.UniqueConstraint("tenant_id", "secret_hash", name="uq_api_tokens__tenant_id_secret_hash"),
        _to_people("api_tokens"),
    )
    op.create_index("ix_api_tokens__person", "api_tokens", ["tenant_id", "person_id"])
    op.create_table(
        "person_links",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("other_tenant_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("other_person_id", sa.Uuid, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "person_id", "other_tenant_id", "other_person_id", name="pk_person_links"),
        _to_people("person_links", ondelete="CASCADE"),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("failed_count", sa.Integer, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("locked_until", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "key", name="pk_sign_in_attempts"),
    )
    op.create_index("ix_sign_in_attempts__last_at", "sign_in_attempts", ["tenant_id", "last_at"])


def _to_people(table: str, *, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "person_id"],
        ["people.tenant_id", "people.id"],
        name=f"fk_{table}__tenant_id_person_id",
        ondelete=ondelete,
    )


def downgrade() -> None:
    for table in ("sign_in_attempts", "person_links", "api_tokens", "sessions"):
        op.drop_table(table)
    op.drop_constraint("fk_posts__tenant_id_person_id", "posts", type_="foreignkey")
    op.drop_table("people")
