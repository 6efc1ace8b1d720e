"""Scopes: nothing without one, nothing beyond one, and each half of the isolation holds without the other."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError, InternalError, ProgrammingError
from sqlalchemy.orm.exc import StaleDataError

from core.db.engines import Database, UnsafeLogin
from core.db.sessions import ScopeBroken, ScopeMissing
from core.tenancy.models import PluginSwitch, Tenant

OURS, THEIRS = 9001, 9002


def switch(tenant_id: int | None = None) -> PluginSwitch:
    return PluginSwitch(tenant_id=tenant_id, plugin="fire", on_from=date(2020, 9, 1))


@pytest.fixture(autouse=True)
def two_tenants(db: Database) -> None:
    for tenant_id in (OURS, THEIRS):
        with db.tenant(tenant_id) as session:
            session.execute(delete(PluginSwitch))
            session.add(switch())


def test_engine_when_no_scope_is_open_then_sends_nothing(db: Database) -> None:
    with db.engine("app").connect() as connection, pytest.raises(ScopeMissing):
        connection.execute(text("select 1"))


def test_connection_when_its_scope_ended_then_is_bare_again(db: Database) -> None:
    with db.tenant(OURS) as session:
        session.execute(text("select 1"))
    with db.engine("app").connect() as connection, pytest.raises(ScopeMissing):
        connection.execute(text("select 1"))


def test_select_when_neighbour_has_the_same_row_then_finds_ours_only(db: Database) -> None:
    with db.tenant(OURS) as session:
        assert [row.tenant_id for row in session.scalars(select(PluginSwitch))] == [OURS]


def test_raw_sql_when_orm_criterion_is_bypassed_then_the_database_still_filters(db: Database) -> None:
    with db.tenant(OURS) as session:
        assert session.scalars(text("select tenant_id from plugin_switches")).all() == [OURS]


def test_orm_when_statements_are_compiled_then_name_the_tenant(db: Database) -> None:
    """The other half: the tenant stands in the statement itself, for plans, pruning and a forgotten policy."""
    seen: list[str] = []
    from sqlalchemy import event

    engine = db.engine("app")
    listener = lambda connection, cursor, statement, *_: seen.append(statement)  # noqa: E731  a name to remove it by
    event.listen(engine, "before_cursor_execute", listener)
    try:
        with db.tenant(OURS) as session:
            session.scalars(select(PluginSwitch)).all()
            session.execute(update(PluginSwitch).values(variant="x"))
            session.execute(delete(PluginSwitch).where(PluginSwitch.plugin == "none"))
            session.scalar(select(func.count()).select_from(PluginSwitch))
    finally:
        event.remove(engine, "before_cursor_execute", listener)
    statements = [statement for statement in seen if "plugin_switches" in statement]
    assert len(statements) == 4
    assert all("plugin_switches.tenant_id = " in statement for statement in statements)


def test_bulk_update_when_neighbour_has_the_same_row_then_leaves_it(db: Database) -> None:
    with db.tenant(OURS) as session:
        assert session.execute(update(PluginSwitch).values(variant="ours")).rowcount == 1
    with db.tenant(THEIRS) as session:
        assert session.scalars(select(PluginSwitch.variant)).all() == [None]


def test_add_when_row_names_another_tenant_then_refused(db: Database) -> None:
    with pytest.raises(ScopeBroken), db.tenant(OURS) as session:
        session.add(switch(THEIRS))


def test_insert_when_raw_sql_names_another_tenant_then_the_database_refuses(db: Database) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), db.tenant(OURS) as session:
        session.execute(
            text("insert into plugin_switches (tenant_id, plugin, on_from) values (9002, 'bus', '2020-01-01')")
        )


def test_write_when_session_is_read_only_then_the_database_refuses(db: Database) -> None:
    with pytest.raises(InternalError, match="read-only"), db.tenant(OURS, read_only=True) as session:
        session.execute(update(PluginSwitch).values(variant="x"))


def test_write_when_two_change_the_same_version_then_the_second_is_stale(db: Database) -> None:
    with pytest.raises(StaleDataError), db.tenant(OURS) as mine:
        row = mine.scalars(select(PluginSwitch)).one()
        with db.tenant(OURS) as other:
            other.scalars(select(PluginSwitch)).one().variant = "first"
        row.variant = "second"


def test_bureau_when_table_is_not_for_bureaus_then_refused(db: Database) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), db.bureau(1, tids=frozenset({OURS})) as session:
        session.scalars(select(PluginSwitch)).all()


def test_platform_when_table_is_not_for_it_then_refused(db: Database) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), db.platform() as session:
        session.scalars(select(PluginSwitch)).all()


def test_tenants_when_read_in_any_scope_then_not_writable(db: Database) -> None:
    with pytest.raises(DBAPIError, match="permission denied"), db.tenant(OURS) as session:
        session.add(Tenant(slug="x", name="x", kind="district", created_at=datetime.now(UTC)))


def test_check_logins_when_the_login_bypasses_then_refuses_to_start(environ: dict[str, str]) -> None:
    unsafe = Database(app=environ["DATABASE_URL_MIGRATE"])
    with pytest.raises(UnsafeLogin):
        unsafe.check_logins()
    unsafe.dispose()


def test_check_logins_when_logins_are_plain_then_starts(db: Database) -> None:
    db.check_logins()
