"""What the tests of the filings share."""

from __future__ import annotations

import pytest

from core.db.engines import Database
from core.kernel.clock import FixedClock
from tests.core.reports.district import build_tongyu
from tests.core.reports.ground import Ground, at


@pytest.fixture
def ground(db: Database, clock: FixedClock) -> Ground:
    """Tongyu on 2018-12-06, 9:00; no round is open yet."""
    clock.at = at(2018, 11, 21)
    made = Ground(build_tongyu(db), clock)
    made.go(at(2018, 12, 6))
    return made
