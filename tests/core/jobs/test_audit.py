"""The log is verified as a job."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import create_engine, select, text

from core.access.actor import Actor
from core.audit.heads import Heads
from core.audit.seal import seal_tenant
from core.audit.services import record
from core.db.engines import Database
from core.jobs.audit import verify_log
from core.jobs.models import DONE, FAILED, Job, OutboxRow
from core.settings import Settings
from tests.core.jobs.conftest import MakeWorks


def test_verify_log_when_tampered_with_then_it_fails_with_names_and_an_alarm(
    db: Database,
    tenant_id: int,
    own_settings: Settings,
    make_works: MakeWorks,
    order: Callable[..., UUID],
    look: Callable[[UUID], Job],
) -> None:
    with db.tenant(tenant_id) as session:
        record(session, actor=Actor.system(tenant_id, "x"), action="a.b", object_kind="a", object_id=1)
    seal_tenant(db, Heads(own_settings.audit_heads, secret_key=own_settings.secret_key), tenant_id=tenant_id)
    runner = make_works(verify_log).runner
    sound = order("audit.verify")
    assert runner.run(tenant_id, sound) == DONE
    assert look(sound).result == {"entries": 1, "heads": 1}
    assert own_settings.database_url_migrate
    engine = create_engine(own_settings.database_url_migrate)
    with engine.begin() as connection:
        connection.execute(text("delete from app.audit_entries where tenant_id = :id"), {"id": tenant_id})
    engine.dispose()
    tampered = order("audit.verify")
    assert runner.run(tenant_id, tampered) == FAILED
    assert look(tampered).error == "第 1 条被删除"
    with db.tenant(tenant_id) as session:
        assert session.scalars(select(OutboxRow.topic)).all() == ["audit.tampered"]
