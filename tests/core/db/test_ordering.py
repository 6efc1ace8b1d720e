"""Lists in the order that a person chose: unknowns last, and straight from the index wherever there is one."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import literal_column, select, text

from core.db.ordering import in_order
from core.hazards.models import Hazard
from core.identity.models import Person
from core.inspections.models import Visit
from core.orgs.models import OrgUnit
from core.records.models import Record
from tests.factories.world import World

INDEXED = (
    (Person.name_sort, "ix_people__name_sort"),
    (OrgUnit.name_sort, "ix_org_units__name_sort"),
    (Record.held_on, "ix_records__held_on"),
    (Visit.planned_on, "ix_inspection_visits__planned_on"),
)


def said(*order: Any) -> str:
    return ", ".join(str(part) for part in order)


def test_order_when_a_column_can_be_null_then_the_unknown_come_last_either_way() -> None:
    assert said(*in_order(Hazard.clock_on, Hazard.id, down=True)) == (
        "hazards.clock_on DESC NULLS LAST, hazards.id DESC"
    )
    assert said(*in_order(literal_column("x"), Hazard.id, down=True)) == "x DESC NULLS LAST, hazards.id DESC"
    # PostgreSQL's own rule upwards: nulls last
    assert said(*in_order(Hazard.clock_on, Hazard.id, down=False)) == "hazards.clock_on ASC, hazards.id ASC"


@pytest.mark.parametrize("down", [False, True], ids=["up", "down"])
@pytest.mark.parametrize(("column", "index"), INDEXED, ids=str)
def test_order_when_there_is_an_index_then_it_gives_the_order(
    world: World, column: Any, index: str, down: bool
) -> None:
    key = column.class_.id
    statement = select(key).order_by(*in_order(column, key, down=down)).limit(20)
    with world.session(read_only=True) as session:
        for way in ("sort", "seqscan", "bitmapscan"):  # a handful of rows is sorted sooner than it is looked up
            session.execute(text(f"set local enable_{way} = off"))
        words = str(statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
        plan = "\n".join(session.execute(text(f"explain (costs off) {words}")).scalars())
    assert f"Scan{' Backward' if down else ''} using {index}" in plan and "Sort" not in plan, plan
