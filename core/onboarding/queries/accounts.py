"""Accounts by login."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from core.db.sessions import TenantSession
from core.identity.models import Person


def account_of(session: TenantSession, login: str) -> UUID | None:
    """The active account with this login."""
    return session.scalar(select(Person.id).where(Person.login == login.lower(), Person.active))
