"""Two districts with the same units, codes and logins: a forgotten filter shows."""

from __future__ import annotations

import pytest

from core.db.engines import Database
from tests.core.orgs.ground import District, make_district


@pytest.fixture
def here(db: Database) -> District:
    return make_district(db)


@pytest.fixture
def there(db: Database) -> District:
    return make_district(db)
