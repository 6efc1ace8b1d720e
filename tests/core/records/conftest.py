"""What the tests of the records share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.records.ground import Ground
from tests.factories.world import World


@pytest.fixture
def ground(world: World, tmp_path: Path) -> Ground:
    return Ground(world, tmp_path)
