"""What tests of jobs need besides the shared fixtures: works with the kinds of the test, and a look at the rows.

Each module has a database of its own: what other tests left in their outboxes is work for a relay too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from core.access.actor import Actor
from core.audit.models import AuditEntry
from core.db.engines import Database
from core.db.sessions import TenantSession
from core.jobs.deliver import Subscriber, delivery
from core.jobs.models import Job
from core.jobs.registry import Registry
from core.jobs.runner import Runner
from core.jobs.schedule import Periodic
from core.jobs.services import enqueue
from core.jobs.works import Works
from core.kernel.clock import FixedClock
from core.runtime.embedded import Embedded
from core.settings import Settings, load_settings
from core.tenancy.directory import Directory
from tests.conftest import migrated_template
from tests.factories.bare import bare_tenant

MakeWorks = Callable[..., Works]


@pytest.fixture(scope="module")
def own_environ(
    environ: dict[str, str], embedded: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    database = f"{environ['XIAOAN_REDIS_PREFIX']}_jobs"
    embedded.drop_database(database)
    embedded.create_database(database, template=migrated_template(embedded))
    home = tmp_path_factory.mktemp("jobs")
    yield {
        **environ,
        **embedded.logins(database).environ(),
        "XIAOAN_REDIS_PREFIX": database,
        "XIAOAN_HOME": str(home),
    }
    embedded.drop_database(database)


@pytest.fixture(scope="module")
def own_engines(own_settings: Settings) -> Iterator[Database]:
    found = Database(app=own_settings.database_url, platform=own_settings.database_url_platform)
    yield found
    found.dispose()


@pytest.fixture(scope="module")
def own_settings(own_environ: dict[str, str]) -> Settings:
    return load_settings(own_environ)


@pytest.fixture
def db(own_engines: Database, clock: FixedClock) -> Database:
    own_engines.clock = clock
    return own_engines


@pytest.fixture
def tenant_id(db: Database) -> int:
    return bare_tenant(db)


@pytest.fixture
def neighbour_id(db: Database) -> int:
    return bare_tenant(db)


@pytest.fixture
def make_works(db: Database, own_settings: Settings) -> MakeWorks:
    def make(
        *functions: Callable[..., Any], subscribers: tuple[Subscriber, ...] = (), periodics: tuple[Periodic, ...] = ()
    ) -> Works:
        directory = Directory(db, shifts=True)
        registry = Registry([*functions, delivery(lambda session, event: subscribers)])
        runner = Runner(db=db, directory=directory, registry=registry, settings=own_settings)
        return Works(db, directory, registry, periodics, runner)

    return make


@pytest.fixture
def order(db: Database, tenant_id: int) -> Callable[..., UUID]:
    def run(kind: str, **options: Any) -> UUID:
        with db.tenant(tenant_id) as session:
            return enqueue(
                session, kind=kind, args=options.pop("args", {}), actor=Actor.system(tenant_id, "test"), **options
            )

    return run


@pytest.fixture
def look(db: Database, tenant_id: int) -> Callable[[UUID], Job]:
    def run(job_id: UUID) -> Job:
        with db.tenant(tenant_id) as session:
            return session.scalars(select(Job).where(Job.id == job_id)).one()

    return run


@pytest.fixture
def age(db: Database, tenant_id: int) -> Callable[..., None]:
    """Lets time pass for the liveness columns, which follow the database's clock."""

    def run(job_id: UUID, seconds: int) -> None:
        with db.tenant(tenant_id) as session:
            session.execute(
                text(
                    "update app.jobs set rung_at = rung_at - make_interval(secs => :s),"
                    " heartbeat_at = heartbeat_at - make_interval(secs => :s) where id = :id"
                ),
                {"s": seconds, "id": job_id},
            )

    return run


def effects(session: TenantSession, action: str) -> int:
    """How often an effect happened: tests let jobs write audit entries."""
    return session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action)) or 0
