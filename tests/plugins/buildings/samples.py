"""One thing of every kind that addresses of this plugin name, for the isolation matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def entry(register: str, **given: Any) -> Callable[[Any], str]:
    """Makes an entry of a register; ``samples`` is of tests.rules.samples."""

    def make(samples: Any) -> str:
        words = {name: samples.canary if value is None else value for name, value in given.items()}
        body = {"unit_id": str(samples.world.units["school_a"]), **words}
        made: str = samples.post(f"/api/v1/registers/{register}", body, by="safety_a")
        return made

    return make


MAKERS = {
    "buildings_buildings_id": entry("buildings_buildings", name=None, use="teaching", in_use=True, owner=None),
    "buildings_equipment_id": entry("buildings_equipment", kind="elevator", name=None, in_use=True),
    "buildings_points_id": entry("buildings_points", kind="garage", spot=None, measures=None),
    "buildings_sites_id": entry("buildings_sites", name=None, contractor=None, fenced=True),
}
