"""Ports: what one plugin may offer and another use without knowing it. Each has a Null form that says «nothing here».

A plugin offers a port with the hook ``register_ports``; whoever wants to use it asks the request for it
and gets the Null form where no plugin offers it, or the one that does is off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from uuid import UUID

Offered = TypeVar("Offered")


@dataclass(frozen=True)
class Port(Generic[Offered]):
    """Stands for a Protocol where one asks for it. ``null`` makes the form that answers while nobody offers it."""

    name: str
    null: Callable[[], Offered]


@dataclass(frozen=True)
class BuildingCard:
    """A building as others see it. Empty and None: not stated.

    ``use`` and ``structure`` in words (教学楼, 框架结构); ``storeys`` above ground; ``area`` in m²; ``grade`` of the last
    safety appraisal, A to D; ``in_use`` False: closed.
    """

    id: UUID
    unit_id: UUID
    name: str
    use: str = ""
    structure: str = ""
    storeys: int | None = None
    built_year: int | None = None
    area: int | None = None
    grade: str = ""
    in_use: bool = True


class BuildingDirectory(Protocol):
    """The buildings of one tenant, bound to a session. Whoever asks has made sure that the actor may see the unit.

    Offered by the plugin that keeps the building ledger; used by whoever has things that stand in a building.
    """

    def of_units(self, unit_ids: Iterable[UUID]) -> Sequence[BuildingCard]:
        """Those in the ledger now, by unit and name. One query; none for no units."""

    def by_id(self, ids: Iterable[UUID]) -> Mapping[UUID, BuildingCard]:
        """Those that exist, also such as are gone since. One query; none for no ids."""


class NullBuildingDirectory:
    """No plugin offers buildings: what stands in one says so in words."""

    def of_units(self, unit_ids: Iterable[UUID]) -> Sequence[BuildingCard]:
        return ()

    def by_id(self, ids: Iterable[UUID]) -> Mapping[UUID, BuildingCard]:
        return {}


BUILDINGS: Port[BuildingDirectory] = Port("BuildingDirectory", NullBuildingDirectory)
