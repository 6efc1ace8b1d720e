"""五个一批 of tongyu: each counter counts what its sentence says, in the campaign, and nothing that was called off."""

from __future__ import annotations

from datetime import date

from core.accountability.queries.matters import counts
from core.accountability.services.matters import MatterFacts, call_off, decide
from core.kernel.schoolyear import Span
from core.tenancy import shelf
from core.tenancy.packs.check import load
from core.tenancy.packs.model import Measure
from tests.conftest import ROOT
from tests.factories.world import World


def test_counters_when_matters_are_decided_then_the_five_batches_add_up(world: World) -> None:
    span = Span(date(2020, 11, 1), date(2020, 11, 30))
    with world.session() as session:
        pack, actor = shelf.current(session), world.system
        assert pack is not None
        today = session.now().date()

        def add(measure: Measure, persons: int = 0, day: date = today) -> object:
            facts = MatterFacts(measure, world.units["school_a"], "事项", "情况", persons=persons, decided_on=day)
            return decide(session, actor=actor, pack=pack, facts=facts)

        add(Measure.TALK, 2)
        add(Measure.TALK, 1)
        add(Measure.DISCIPLINE, 3)
        add(Measure.INVESTIGATION)
        add(Measure.ENFORCEMENT)
        add(Measure.EXPOSURE)
        add(Measure.EXPOSURE, day=date(2020, 10, 31))  # before the span
        off = add(Measure.EXPOSURE)
        call_off(session, actor=actor, matter_id=off, version=1, text="发现有误")  # type: ignore[arg-type]
        figures = {
            own.counter.code: own.figure for own in counts(session, actor, load(ROOT / "tenants" / "tongyu"), span=span)
        }
    assert figures == {"major_hazards": 0, "talks": 3, "disciplined": 3, "investigated": 2, "exposed": 1}
