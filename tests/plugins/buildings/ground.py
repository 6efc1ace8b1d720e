"""Buildings of a test's own, registered over REST as a school does."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient

from tests.factories.world import World

REGISTERS = "/api/v1/registers"


def registered(
    client: FlaskClient, world: World, register: str, *, by: str = "safety_a", **given: Any
) -> dict[str, Any]:
    """The entry as REST answers it."""
    body = {"unit_id": str(world.units["school_b" if by.endswith("_b") else "school_a"]), **given}
    headers = {**world.headers(by), "Idempotency-Key": str(uuid4())}
    answer = client.post(f"{REGISTERS}/{register}", json=body, headers=headers)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    made: dict[str, Any] = answer.get_json()
    return made


def building(client: FlaskClient, world: World, name: str = "一号教学楼", *, by: str = "safety_a", **given: Any) -> str:
    """A teaching building in use; returns its id."""
    facts = {
        "use": "teaching",
        "in_use": True,
        "structure": "frame",
        "storeys": 4,
        "area": 3200,
        "built_year": 1998,
        "owner": "区教育局",
    }
    return str(registered(client, world, "buildings_buildings", by=by, name=name, **{**facts, **given})["id"])
