"""The blueprint that all pages of fire safety hang on, and what their forms share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.sdk.domain import Coverage, TenantSession, UnitOption, unit_options
from core.sdk.web import PageBlueprint

bp = PageBlueprint("fire", "plugins.fire", plugin="fire", url_prefix="/fire")
UNITS = ("school", "kindergarten", "campus", "training_institution")
"""Kinds of units that have buildings, places and facilities."""


def units(session: TenantSession, coverage: Coverage) -> tuple[UnitOption, ...]:
    """Units to choose from in a form."""
    return unit_options(session, coverage, UNITS)


def options(units: Sequence[UnitOption]) -> list[tuple[str, str]]:
    """(id, name) pairs for a select; a campus says whose it is."""
    return [
        (str(unit.id), f"{unit.parent_name} · {unit.name}" if unit.kind == "campus" and unit.parent_name else unit.name)
        for unit in units
    ]


def count(asked: dict[str, Any], *names: str) -> int:
    """How many filters are set, for the filter bar."""
    return sum(1 for name in names if asked.get(name))
