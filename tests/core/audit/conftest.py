"""What tests of the log need besides the shared fixtures: a fresh chain, an actor, and somebody who tampers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from core.access.actor import Actor
from core.audit.heads import Heads
from core.audit.services import record
from core.db.engines import Database
from core.settings import Settings

SECRET = "a secret of at least thirty-two letters"
TABLES = "audit_entries, audit_pending, audit_seals"


@pytest.fixture
def actor(tenant_id: int) -> Actor:
    return Actor.system(tenant_id, "test")


@pytest.fixture
def heads(tmp_path: Path) -> Heads:
    return Heads(tmp_path / "heads", secret_key=SECRET)


@pytest.fixture
def tamper(settings: Settings) -> Iterator[Callable[..., None]]:
    """Runs SQL as somebody who got hold of the strongest login; the log is emptied before and after."""
    assert settings.database_url_migrate
    engine = create_engine(settings.database_url_migrate, isolation_level="AUTOCOMMIT")

    def run(statement: str, **values: object) -> None:
        with engine.connect() as connection:
            connection.execute(text(statement), values)

    run(f"truncate {TABLES}")
    yield run
    run(f"truncate {TABLES}")
    engine.dispose()


@pytest.fixture
def write(db: Database, tenant_id: int, actor: Actor) -> Callable[[int], None]:
    """Records so many entries, each in a transaction of its own."""

    def run(count: int) -> None:
        for number in range(count):
            with db.tenant(tenant_id) as session:
                record(session, actor=actor, action="hazard.closed", object_kind="hazard", object_id=number, data={"n": number})

    return run
