"""信息报告: the clock, the law's grades, who may know; what was sent stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from core.kernel.errors import Forbidden, Invalid, NotFound, Refused
from core.notify.models import Notice
from core.orgs.models import OrgUnit
from core.records.incident_words import least_grade
from core.records.queries.incidents import incident_card, incidents_late
from core.records.services import incidents
from core.records.services.incidents import IncidentFacts, ReportFacts
from tests.core.records.ground import Ground


def first(ground: Ground, who: str = "safety_a", *, ago: int = 20, **more: Any) -> UUID:
    """An incident that the school came to know of so many minutes ago."""
    known = ground.clock.now() - timedelta(minutes=ago)
    given = {"grade": "general", "facts": "食堂东侧电线短路起火，已扑灭，无人员伤亡", **more}
    with ground.world.session() as session:
        facts = IncidentFacts(
            unit_id=ground.world.units["school_a"],
            category="blaze",
            title="食堂电线起火",
            occurred_at=known,
            known_at=known,
        )
        return incidents.report_incident(
            session, actor=ground.world.actor(who, session), facts=facts, report=ReportFacts(**given)
        )


def further(ground: Ground, incident_id: UUID, who: str = "safety_a", *, final: bool = False, **more: Any) -> int:
    given = {"grade": "general", "facts": "已恢复供餐", **more}
    with ground.world.session() as session:
        actor = ground.world.actor(who, session)
        version = incident_card(session, ground.world.system, incident_id).line.version
        return incidents.report_further(
            session, actor=actor, incident_id=incident_id, version=version, report=ReportFacts(**given), final=final
        )


def card(ground: Ground, incident_id: UUID, who: str = "safety_a"):  # type: ignore[no-untyped-def]  # an IncidentCard
    with ground.world.session(read_only=True) as session:
        return incident_card(session, ground.world.actor(who, session), incident_id)


@pytest.mark.parametrize(("ago", "late"), [(20, False), (60, False), (61, True)])
def test_first_report_when_an_hour_is_over_then_late(ground: Ground, ago: int, late: bool) -> None:
    assert card(ground, first(ground, ago=ago)).reports[0].late is late


def test_incident_when_nothing_follows_in_a_day_then_overdue_until_told(ground: Ground) -> None:
    made = first(ground)
    assert not card(ground, made).line.late
    ground.clock.advance(timedelta(hours=24, seconds=1))
    assert card(ground, made).line.late
    with ground.world.session(read_only=True) as session:
        assert incidents_late(session, ground.world.actor("head", session)) == 1
        assert incidents_late(session, ground.world.actor("safety_b", session)) == 0
    further(ground, made)
    found = card(ground, made)
    assert not found.line.late
    assert [(own.no, own.kind, own.late) for own in found.reports] == [(2, "further", True), (1, "first", False)]


def test_incident_when_finally_reported_then_closed_with_its_cause(ground: Ground) -> None:
    made = first(ground)
    with pytest.raises(Invalid) as fault:
        further(ground, made, final=True)
    assert set(fault.value.fields) == {"cause"}
    further(ground, made, final=True, cause="线路老化", loss_fen=350_000)
    found = card(ground, made)
    assert (found.line.state, found.line.next_due_at, found.may_report) == ("closed", None, False)
    with pytest.raises(Refused):
        further(ground, made)


def test_incident_when_its_unit_is_closed_then_it_is_still_reported_to_the_end(ground: Ground) -> None:
    made = first(ground)
    with ground.world.session() as session:
        session.get_one(OrgUnit, (ground.world.tenant.id, ground.world.units["school_a"])).valid_to = ground.today
    ground.clock.advance(timedelta(days=1))
    with pytest.raises(Invalid):
        first(ground)
    further(ground, made, final=True, cause="线路老化")
    assert card(ground, made).line.state == "closed"


@pytest.mark.parametrize(
    ("dead", "injured", "grade"),
    [(0, 0, "general"), (2, 9, "general"), (3, 0, "larger"), (0, 10, "larger"), (9, 49, "larger"), (10, 0, "major"), (0, 50, "major"), (29, 99, "major"), (30, 0, "extreme"), (0, 100, "extreme")],
)  # fmt: skip
def test_grade_when_numbers_are_told_then_at_least_as_the_law_says(dead: int, injured: int, grade: str) -> None:
    assert least_grade(dead=dead, injured=injured) == grade


def test_report_when_graded_below_its_numbers_then_refused(ground: Ground) -> None:
    with pytest.raises(Invalid) as fault:
        first(ground, dead=3)
    assert set(fault.value.fields) == {"grade"}
    first(ground, dead=3, grade="larger")


def test_report_when_it_holds_a_number_of_somebody_then_refused(ground: Ground) -> None:
    for name, told in (
        ("facts", "伤者13812345678"),
        ("measures", "联系13812345678"),
        ("told_to", ("王某13812345678",)),
    ):
        with pytest.raises(Invalid) as fault:
            first(ground, **{name: told})
        assert set(fault.value.fields) == {name}


def test_first_report_when_the_unit_will_only_know_then_refused(ground: Ground) -> None:
    with pytest.raises(Invalid) as fault:
        first(ground, ago=-1)
    assert set(fault.value.fields) == {"known_at"}


def test_incident_when_asked_for_by_others_then_not_there(ground: Ground) -> None:
    made = first(ground)
    for who in ("safety_b", "keeper_a", "line_a", "staff_a", "nobody", "officer"):
        if who == "officer":  # works for the whole district: may know
            assert card(ground, made, who).line.id == made
            continue
        with pytest.raises(NotFound):
            card(ground, made, who)
    for who in ("principal_a", "head", "leader"):
        assert card(ground, made, who).line.id == made
    with pytest.raises(Forbidden):
        further(ground, made, "head")


def test_first_report_when_sent_then_told_without_words_of_it(ground: Ground) -> None:
    first(ground)
    with ground.world.session(read_only=True) as session:
        told = session.execute(select(Notice.person_id, Notice.title).where(Notice.kind == "incident")).all()
    people = {ground.world.people[name] for name in ("principal_a", "head", "leader", "officer")}
    assert {row.person_id for row in told} == people
    assert all("食堂" not in row.title for row in told)


def test_numbers_when_several_are_opened_then_without_gaps(ground: Ground) -> None:
    made = [first(ground), first(ground)]
    with pytest.raises(Invalid):
        first(ground, dead=50)
    made.append(first(ground))
    assert [card(ground, own).line.no for own in made] == [1, 2, 3]
