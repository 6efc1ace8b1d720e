"""Prepared statements: the tenant stands in each of them, and they answer what the ORM answers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import ARRAY, Text, any_, bindparam, delete, event, literal, select

from core.db.engines import Database
from core.db.prepared import Prepared
from core.identity.queries import proofs
from core.orgs.queries import grants, units
from core.tenancy import shelf, switches
from core.tenancy.models import PluginSwitch

OURS, THEIRS = 9011, 9012
_BY_SLUG = Prepared(
    select(PluginSwitch.tenant_id, PluginSwitch.plugin, PluginSwitch.on_from)
    .where(PluginSwitch.plugin == bindparam("plugin"))
    .where(PluginSwitch.version == any_(literal([1, 2])))
)


@pytest.fixture(autouse=True)
def two_tenants(db: Database) -> None:
    for tenant_id in (OURS, THEIRS):
        with db.tenant(tenant_id) as session:
            session.execute(delete(PluginSwitch))
            session.add(PluginSwitch(tenant_id=tenant_id, plugin="fire", on_from=date(2020, 9, 1)))


def test_rows_when_neighbour_has_the_same_row_then_finds_ours_only(db: Database) -> None:
    for tenant_id in (OURS, THEIRS, OURS):
        with db.tenant(tenant_id) as session:
            assert [tuple(row) for row in _BY_SLUG.rows(session, plugin="fire")] == [
                (tenant_id, "fire", date(2020, 9, 1))
            ]
            assert _BY_SLUG.first(session, plugin="canteen") is None


def test_rows_when_sent_then_a_value_never_becomes_sql(db: Database) -> None:
    with db.tenant(OURS) as session:
        assert _BY_SLUG.rows(session, plugin="' or true --") == []


def test_words_when_a_list_has_no_fixed_length_then_refused(db: Database) -> None:
    growing = Prepared(select(PluginSwitch.plugin).where(PluginSwitch.plugin.in_(["fire", "canteen"])))
    with db.tenant(OURS) as session, pytest.raises(TypeError):
        growing.rows(session)


@pytest.mark.parametrize(
    ("prepared", "tables"),
    [
        (proofs._SESSION, 3), (proofs._TOKEN, 3), (shelf._NEWEST, 3), (grants._HELD, 3), (switches._SWITCHES, 2), (units._CARDS, 5), (units._OPTIONS, 3),
    ],
)  # fmt: skip
def test_words_when_put_together_then_every_table_is_the_tenants_own(
    db: Database, prepared: Prepared, tables: int
) -> None:
    sql, _ = prepared.words(db.engine("app").dialect)
    assert sql.count("%(own_tenant)s") == tables


def test_rows_when_asked_twice_then_put_into_words_once(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    statement = Prepared(select(PluginSwitch.plugin).where(PluginSwitch.plugin == any_(literal(["fire"], ARRAY(Text)))))
    whole = statement.words
    monkeypatch.setattr(statement, "words", lambda dialect: made.append(dialect) or whole(dialect))
    seen: list[str] = []
    engine = db.engine("app")
    listener = lambda connection, cursor, sql, *_: seen.append(sql)  # noqa: E731  a name to remove it by
    event.listen(engine, "before_cursor_execute", listener)
    try:
        with db.tenant(OURS) as session:
            assert [row.plugin for row in statement.rows(session)] == ["fire"]
            assert [row.plugin for row in statement.rows(session)] == ["fire"]
    finally:
        event.remove(engine, "before_cursor_execute", listener)
    assert len(made) == 1
    assert seen[-1] == seen[-2]
