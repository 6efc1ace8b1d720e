"""Laws of migrations: one chain, no drift from the models, down and up again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from core.db import migrate
from core.runtime.embedded import Embedded


@pytest.fixture
def empty(embedded: Embedded) -> Iterator[str]:
    import os

    name = f"migrations_{os.getpid()}"
    embedded.drop_database(name)
    yield embedded.create_database(name).migrate
    embedded.drop_database(name)


def tables(url: str) -> list[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.scalars(
            text("select tablename::text from pg_tables where schemaname = 'app' order by 1")
        ).all()
    engine.dispose()
    return list(found)


def test_models_when_compared_with_the_migrated_schema_then_nothing_differs(environ: dict[str, str]) -> None:
    assert migrate.check_drift(environ["DATABASE_URL_MIGRATE"]) == []


def test_chain_when_walked_down_and_up_then_arrives_at_the_same_tables(empty: str) -> None:
    migrate.upgrade(empty)
    full = tables(empty)
    migrate.downgrade(empty, "base")
    assert [table for table in tables(empty) if table != "alembic_version"] == []
    migrate.upgrade(empty)
    assert tables(empty) == full
