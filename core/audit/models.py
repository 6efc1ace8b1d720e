"""Tables of the audit log: the entries, what still waits to be sealed, and the chain of seals."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase

ACTOR_KINDS = ("person", "token", "system", "command")


class AuditEntry(TenantBase, Identified):
    """One thing that was done. Never changed, never deleted. Personal data: who did it, and what ``data`` says."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        CheckConstraint("actor_kind in ('person', 'token', 'system', 'command')", name="actor_kind"),
        Index("ix_audit_entries__at", "tenant_id", "at", "id"),
        Index("ix_audit_entries__object", "tenant_id", "object_kind", "object_id", "at"),
        Index("ix_audit_entries__action", "tenant_id", "action", "at"),
        Index("ix_audit_entries__actor", "tenant_id", "actor_id", "at"),
    )

    at: Mapped[datetime]
    """By the tenant's clock. The time inside ``id`` is the system's."""
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    """The person, also behind a token; of a job the one who ordered it. None for commands and for what the system does by itself."""
    actor_name: Mapped[str]
    """As it was then: names change, the log does not."""
    action: Mapped[str]
    """``<noun>.<what happened>``, e.g. ``hazard.closed``."""
    object_kind: Mapped[str]
    object_id: Mapped[str]
    data: Mapped[dict[str, Any]]
    """What changed, in primitives. No secrets, no contents of files."""
    request_id: Mapped[str | None]
    origin: Mapped[str | None]
    """Network address of whoever asked; None for jobs and commands. Personal data."""


class AuditPending(TenantBase):
    """Entries not sealed yet, written with the entry and deleted with its seal: what commits late is sealed late,
    whereas a cursor over ids would skip it. Personal data: none."""

    __tablename__ = "audit_pending"

    audit_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)


class AuditSeal(TenantBase):
    """A link of the tenant's chain: ``hash`` = sha256(previous hash || canonical entry). Personal data: none."""

    __tablename__ = "audit_seals"
    __table_args__ = (UniqueConstraint("tenant_id", "audit_id", name="uq_audit_seals__tenant_id_audit_id"),)

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """1, 2, 3 … without gaps, in the order of sealing."""
    audit_id: Mapped[UUID]
    hash: Mapped[bytes] = mapped_column(LargeBinary)
