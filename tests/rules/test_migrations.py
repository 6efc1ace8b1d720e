"""Laws of migrations: one chain, no drift from the models, down and up again."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from core.db import migrate
from core.runtime.embedded import Embedded

ROOT = Path(__file__).parents[2]
CHANGES = re.compile(r"^\s*(update|delete\s+from|insert\s+into)\s+app\.", re.IGNORECASE)


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


def blind_changes(source: str) -> list[int]:
    """Lines at which a migration changes rows as the owner of the tables, whom row-level security shows none."""
    found: list[int] = []

    def walk(node: ast.AST, *, open_to_all: bool) -> None:
        if isinstance(node, ast.With):
            open_to_all |= any("rows_of_all_tenants" in ast.unparse(item.context_expr) for item in node.items)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "op.execute" and not open_to_all:
            text = next((part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)), "")
            if CHANGES.match(str(text)):
                found.append(node.lineno)
        for child in ast.iter_child_nodes(node):
            walk(child, open_to_all=open_to_all)

    walk(ast.parse(source), open_to_all=False)
    return found


def test_migrations_when_they_change_rows_then_of_all_tenants() -> None:
    files = [path for folder in ("migrations/versions", "plugins") for path in (ROOT / folder).rglob("[0-9]*.py")]
    blind = {f"{path.relative_to(ROOT)}:{line}" for path in files for line in blind_changes(path.read_text("utf-8"))}
    assert len(files) > 40
    assert blind == set(), "with rows_of_all_tenants():"


def test_law_when_a_migration_changes_rows_as_the_owner_then_found() -> None:
    bad = 'op.execute(f"update app.{TABLE} set state = 1")'
    assert blind_changes(bad) == [1]
    assert blind_changes(f"with rows_of_all_tenants():\n    {bad}") == []
    assert blind_changes("op.execute(\"select ctx.protect('app.x')\")") == []
