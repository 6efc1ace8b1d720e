"""What tests of the log need besides the shared fixtures: a fresh chain, an actor, and somebody who tampers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from core.access.actor import Actor
from core.audit.heads import Heads
from core.audit.services import record
from core.db.engines import Database
from core.kernel.clock import FixedClock
from core.settings import Settings
from tests.factories.bare import bare_tenant

SECRET = "a secret of at least thirty-two letters"


@pytest.fixture
def tenant_id(db: Database) -> int:
    return bare_tenant(db)


@pytest.fixture
def neighbour_id(db: Database) -> int:
    return bare_tenant(db)


@pytest.fixture
def actor(tenant_id: int) -> Actor:
    return Actor.system(tenant_id, "test")


@pytest.fixture
def heads(tmp_path: Path) -> Heads:
    return Heads(tmp_path / "heads", secret_key=SECRET)


@pytest.fixture
def tamper(settings: Settings, tenant_id: int) -> Iterator[Callable[..., None]]:
    """Runs SQL as somebody who got hold of the strongest login; ``:mine`` is the tenant."""
    assert settings.database_url_migrate
    engine = create_engine(settings.database_url_migrate, isolation_level="AUTOCOMMIT")

    def run(statement: str, **values: object) -> None:
        with engine.connect() as connection:
            connection.execute(text(statement), {"mine": tenant_id, **values})

    yield run
    engine.dispose()


@pytest.fixture
def write(db: Database, tenant_id: int, actor: Actor, clock: FixedClock) -> Callable[[int], None]:
    """Records so many entries, each in a transaction of its own, a second apart."""

    def run(count: int) -> None:
        for number in range(count):
            clock.advance(timedelta(seconds=1))
            with db.tenant(tenant_id) as session:
                record(
                    session,
                    actor=actor,
                    action="hazard.closed",
                    object_kind="hazard",
                    object_id=number,
                    data={"n": number},
                )

    return run
