"""Seals what was recorded: links waiting entries to the tenant's chain and publishes the new head.

In the background, because a chain written inside the business transactions would let one long import hold up the tenant.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, text

from core.audit.chain import CANONICAL, START, link
from core.audit.heads import Head, Heads
from core.audit.models import AuditEntry, AuditPending, AuditSeal
from core.db.engines import Database
from core.db.sessions import PlatformSession, TenantSession

BATCH = 2_000
LOCK = 0x5EA1
"""First key of the advisory lock; the second is the tenant."""
PUBLISH_AT_LEAST = timedelta(hours=24)


def seal_waiting(db: Database, heads: Heads) -> int:
    """Seals every tenant that has something waiting; returns how many entries. Needs the platform and app logins."""
    with db.platform() as session:
        waiting = tenants_waiting(session)
    return sum(seal_tenant(db, heads, tenant_id=tenant_id) for tenant_id in waiting)


def tenants_waiting(session: PlatformSession) -> list[int]:
    return list(session.scalars(select(AuditPending.tenant_id).distinct().order_by(AuditPending.tenant_id)))


def seal_tenant(db: Database, heads: Heads, *, tenant_id: int) -> int:
    """Seals in batches until nothing waits. Each head is published after the commit: before it, a crash would leave
    a head of something that never was."""
    total = 0
    while True:
        with heads.turn(tenant_id):
            with db.tenant(tenant_id) as session:
                sealed, head = seal_batch(session, limit=BATCH)
            if head is not None:
                heads.publish(head)
        total += sealed
        if sealed < BATCH:
            return total


def seal_batch(session: TenantSession, *, limit: int) -> tuple[int, Head | None]:
    """Links up to ``limit`` waiting entries in id order; returns their number and the new head.

    (0, None) too while another process is sealing this tenant.
    """
    if not session.scalar(select(func.pg_try_advisory_xact_lock(LOCK, session.tenant_id))):
        return 0, None
    waiting = session.execute(
        select(AuditEntry.id, CANONICAL)
        .join(AuditPending, (AuditPending.tenant_id == AuditEntry.tenant_id) & (AuditPending.audit_id == AuditEntry.id))
        .order_by(AuditEntry.id)
        .limit(limit)
    ).all()
    if not waiting:
        return 0, None
    head = chain_end(session)
    start, previous = (head.seq, head.hash) if head else (0, START)
    seals = []
    for seq, (audit_id, canonical) in enumerate(waiting, start + 1):
        previous = link(previous, canonical.encode())
        seals.append({"tenant_id": session.tenant_id, "seq": seq, "audit_id": audit_id, "hash": previous})
    session.execute(insert(AuditSeal), seals)
    session.execute(delete(AuditPending).where(AuditPending.audit_id.in_([seal["audit_id"] for seal in seals])))
    return len(seals), Head(session.tenant_id, start + len(seals), previous, database_time(session))


def chain_end(session: TenantSession) -> Head | None:
    """The newest link, as of now; None for an empty chain."""
    newest = session.execute(select(AuditSeal.seq, AuditSeal.hash).order_by(AuditSeal.seq.desc()).limit(1)).first()
    return Head(session.tenant_id, newest.seq, newest.hash, database_time(session)) if newest else None


def publish_daily(db: Database, heads: Heads, *, tenant_id: int) -> bool:
    """Publishes the head again if a day has passed, so that a quiet chain is vouched for too; returns whether it did."""
    with db.tenant(tenant_id, read_only=True) as session:
        head = chain_end(session)
    last = heads.last(tenant_id)
    if head is None or (last is not None and head.at - last.at < PUBLISH_AT_LEAST):
        return False
    heads.publish(head)
    return True


def database_time(session: TenantSession) -> datetime:
    """System time by the database: ids carry system time too, and tenants' clocks may be shifted."""
    at: datetime = session.execute(text("select clock_timestamp()")).scalar_one()
    return at
