"""The ground every test stands on: a real PostgreSQL built by the migrations, a real Redis, a standing clock.

One cluster a run, one database per xdist worker cloned from a migrated template. A test gets tenants of its own
(fixture ``world``), so tests need no cleaning and a neighbour full of look-alike rows is always there.
"""

from __future__ import annotations

import fcntl
import gc
import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as properties

from core.db.engines import Database
from core.kernel.clock import FixedClock
from core.kernel.memory import settle
from core.runtime.embedded import Embedded
from core.settings import Settings, load_settings
from tests.factories.world import World, build

ROOT = Path(__file__).parent.parent
HOME = Path(os.environ.get("XIAOAN_TEST_HOME", ROOT / ".state" / "test"))
NOW = datetime(2020, 11, 26, 2, 0, tzinfo=UTC)
"""A Thursday in wujin's second phase, 10:00 in Asia/Shanghai."""
# How long an example takes says something of the machine, and nothing of the property.
properties.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
properties.register_profile("ci", properties.get_profile("suite"), derandomize=True, print_blob=True)
properties.load_profile("ci" if "CI" in os.environ else "suite")
APP_CLOCK = FixedClock(NOW)
"""The clock of the one application of a worker; ``client`` sets it to the test's."""
BY_MODULE = (
    "tests/faults/",
    "tests/rest_contract/",
    "tests/rules/",
    "tests/tenants/",
    "tests/core/jobs/",
    "tests/core/runtime/",
)
"""What the tests of a module share is dear to make there: one worker takes them all."""
ENGINES: list[Database] = []
"""The engines of this worker, once a test has needed them."""


gc.disable()  # until everything is imported and collected, see below


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Everything imported and collected stays to the end, and the garbage collector need not look through it."""
    settle()
    gc.enable()


def pytest_sessionstart(session: pytest.Session) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ and _wants_database(session.config):
        migrated_template(Embedded.at(HOME, durable=False))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ and HOME.exists() and "XIAOAN_TEST_KEEP" not in os.environ:
        Embedded.at(HOME, durable=False).stop()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """The journeys share one site, so one worker walks them all. (xdist's own groups are lost on this pytest.)"""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if "/journeys/" in nodeid:
                return "journeys"
            return nodeid.partition("::")[0] if any(folder in nodeid for folder in BY_MODULE) else nodeid

    return Together(config, log)


def _wants_database(config: pytest.Config) -> bool:
    return not config.option.collectonly


def migrated_template(pair: Embedded) -> str:
    """The name of the migrated template for the migrations as they are now; made if it is missing."""
    from core.db.migrate import upgrade

    digest = hashlib.sha256()
    for path in sorted((ROOT / "migrations").rglob("*.py")):
        digest.update(path.read_bytes())
    name = f"template_{digest.hexdigest()[:12]}"
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        pair.start()
        made = HOME / f"{name}.made"
        if not made.exists():
            pair.drop_database(name)
            upgrade(pair.create_database(name).migrate)
            made.touch()
    return name


@pytest.fixture(scope="session")
def embedded() -> Embedded:
    return Embedded.at(HOME, durable=False)


@pytest.fixture(scope="session")
def environ(embedded: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The settings' environment of this worker: its own database, its own Redis keys, its own files."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    template = migrated_template(embedded)
    database = f"test_{worker}_{os.getpid()}"
    embedded.drop_database(database)
    embedded.create_database(database, template=template)
    yield {
        **embedded.environ(database),
        "XIAOAN_ENV": "test",
        "XIAOAN_HOME": str(tmp_path_factory.mktemp("home")),
        "XIAOAN_REDIS_PREFIX": database,
    }
    embedded.drop_database(database)


@pytest.fixture(scope="session")
def settings(environ: dict[str, str]) -> Settings:
    return load_settings(environ)


@pytest.fixture(autouse=True)
def app_time() -> None:
    """Application and engines of this worker are one for all tests: none begins at the time at which another ended."""
    APP_CLOCK.at = NOW
    for own in ENGINES:
        own.clock = FixedClock(NOW)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture(scope="session")
def engines(settings: Settings) -> Iterator[Database]:
    """One set of engines a worker; tests use ``db``, which carries the test's clock."""
    database = Database(
        app=settings.database_url,
        bureau=settings.database_url_bureau,
        platform=settings.database_url_platform,
        pool_size=5,
        clock=FixedClock(NOW),
    )
    ENGINES.append(database)
    yield database
    ENGINES.remove(database)
    database.dispose()


@pytest.fixture
def db(engines: Database, clock: FixedClock) -> Database:
    engines.clock = clock
    return engines


@pytest.fixture
def world(db: Database) -> World:
    """A district of this test's own."""
    return build(db)


@pytest.fixture
def neighbour(db: Database, world: World) -> World:
    """Another district with look-alike rows."""
    return build(db)


@pytest.fixture(scope="session")
def app(settings: Settings) -> Flask:
    from core.app import create_app

    return create_app(settings, clock=APP_CLOCK)


@pytest.fixture
def client(app: Flask, clock: FixedClock) -> FlaskClient:
    """REST and pages in this process, on the test's clock."""
    APP_CLOCK.at = clock.at
    return app.test_client()
