"""Two people who do the same thing at the same moment, each in a transaction of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from core.db.sessions import TenantSession
from tests.factories.world import World

T = TypeVar("T")
SHORT_S, LONG_S = 0.5, 10


def second_of_two(world: World, act: Callable[[TenantSession], T], other: Callable[[TenantSession], T]) -> T:
    """What comes of ``other``, which begins while ``act`` is done and not committed, and must wait for it."""

    def rival() -> T:
        with world.session() as session:
            return other(session)

    with ThreadPoolExecutor(1) as pool:
        with world.session() as session:
            act(session)
            late = pool.submit(rival)
            with pytest.raises(TimeoutError):
                late.result(timeout=SHORT_S)
        return late.result(timeout=LONG_S)
