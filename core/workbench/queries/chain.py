"""How far the audit log is sealed and when it was last verified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from core.audit.models import AuditEntry, AuditPending, AuditSeal
from core.db.sessions import TenantSession
from core.workbench.queries.jobs import JobCard, latest

VERIFY = "audit.verify"


@dataclass(frozen=True)
class ChainState:
    """``sealed``: length of the chain; ``sealed_up_to``: time of the newest sealed entry; ``waiting``: not sealed yet."""

    sealed: int
    sealed_up_to: datetime | None
    waiting: int
    verified: JobCard | None


def chain_state(session: TenantSession) -> ChainState:
    """Three small queries, whatever the length of the log."""
    newest = session.execute(
        select(AuditSeal.seq, AuditEntry.at)
        .join(AuditEntry, (AuditEntry.tenant_id == AuditSeal.tenant_id) & (AuditEntry.id == AuditSeal.audit_id))
        .order_by(AuditSeal.seq.desc())
        .limit(1)
    ).first()
    waiting = session.scalar(select(func.count()).select_from(AuditPending)) or 0
    return ChainState(newest.seq if newest else 0, newest.at if newest else None, waiting, latest(session, VERIFY))
