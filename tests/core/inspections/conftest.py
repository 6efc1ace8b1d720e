"""What the tests of the inspections share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.inspections.ground import Ground
from tests.factories.world import World


@pytest.fixture
def ground(world: World, tmp_path: Path) -> Ground:
    """The district with the pack's checklists taken over."""
    made = Ground(world, tmp_path)
    made.take()
    return made
