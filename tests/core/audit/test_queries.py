"""Reading the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from core.access.actor import Actor
from core.audit.queries import AuditFilter, entries, entries_at, entry, history
from core.audit.services import record
from core.db.engines import Database
from core.kernel.errors import NotFound


@pytest.fixture
def log(db: Database, tenant_id: int, neighbour_id: int, write: Callable[[int], None]) -> None:
    write(7)
    with db.tenant(neighbour_id) as session:
        record(
            session, actor=Actor.system(neighbour_id, "x"), action="hazard.closed", object_kind="hazard", object_id=3
        )


@pytest.mark.usefixtures("log")
def test_entries_page_by_key_without_gaps_or_doubles(db: Database, tenant_id: int) -> None:
    seen: list[str] = []
    with db.tenant(tenant_id) as session:
        page = entries(session, AuditFilter(), limit=3)
        while True:
            seen += [card.object_id for card in page.items]
            if page.next is None:
                break
            page = entries(session, AuditFilter(), limit=3, before=page.next)
    assert seen == [str(number) for number in reversed(range(7))]


@pytest.mark.usefixtures("log")
def test_entries_are_filtered(db: Database, tenant_id: int, actor: Actor) -> None:
    person = uuid4()
    with db.tenant(tenant_id) as session:
        signed = Actor(tenant_id, person, "李四", "person")
        record(session, actor=signed, action="hazardous.moved", object_kind="store", object_id="s")
    with db.tenant(tenant_id) as session:
        now = session.now()
        cases = {
            AuditFilter(action="hazard.closed"): 7,
            AuditFilter(action="hazard.*"): 7,
            AuditFilter(action="haz.*"): 0,
            AuditFilter(object_kind="hazard", object_id="3"): 1,
            AuditFilter(actor_id=person): 1,
            AuditFilter(since=now + timedelta(hours=1)): 0,
            AuditFilter(until=now + timedelta(hours=1)): 8,
        }
        for where, count in cases.items():
            items, total = entries_at(session, where, page=1, page_size=20)
            assert (len(items), total) == (count, count), where
        assert [card.object_id for card in history(session, object_kind="hazard", object_id="3")] == ["3"]


@pytest.mark.usefixtures("log")
def test_entry_of_a_neighbour_is_not_found(db: Database, tenant_id: int, neighbour_id: int) -> None:
    with db.tenant(neighbour_id) as session:
        theirs = entries(session, AuditFilter()).items[0]
        assert entry(session, theirs.id) == theirs
    with db.tenant(tenant_id) as session, pytest.raises(NotFound):
        entry(session, theirs.id)
