"""What the tests of statistics share: a district under tongyu's tables with a ledger of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.core.hazards.ledger import Ledger, bare_plugins
from tests.factories.world import World


@pytest.fixture
def ledger(world: World) -> Iterator[Ledger]:
    with world.session() as session:
        yield Ledger(world, session, bare_plugins())
