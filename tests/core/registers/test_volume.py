"""A thousand schools, ten thousand entries: rules under two seconds, lists with the same few statements."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert

from core.access.actor import Coverage
from core.db.sessions import TenantSession
from core.http.paging import Paging
from core.kernel.ids import new_id
from core.orgs.models import OrgUnit
from core.registers.models import RegisterEntry
from core.registers.queries.entries import EntryFilter, entries_page
from core.registers.services.rules import check_rules
from plugins.fire.models import Facility
from tests.core.registers.ground import TODAY, counted, get, registers
from tests.factories.world import World

SCHOOLS, EACH = 1_000, 10


def district(session: TenantSession) -> list[UUID]:
    ids = [new_id() for _ in range(SCHOOLS)]
    units = [
        {"tenant_id": session.tenant_id, "id": unit, "code": f"V{n:04d}", "name": f"第{n}小学", "short_name": f"{n}小", "name_sort": f"{n:04d}",
         "kind": "school", "org_type": "primary", "stages": ["primary"], "address": "", "valid_from": date(2020, 1, 1)}
        for n, unit in enumerate(ids)
    ]  # fmt: skip
    session.execute(insert(OrgUnit.__table__), units)  # type: ignore[arg-type]
    plans = [
        {"tenant_id": session.tenant_id, "id": new_id(), "unit_id": unit, "register": "emergency_plans", "valid_from": date(2020, 1, 1),
         "valid_until": TODAY + timedelta(days=n % 40 - 20), "attrs": {"name": f"预案{n}", "event_type": "health"}}
        for unit in ids
        for n in range(EACH)
        if unit.int % 3
    ]  # fmt: skip
    session.execute(insert(RegisterEntry.__table__), plans)  # type: ignore[arg-type]
    facilities = [
        {"tenant_id": session.tenant_id, "id": new_id(), "unit_id": unit, "kind": "hydrant", "spot": f"{n}层", "quantity": n,
         "next_test_on": TODAY + timedelta(days=(unit.int + n) % 60 - 20)}
        for unit in ids
        for n in range(EACH)
    ]  # fmt: skip
    session.execute(insert(Facility.__table__), facilities)  # type: ignore[arg-type]
    return ids


class Undone(Exception):
    """Takes back what a round wrote."""


def asked(world: World, *, keep: bool) -> tuple[float, int]:
    """Seconds for all rules of two registers, and how many breaches were opened."""
    spent, opened = 0.0, 0
    with suppress(Undone), world.session() as session:
        own = [get(session, slug) for slug in ("emergency_plans", "fire_facilities")]
        started = time.perf_counter()
        with counted(session) as sent:
            done = [check_rules(session, registers=registers(), register=register) for register in own]
            session.flush()
        spent, opened = time.perf_counter() - started, sum(one.opened for one in done)
        rules = sum(len(register.rules) for register in own)
        assert len(sent) <= 4 * rules, "a statement or two a rule, and the writes"
        if not keep:
            raise Undone
    return spent, opened


@pytest.mark.slow
def test_rules_when_asked_of_a_thousand_schools_then_within_two_seconds(world: World) -> None:
    """The best of some rounds: other work on the machine only adds to the time."""
    with world.session() as session:
        district(session)
    first: list[float] = []
    while len(first) < 5 and (not first or min(first) >= 4):
        seconds, opened = asked(world, keep=False)
        first.append(seconds)
        assert opened > 700
    asked(world, keep=True)
    steady: list[float] = []
    while len(steady) < 10 and (not steady or min(steady) >= 2):
        seconds, opened = asked(world, keep=False)
        steady.append(seconds)
        assert opened == 0
    print(first, steady)
    assert min(first) < 4, "the day on which everything breaks: a thousand breaches are written"
    assert min(steady) < 2


@pytest.mark.slow
def test_list_when_it_has_ten_thousand_entries_then_three_statements(world: World) -> None:
    with world.session() as session:
        district(session)
    with world.session(read_only=True) as session:
        register = get(session, "fire_facilities")
        started = time.perf_counter()
        with counted(session) as sent:
            page = entries_page(
                session, registers(), register, Coverage(None), asked=EntryFilter(due="overdue"), paging=Paging(page=20, page_size=50)
            )  # fmt: skip
        print(time.perf_counter() - started, page.total)
    assert page.total > 1_000
    assert len(sent) <= 3
