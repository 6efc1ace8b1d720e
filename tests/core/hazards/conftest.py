"""What the tests of the hazards share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.core.hazards.ledger import Ledger, bare_plugins
from tests.factories.world import World


@pytest.fixture
def ledger(world: World) -> Iterator[Ledger]:
    """A write session of the district; what a test leaves is committed, for tests that look from outside."""
    with world.session() as session:
        yield Ledger(world, session, bare_plugins())
