"""Rows that are gathered: all there afterwards, of one's own tenant, in few statements; none where it raised."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, event, func, select

from core.db.engines import Database
from core.db.gathering import gathering, put
from core.db.sessions import TenantSession
from core.tenancy.models import PluginSwitch

OURS = 9021


@pytest.fixture(autouse=True)
def nothing(db: Database) -> None:
    with db.tenant(OURS) as session:
        session.execute(delete(PluginSwitch))


def put_many(session: TenantSession, count: int) -> None:
    for number in range(count):
        put(session, PluginSwitch, plugin=f"p{number:03d}", on_from=date(2020, 9, 1))


def there(db: Database) -> list[int]:
    with db.tenant(OURS) as session:
        return [session.scalar(select(func.count()).select_from(PluginSwitch)) or 0]


def test_put_when_nobody_gathers_then_a_row_of_the_session(db: Database) -> None:
    with db.tenant(OURS) as session:
        put_many(session, 3)
        assert len(session.new) == 3
    assert there(db) == [3]


def test_gathering_when_many_then_one_statement_and_defaults_filled(db: Database) -> None:
    seen: list[str] = []
    engine = db.engine("app")
    listener = lambda connection, cursor, sql, *_: seen.append(sql)  # noqa: E731  a name to remove it by
    event.listen(engine, "before_cursor_execute", listener)
    try:
        with db.tenant(OURS) as session, gathering(session):
            put_many(session, 200)
            assert not session.new
    finally:
        event.remove(engine, "before_cursor_execute", listener)
    assert len([sql for sql in seen if sql.startswith("INSERT")]) == 1
    with db.tenant(OURS) as session:
        rows = session.scalars(select(PluginSwitch)).all()
    assert {(row.tenant_id, row.version) for row in rows} == {(OURS, 1)} and len(rows) == 200


def test_gathering_when_it_raises_then_nothing_and_the_next_put_is_its_own(db: Database) -> None:
    with db.tenant(OURS) as session:
        with pytest.raises(RuntimeError), gathering(session):
            put_many(session, 5)
            raise RuntimeError
        put(session, PluginSwitch, plugin="after", on_from=date(2020, 9, 1))
    assert there(db) == [1]
