"""People of a tenant. The same human being in two tenants is two rows, joined by links that both sides agreed to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned


class Person(TenantBase, Identified, Versioned):
    """An account holder. Personal data: name, phone, e-mail."""

    __tablename__ = "people"
    __table_args__ = (
        UniqueConstraint("tenant_id", "login", name="uq_people__tenant_id_login"),
        CheckConstraint("login = lower(login)", name="login"),
        CheckConstraint("locale in ('zh', 'en')", name="locale"),
        Index("ix_people__name_sort", "tenant_id", "name_sort", "id"),
    )

    login: Mapped[str]
    """Lower case; what people type to sign in, e.g. ``safety.s003``."""
    name: Mapped[str]
    name_sort: Mapped[str]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    locale: Mapped[str | None]
    """zh | en; None: as the browser asks."""
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    password_hash: Mapped[str | None]
    """argon2id; None: nobody can sign in until an administrator gives a one-time password."""
    must_change: Mapped[bool] = mapped_column(default=False, server_default="false")
    """The password is a one-time one: nothing else can be done before it is changed."""
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]
