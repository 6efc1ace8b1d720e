"""tongyu's tables of coercive measures (t2) and accountability (t3): counted from the matters, typed over only with a reason."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from core.accountability.services.matters import MatterFacts, call_off, decide
from core.db.engines import Database
from core.db.sessions import TenantSession
from core.kernel.schoolyear import Span
from core.statistics.queries import computed
from core.statistics.sheet import Sheet
from core.tenancy.packs.check import load
from core.tenancy.packs.model import Measure, Pack
from tests.core.hazards.web import statements
from tests.factories.world import ROOT, World

MONTH = Span(date(2020, 11, 1), date(2020, 11, 30))


@pytest.fixture(scope="module")
def tongyu() -> Pack:
    return load(ROOT / "tenants" / "tongyu")


def sheet_of(
    session: TenantSession, pack: Pack, code: str, span: Span = MONTH, units: frozenset[UUID] | None = None
) -> Sheet:
    table = next(table for table in pack.tables if table.code == code)
    return computed(session, table=table, units=units, span=span)


def tell(
    world: World, session: TenantSession, pack: Pack, measure: Measure, unit: str = "school_a", **more: object
) -> UUID:
    day = {"decided_on": date(2020, 11, 20), **more}
    facts = MatterFacts(measure, world.units[unit], "事项", "情况", **day)  # type: ignore[arg-type]  # as the test says
    return decide(session, actor=world.system, pack=pack, facts=facts)


def test_t2_and_t3_when_matters_are_decided_then_each_figure_is_theirs(
    world: World, neighbour: World, engines: Database, tongyu: Pack
) -> None:
    with neighbour.session() as session:
        tell(neighbour, session, tongyu, Measure.TALK, persons=9)
    with world.session() as session:
        for _ in range(2):
            tell(world, session, tongyu, Measure.TALK, persons=2)
        tell(world, session, tongyu, Measure.TALK, "kindergarten", persons=1)
        tell(world, session, tongyu, Measure.CIRCULAR, "campus_a", persons=1)
        tell(world, session, tongyu, Measure.DISCIPLINE, persons=3, ground="ty-5_3-09")
        tell(world, session, tongyu, Measure.DISCIPLINE, persons=1, ground="ty-5_3-07", decided_on=date(2020, 10, 9))
        tell(world, session, tongyu, Measure.EXPOSURE)
        tell(world, session, tongyu, Measure.ORDER, due_on=date(2020, 12, 20))
        tell(world, session, tongyu, Measure.INVESTIGATION)
        tell(world, session, tongyu, Measure.ENFORCEMENT, "school_b")
        off = tell(world, session, tongyu, Measure.EXPOSURE)
        call_off(session, actor=world.system, matter_id=off, version=1, text="发现有误")
        t3 = sheet_of(session, tongyu, "t3")
        with statements(engines.engine("app")) as sent:
            sheet_of(session, tongyu, "t3")
        t2 = sheet_of(session, tongyu, "t2")
        told = {
            code: (t3.cell("schools", code).value, t3.cell("kindergartens", code).value)
            for code in ("c5", "c6", "c7", "c8")
        }
        assert told == {"c5": (1, 1), "c6": (4, 1), "c7": (1, 0), "c8": (1, 0)}, "a campus is its school's"
        assert {code: t3.cell("total", code).value for code in ("c5", "c9", "c16_1", "c16_3", "c17")} == {
            "c5": 2, "c9": 3, "c16_1": 0, "c16_3": 1, "c17": 1,
        }  # fmt: skip
        assert [t2.cell("total", code).value for code in ("c9", "c20")] == [1, 2]
        assert t2.cell("schools", "c13").value is None, "what no matter knows is typed by hand"
        early = sheet_of(session, tongyu, "t3", Span(date(2020, 10, 1), date(2020, 10, 31)))
        assert early.cell("total", "c16_1").value == 1
        assert (
            sheet_of(session, tongyu, "t3", units=frozenset({world.units["school_b"]})).cell("schools", "c6").value == 0
        )
        more = len(sent)
        for unit in ("school_a", "school_b"):
            tell(world, session, tongyu, Measure.TALK, unit)
        session.flush()
        with statements(engines.engine("app")) as sent:
            sheet_of(session, tongyu, "t3")
    assert len(sent) == more


def test_a_figure_that_differs_from_the_matters_asks_for_a_reason(world: World, tongyu: Pack) -> None:
    with world.session() as session:
        tell(world, session, tongyu, Measure.DISCIPLINE, persons=3)
        sheet = sheet_of(session, tongyu, "t3", units=frozenset({world.units["school_a"]}))
    typed = sheet.typed({("schools", "c9"): 2}, reasons={})
    assert [(one.row, one.column) for one in typed.differences()][:1] == [("schools", "c9")]
