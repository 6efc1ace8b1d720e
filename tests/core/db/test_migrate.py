"""Migrations meet other work: they never make readers queue, never run twice at once, and see past row-level security."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import psycopg2
import pytest
from alembic import op
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, text

from core.db import migrate
from core.runtime.embedded import Embedded
from core.runtime.roles import Logins


@pytest.fixture
def fresh(embedded: Embedded) -> Iterator[Logins]:
    name = f"migrate_{os.getpid()}"
    embedded.drop_database(name)
    logins = embedded.create_database(name)
    yield logins
    embedded.drop_database(name)


def plain(url: str) -> str:
    return url.replace("+psycopg2", "")


def test_upgrade_when_a_table_is_locked_then_readers_never_wait_for_it(
    fresh: Logins, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate.upgrade(fresh.migrate)
    monkeypatch.setattr(migrate, "ATTEMPTS", 2)
    reader = psycopg2.connect(plain(fresh.app))
    reader.cursor().execute("select count(*) from app.tenants")  # its share lock stays until the end of the transaction
    done = threading.Event()

    def lower() -> None:
        with pytest.raises(migrate.MigrationBusy):
            migrate.downgrade(fresh.migrate, "base")
        done.set()

    thread = threading.Thread(target=lower)
    thread.start()
    longest = 0.0
    other = psycopg2.connect(plain(fresh.app))
    while not done.is_set() and thread.is_alive():
        begun = time.monotonic()
        other.cursor().execute("select count(*) from app.tenants")
        other.rollback()
        longest = max(longest, time.monotonic() - begun)
        time.sleep(0.02)
    thread.join()
    reader.close()
    other.close()
    assert done.is_set()
    assert longest < 1.0


def test_upgrade_when_two_start_at_once_then_both_succeed(fresh: Logins) -> None:
    faults: list[BaseException] = []

    def run() -> None:
        try:
            migrate.upgrade(fresh.migrate)
        except BaseException as fault:  # noqa: BLE001  handed to the test
            faults.append(fault)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert migrate.pending(fresh.migrate) == []


def test_upgrade_when_done_then_everything_belongs_to_the_owner(fresh: Logins) -> None:
    migrate.upgrade(fresh.migrate)
    engine = create_engine(fresh.migrate)
    with engine.connect() as connection:
        owners = connection.scalars(
            text(
                "select distinct c.relowner::regrole::text from pg_class c where c.relnamespace in ('app'::regnamespace, 'ctx'::regnamespace)"
            )
        ).all()
    engine.dispose()
    assert owners == ["xiaoan_owner"]


def test_pending_when_a_database_is_new_then_names_the_whole_chain(fresh: Logins) -> None:
    waiting = migrate.pending(fresh.migrate)
    assert waiting[0] == "0001"
    migrate.upgrade(fresh.migrate, waiting[1])
    assert migrate.pending(fresh.migrate) == waiting[2:]


def test_rows_of_all_tenants_when_used_then_a_migration_sees_every_row(fresh: Logins) -> None:
    migrate.upgrade(fresh.migrate)
    engine = create_engine(fresh.migrate)
    with engine.begin() as connection:
        connection.execute(
            text(
                "insert into app.outbox (tenant_id, id, topic, payload, at) values (7, gen_random_uuid(), 't', '{}', now())"
            )
        )
        connection.execute(text("set local role xiaoan_owner"))
        with Operations.context(MigrationContext.configure(connection)):
            bound = connection.scalar(text("select count(*) from app.outbox"))
            with migrate.rows_of_all_tenants():
                free = op.get_bind().scalar(text("select count(*) from app.outbox"))
        who = connection.scalar(text("select current_user::text"))
    engine.dispose()
    assert (bound, free, who) == (0, 1, "xiaoan_owner")


def test_sql_when_printed_then_it_is_the_whole_chain() -> None:
    assert "create function ctx.protect" in migrate.sql()
