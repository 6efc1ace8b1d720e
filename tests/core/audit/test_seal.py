"""Recording and sealing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import ProgrammingError

from core.access.actor import Actor
from core.audit.heads import Head, Heads
from core.audit.models import AuditEntry, AuditPending, AuditSeal
from core.audit.seal import publish_daily, seal_tenant, seal_waiting
from core.audit.services import record
from core.audit.verify import verify
from core.db.engines import Database

Write = Callable[[int], None]


def test_record_when_the_transaction_fails_then_nothing_is_logged(db: Database, tenant_id: int, actor: Actor) -> None:
    with pytest.raises(RuntimeError), db.tenant(tenant_id) as session:
        record(session, actor=actor, action="hazard.closed", object_kind="hazard", object_id=1)
        session.flush()
        raise RuntimeError
    with db.tenant(tenant_id) as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0
        assert session.scalar(select(func.count()).select_from(AuditPending)) == 0


def test_record_takes_the_request_id_from_the_session(db: Database, tenant_id: int, actor: Actor) -> None:
    with db.tenant(tenant_id) as session:
        session.info["request_id"] = "r-1"
        entry_id = record(session, actor=actor, action="hazard.closed", object_kind="hazard", object_id=1)
        session.flush()
        entry = session.scalars(select(AuditEntry).where(AuditEntry.id == entry_id)).one()
    assert (entry.request_id, entry.actor_kind, entry.actor_name) == ("r-1", "system", "test")


@pytest.mark.parametrize("statement", ["update app.audit_entries set action = 'x'", "delete from app.audit_entries"])
def test_entries_cannot_be_changed_by_the_application(
    db: Database, tenant_id: int, write: Write, statement: str
) -> None:
    write(1)
    with pytest.raises(ProgrammingError, match="permission denied"), db.tenant(tenant_id) as session:
        session.connection().exec_driver_sql(statement)


def test_seal_when_an_entry_commits_late_then_it_is_sealed_after(
    db: Database, tenant_id: int, actor: Actor, heads: Heads, write: Write
) -> None:
    with db.tenant(tenant_id) as slow:
        late = record(slow, actor=actor, action="org.imported", object_kind="org", object_id="late")
        slow.flush()
        write(3)
        assert seal_tenant(db, heads, tenant_id=tenant_id) == 3
    assert seal_tenant(db, heads, tenant_id=tenant_id) == 1
    with db.tenant(tenant_id) as session:
        assert session.scalar(select(AuditSeal.seq).where(AuditSeal.audit_id == late)) == 4
        assert verify(session, heads).ok


def test_seal_when_two_processes_seal_at_once_then_one_chain_results(
    db: Database, tenant_id: int, heads: Heads, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(60)
    monkeypatch.setattr("core.audit.seal.BATCH", 2)
    threads = [
        threading.Thread(target=seal_tenant, args=(db, heads), kwargs={"tenant_id": tenant_id}) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.tenant(tenant_id) as session:
        report = verify(session, heads)
    assert report.ok and report.entries == 60 and report.heads == 30


def test_seal_keeps_tenants_apart(db: Database, tenant_id: int, neighbour_id: int, heads: Heads, write: Write) -> None:
    write(2)
    with db.tenant(neighbour_id) as session:
        record(session, actor=Actor.system(neighbour_id, "x"), action="a.b", object_kind="a", object_id=1)
    assert seal_waiting(db, heads) >= 3
    mine, theirs = heads.last(tenant_id), heads.last(neighbour_id)
    assert mine and theirs and (mine.seq, theirs.seq) == (2, 1)


def test_publish_daily_when_a_quiet_day_passed_then_the_head_is_vouched_for_again(
    db: Database, tenant_id: int, heads: Heads, write: Write
) -> None:
    assert not publish_daily(db, heads, tenant_id=tenant_id)
    write(1)
    seal_waiting(db, heads)
    assert not publish_daily(db, heads, tenant_id=tenant_id)
    newest = heads.last(tenant_id)
    assert newest
    heads.publish(Head(tenant_id, newest.seq, newest.hash, newest.at - timedelta(hours=25)))
    assert publish_daily(db, heads, tenant_id=tenant_id)
