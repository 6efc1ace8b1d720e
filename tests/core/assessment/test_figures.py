"""Figures: each source counts what its sentence says, for all units at once, with the facts behind them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient

from core.accountability.services.matters import MatterFacts, decide
from core.app import feature_modules
from core.assessment.queries.figures import facts_of, figures_of
from core.assessment.score import Figure
from core.assessment.services.entries import EntryFacts, type_figure
from core.assessment.sources.duties import OWED
from core.hooks.manager import Plugins, build_plugins
from core.kernel.errors import Invalid
from core.kernel.schoolyear import Span
from core.orgs.services import create_unit
from core.orgs.services.creation import UnitFacts
from core.records.services.entries import add_record
from core.records.services.writing import RecordFacts
from core.tenancy import shelf
from core.tenancy.packs.model import Goal, Indicator, Measure, Measured, Pack
from tests.core.assessment.ground import hazard
from tests.core.hazards.web import statements
from tests.factories.world import World

SPAN = Span(date(2020, 9, 1), date(2020, 11, 25))
D = date


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return build_plugins(feature_modules(), points=())


def own(source: Measured, **more: object) -> Indicator:
    return Indicator(code=str(source), label=str(source), source=source, **more)  # type: ignore[arg-type]  # as the pack has them


def pack_with(pack: Pack | None, *indicators: Indicator) -> Pack:
    assert pack is not None
    return replace(pack, indicators=indicators)


def test_hazards_when_some_are_late_open_or_again_then_counted_by_the_school_that_answers(
    world: World, plugins: Plugins
) -> None:
    school, campus = world.units["school_a"], world.units["campus_a"]
    asked = (
        own(Measured.HAZARDS_CLOSED), own(Measured.HAZARDS_ON_TIME), own(Measured.HAZARDS_OPEN, grades=("major",)),
        own(Measured.HAZARDS_REPEATED, goal=Goal.FALLING),
    )  # fmt: skip
    with world.session() as session:
        first = hazard(session, school, found=D(2020, 9, 2), due=D(2020, 9, 20), done=D(2020, 9, 20))
        late = hazard(session, school, found=D(2020, 9, 3), due=D(2020, 9, 20), done=D(2020, 9, 21), again=first)
        left = hazard(session, campus, found=D(2020, 9, 4), due=D(2020, 11, 25), grade="major")
        session.flush()
        hazard(session, school, found=D(2020, 8, 31), due=D(2020, 11, 26), done=D(2020, 11, 26), grade="major")
        hazard(session, school, found=D(2019, 9, 4), due=D(2019, 9, 9), done=D(2019, 9, 9), again=first)
        from core.hazards.models import Hazard

        session.get_one(Hazard, (session.tenant_id, left)).school_id = school
        session.flush()
        pack = pack_with(shelf.current(session), *asked)
        found = figures_of(session, plugins, pack, indicators=asked, span=SPAN)
        facts = facts_of(session, plugins, pack, indicators=asked, span=SPAN)
    assert found.of(school) == {
        "hazards_closed": Figure(2, 3), "hazards_on_time": Figure(1, 3), "hazards_open": Figure(2), "hazards_repeated": Figure(1),
    }  # fmt: skip
    assert found.then(school) == {"hazards_repeated": Figure(1)}
    assert found.of(world.units["school_b"])["hazards_on_time"] == Figure(0, 0)
    total, kept = facts["hazards_on_time", school]
    assert total == 3 and [(fact.id, fact.against) for fact in kept] == [
        (str(late), True), (str(left), True), (str(first), False),
    ]  # fmt: skip


def test_other_sources_when_there_is_something_then_once_and_in_the_span_only(world: World, plugins: Plugins) -> None:
    school, root = world.units["school_a"], world.units["root"]
    asked = (
        own(Measured.HELD, of=("meeting",)), own(Measured.MATTERS, of=("veto", "talk")), own(Measured.VISITED), own(Measured.LETTERS),
        own(Measured.TYPED, share=True), Indicator(code="all", label="all", source=Measured.TYPED, district=True),
    )  # fmt: skip
    with world.session() as session:
        pack = pack_with(shelf.current(session), *asked)
        actor = world.system
        for day in (D(2020, 9, 3), D(2020, 9, 4), D(2020, 8, 31)):
            add_record(
                session,
                actor=actor,
                pack=pack,
                facts=RecordFacts(kind="meeting", unit_id=school, title="例会", held_on=day),
            )
        for day in (D(2020, 10, 1), D(2020, 8, 1)):
            decide(
                session, actor=actor, pack=pack, facts=MatterFacts(Measure.VETO, school, "事项", "情况", decided_on=day)
            )
        for day, part in ((D(2020, 9, 9), 1), (D(2020, 10, 9), 3), (D(2020, 11, 26), 4)):
            type_figure(
                session, actor=actor, pack=pack, indicator="typed", facts=EntryFacts(school, day, part, 4, "现场核查")
            )
        type_figure(
            session, actor=actor, pack=pack, indicator="all", facts=EntryFacts(root, D(2020, 9, 9), 2, None, "来文")
        )
        for wrong in (
            EntryFacts(school, D(2020, 9, 9), 5, 4, "x"),
            EntryFacts(school, D(2020, 9, 9), 1, None, "x"),
            EntryFacts(root, D(2020, 9, 9), 1, 2, "x"),
        ):
            with pytest.raises(Invalid):
                type_figure(session, actor=actor, pack=pack, indicator="typed", facts=wrong)
        found = figures_of(session, plugins, pack, indicators=asked, span=SPAN)
    assert found.of(school) == {
        "held": Figure(1, 1), "matters": Figure(1), "visited": Figure(0, 1), "letters": Figure(0, 0), "typed": Figure(3, 4),
    }  # fmt: skip
    assert found.of(world.units["school_b"]) == {
        "held": Figure(0, 1), "matters": Figure(0), "visited": Figure(0, 1), "letters": Figure(0, 0),
    }  # fmt: skip
    assert found.now["all"] == {root: Figure(2)}


def test_figures_when_there_are_many_units_then_as_many_statements(
    client: FlaskClient, world: World, plugins: Plugins
) -> None:
    counts = []
    with world.session() as session:
        pack = shelf.current(session)
        assert pack is not None
        for round_no in range(2):
            with statements(world.db.engine("app")) as sent:
                found = figures_of(session, plugins, pack, indicators=pack.indicators, span=SPAN)
                facts_of(session, plugins, pack, indicators=pack.indicators, span=SPAN)
            counts.append((len(sent), len(found.units)))
            for no in range(3 if round_no == 0 else 0):
                facts = UnitFacts(
                    code=f"X{no}", name=f"学校{no}", kind="school", org_type="primary", stages=("primary",), valid_from=D(2020, 1, 1),
                    ownership="public", student_count=1, staff_count=1,
                )  # fmt: skip
                create_unit(session, actor=world.system, parent_id=world.units["root"], facts=facts)
        plain = [own for own in pack.indicators if own.source not in OWED and not own.district]
        with statements(world.db.engine("app")) as sent:
            figures_of(session, plugins, pack, indicators=plain, span=SPAN)
            facts_of(session, plugins, pack, indicators=plain, span=SPAN)
    assert len(sent) == 3  # the units, the figures of all sources, the facts of all sources
    assert counts[1][1] == counts[0][1] + 3
    assert counts[1][0] <= counts[0][0]
