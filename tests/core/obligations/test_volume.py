"""A district of 1,000 schools with 60 obligations over a year: one statement, and the district view within a second."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, cast

import pytest
from sqlalchemy import event, insert

from core.db.engines import Database
from core.kernel.clock import start_of_day
from core.kernel.ids import new_id
from core.kernel.obligations import Rule
from core.kernel.periods import Period
from core.kernel.schoolyear import Span
from core.obligations.duties import Duty
from core.orgs.models import OrgUnit
from tests.factories.world import World

YEAR = Span(date(2020, 9, 1), date(2021, 8, 31))
SCHOOLS = 1000
NOW = start_of_day(date(2021, 6, 1))
ROUNDS = 5
PLAN = (
    (Period.SCHOOL_DAY, 2), (Period.WEEK, 6), (Period.MONTH, 22), (Period.TERM, 16), (Period.SCHOOL_YEAR, 14),
)  # fmt: skip
"""60 obligations, of kinds as the five packs have them."""


def duties() -> list[Duty]:
    made = []
    for period, number in PLAN:
        for no in range(number):
            code = f"{period}-{no}"
            rule = Rule(
                code=code, activity=f"act-{len(made) % 30}", title=code, period=period, sources=("X-1",),
                types=frozenset({"primary"}), at_least=1 + no % 3,
            )  # fmt: skip
            made.append(Duty(rule, cast(Any, None), {"primary": ""}))
    return made


@pytest.fixture
def large(world: World) -> World:
    """1,000 schools, and 200,000 facts in a real table of the test."""
    with world.session() as session:
        session.execute(
            insert(OrgUnit),
            [
                {
                    "tenant_id": world.tenant.id, "id": new_id(), "code": f"V{no}", "name": f"学校{no}", "short_name": f"学校{no}",
                    "name_sort": f"{no:05}", "kind": "school", "org_type": "primary", "stages": ["primary"],
                    "valid_from": date(2019, 1, 1), "address": "",
                }
                for no in range(SCHOOLS)
            ],
        )  # fmt: skip
    return world


@contextmanager
def counting(db: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("SET LOCAL"):
            seen.append(statement)

    event.listen(db.app, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.app, "before_cursor_execute", note)
