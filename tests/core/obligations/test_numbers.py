"""The n of 8+n: what a unit enters comes on top; until then it is 待确认."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from core.access.actor import Coverage
from core.http.paging import Paging
from core.kernel.errors import Invalid, Stale
from core.kernel.obligations import Standing
from core.kernel.schoolyear import Span
from core.obligations.queries import Asked, due_rows
from core.obligations.queries.own import numbers_page
from core.obligations.services import set_number
from core.orgs.services import close_unit
from tests.core.obligations.conftest import Fact, evidence_from, plugins_with
from tests.factories.world import World

YEAR = Span(date(2020, 9, 1), date(2021, 8, 31))


def test_sip_drills_eight_and_n(district: Callable[..., World]) -> None:
    world = district("sip", on=date(2021, 9, 1))
    unit = world.units["primary-1"]
    facts = [Fact(unit, "drill", date(2020, 9, day)) for day in range(1, 10)]
    plugins = plugins_with([evidence_from(facts)])
    asked = Asked(YEAR, codes=frozenset({"2-10-24"}), unit_id=unit)
    with world.session() as session:
        before = due_rows(session, plugins, coverage=Coverage(None), asked=asked, paging=Paging()).items[0]
        set_number(session, actor=world.system, unit_id=unit, name="own_drills", number=2, version=0)
        after = due_rows(session, plugins, coverage=Coverage(None), asked=asked, paging=Paging()).items[0]
        close_unit(session, actor=world.system, unit_id=unit, version=1, last_day=date(2021, 12, 31))
        lines = numbers_page(session, Coverage(frozenset({unit})), paging=Paging()).items
    assert (before.wanted, before.own_missing, before.state) == (8, True, Standing.FULFILLED)
    assert (after.wanted, after.own_missing, after.state) == (10, False, Standing.OVERDUE)
    assert [(line.base, line.number, line.version) for line in lines] == [(8, 2, 1)], "asked until it closes"


def test_a_number_is_refused(district: Callable[..., World]) -> None:
    world = district("sip", on=date(2021, 9, 1))
    unit = world.units["primary-1"]
    with world.session() as session:
        with pytest.raises(Invalid):
            set_number(session, actor=world.system, unit_id=unit, name="own_drills", number=-1, version=0)
        with pytest.raises(Stale):
            set_number(session, actor=world.system, unit_id=unit, name="own_drills", number=1, version=3)
