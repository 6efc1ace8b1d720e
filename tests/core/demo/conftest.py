"""Each module loads its districts into a database of its own: a district is loaded once, and then it is there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.db.engines import Database
from core.kernel.clock import FixedClock
from core.runtime.embedded import Embedded
from core.settings import load_settings
from tests.conftest import migrated_template


@pytest.fixture(scope="module")
def own_engines(environ: dict[str, str], embedded: Embedded) -> Iterator[Database]:
    database = f"{environ['XIAOAN_REDIS_PREFIX']}_demo"
    embedded.drop_database(database)
    embedded.create_database(database, template=migrated_template(embedded))
    settings = load_settings({**environ, **embedded.logins(database).environ()})
    found = Database(
        app=settings.database_url, bureau=settings.database_url_bureau, platform=settings.database_url_platform
    )
    yield found
    found.dispose()
    embedded.drop_database(database)


@pytest.fixture
def db(own_engines: Database, clock: FixedClock) -> Database:
    own_engines.clock = clock
    return own_engines
