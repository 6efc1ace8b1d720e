"""Where things stand: a building of the directory where one is offered, words where none is. Knows no other plugin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.sdk.domain import BuildingDirectory, Invalid, NullBuildingDirectory, UnitOption

NO_BUILDINGS = NullBuildingDirectory()
"""Nobody offers buildings: they are named in words."""
MOST_UNITS = 30
"""Whoever registers for more units than these names buildings in words: the list would be too long to choose from."""


def building_named(buildings: BuildingDirectory, *, unit_id: UUID, building_id: UUID | None, words: str) -> str:
    """What the building is called: its own name where one is chosen, else the words. Raises Invalid for another unit's."""
    if building_id is None:
        return words
    card = buildings.by_id([building_id]).get(building_id)
    if card is None or card.unit_id != unit_id:
        raise Invalid(fields={"building_id": "选择本单位的建筑"})
    return card.name


def settle_building(buildings: BuildingDirectory, row: Any, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes with both, id and words, agreeing. Words alone take the place of a building that was chosen before.

    ``row`` has ``unit_id``, ``building_id`` and ``building``. Raises Invalid.
    """
    if "building_id" not in changes and "building" not in changes:
        return changes
    if "building_id" not in changes and changes["building"] == row.building:
        return changes
    chosen = changes.get("building_id")
    words = changes.get("building", row.building if row.building_id is None else "")
    named = building_named(buildings, unit_id=row.unit_id, building_id=chosen, words=words)
    return {**changes, "building_id": chosen, "building": named}


def building_options(buildings: BuildingDirectory, units: Sequence[UnitOption]) -> list[tuple[str, str]]:
    """(id, name) pairs for a select, those closed left out; none where nobody offers buildings."""
    if len(units) > MOST_UNITS:
        return []
    names = {unit.id: unit.name for unit in units}
    return [
        (str(card.id), card.name if len(units) == 1 else f"{names[card.unit_id]} · {card.name}")
        for card in buildings.of_units(names)
        if card.in_use and card.unit_id in names
    ]
