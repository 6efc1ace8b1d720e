"""What proves who is asking: sessions and tokens, links to accounts elsewhere, and the memory of failed sign-ins."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Integer, LargeBinary, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, tenant_key


class UserSession(TenantBase):
    """A signed-in browser. Only the hash of its secret is kept. Personal data: whose, from which address and browser."""

    __tablename__ = "sessions"
    __table_args__ = (
        tenant_key("people", "person_id"),
        Index("ix_sessions__person", "tenant_id", "person_id", "last_seen_at"),
        Index("ix_sessions__expires_at", "tenant_id", "expires_at"),
    )

    id_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """sha256 of the secret in the cookie."""
    person_id: Mapped[UUID]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    """To the minute: refreshed at most once a minute."""
    expires_at: Mapped[datetime]
    """However busy it is, it ends here."""
    ip: Mapped[str]
    user_agent: Mapped[str]
    ended_at: Mapped[datetime | None]


class ApiToken(TenantBase, Identified):
    """A key for programs: never more than its person may do. Personal data: whose it is."""

    __tablename__ = "api_tokens"
    __table_args__ = (
        tenant_key("people", "person_id"),
        UniqueConstraint("tenant_id", "secret_hash", name="uq_api_tokens__tenant_id_secret_hash"),
        Index("ix_api_tokens__person", "tenant_id", "person_id"),
    )

    name: Mapped[str]
    """What it is for."""
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """sha256 of the secret, which is shown once."""
    person_id: Mapped[UUID]
    permissions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class PersonLink(TenantBase):
    """This account says that an account of another tenant is the same human being; it counts when the other says so too.

    Personal data: that the two are one.
    """

    __tablename__ = "person_links"
    __table_args__ = (tenant_key("people", "person_id", ondelete="CASCADE"),)

    person_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    other_tenant_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    other_person_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    created_at: Mapped[datetime]


class SignInAttempt(TenantBase):
    """Wrong passwords for a login from an address, for a login, from an address. Personal data: none, keys are hashed.

    Not columns of people: a login that does not exist must be slowed down alike, or the lock would tell who exists.
    """

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_sign_in_attempts__last_at", "tenant_id", "last_at"),)

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """sha256 of ``login|address``, ``login|`` or ``|address``."""
    failed_count: Mapped[int]
    last_at: Mapped[datetime]
    locked_until: Mapped[datetime | None]
