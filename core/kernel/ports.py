"""Ports: what one plugin may offer and another use without knowing it. Each has a Null form that says «nothing here»."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True)
class BuildingCard:
    """A building as others see it. ``floors`` above ground; ``use`` in words, e.g. 教学楼."""

    id: UUID
    unit_id: UUID
    name: str
    use: str
    floors: int


class BuildingDirectory(Protocol):
    """Offered by the buildings plugin; used by fire and labchem."""

    def buildings(self, unit_id: UUID) -> Sequence[BuildingCard]: ...


class NullBuildingDirectory:
    """No plugin offers buildings: places are named in words."""

    def buildings(self, unit_id: UUID) -> Sequence[BuildingCard]:
        return ()
