"""值班 and 应急预案: handed over between two people; wordings that never change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from core.db.sessions import TenantSession
from core.http.paging import Paging
from core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from core.records.limits import months_later
from core.records.models import EmergencyPlanVersion
from core.records.queries.duty import shifts_page
from core.records.queries.plans import plan_card, plans_page
from core.records.services import duty, plans
from core.records.services.duty import ShiftFacts
from core.records.services.plans import PlanFacts
from tests.core.records.ground import Ground
from tests.factories.rivals import second_of_two


def shift(ground: Ground, *, person: str = "staff_a", starts: int = -1, hours: int = 12, who: str = "safety_a") -> UUID:
    begins = ground.clock.now() + timedelta(hours=starts)
    with ground.world.session() as session:
        facts = ShiftFacts(
            unit_id=ground.world.units["school_a"], starts_at=begins, ends_at=begins + timedelta(hours=hours),
            person_id=ground.world.people[person], leader_id=ground.world.people["principal_a"],
        )  # fmt: skip
        return duty.plan_shift(session, actor=ground.world.actor(who, session), facts=facts)


def on(ground: Ground, name: str, shift_id: UUID, who: str, **more: Any) -> Any:
    with ground.world.session() as session:
        page = shifts_page(session, ground.world.system, paging=Paging())
        version = next(own.version for own in page.items if own.id == shift_id)
        return getattr(duty, name)(
            session, actor=ground.world.actor(who, session), shift_id=shift_id, version=version, **more
        )


def test_shift_when_handed_over_then_another_takes_it(ground: Ground) -> None:
    made = shift(ground)
    with pytest.raises(Refused):
        on(ground, "take_over", made, "keeper_a")
    with pytest.raises(Invalid):
        on(ground, "hand_over", made, "safety_a", said=" ")
    on(ground, "hand_over", made, "safety_a", said="无")
    with pytest.raises(Refused):
        on(ground, "take_over", made, "safety_a")
    on(ground, "take_over", made, "keeper_a")
    with ground.world.session(read_only=True) as session:
        (line,) = shifts_page(session, ground.world.actor("principal_a", session), paging=Paging()).items
    assert (line.handover_note, line.handed_over_name, line.taken_over_name) == ("无", "safety_a", "keeper_a")


def test_shift_when_it_cannot_be_then_refused(ground: Ground) -> None:
    with pytest.raises(Invalid):
        shift(ground, person="safety_b")
    with pytest.raises(Invalid):
        shift(ground, hours=0)
    shift(ground)
    with pytest.raises(Conflict):
        shift(ground, starts=3)
    shift(ground, starts=11)
    with pytest.raises(NotFound):
        shift(ground, who="safety_b")
    later = shift(ground, person="keeper_a", starts=5)
    with pytest.raises(Refused):
        on(ground, "hand_over", later, "safety_a", said="无")
    on(ground, "cancel_shift", later, "safety_a", reason="调班")
    with pytest.raises(Refused):
        on(ground, "cancel_shift", later, "safety_a", reason="调班")


def issue(ground: Ground, who: str = "safety_a", **more: Any) -> UUID:
    given = {"kind": "special", "title": "火灾事故专项预案", "body": "一、发现火情立即报警\n二、按路线疏散", **more}
    with ground.world.session() as session:
        facts = PlanFacts(unit_id=ground.world.units["school_a"], **given)
        return plans.issue_plan(session, actor=ground.world.actor(who, session), pack=ground.pack(session), facts=facts)


def act(ground: Ground, name: str, plan_id: UUID, who: str = "safety_a", **more: Any) -> Any:
    with ground.world.session() as session:
        version = plan_card(session, ground.world.system, plan_id).line.version
        return getattr(plans, name)(
            session, actor=ground.world.actor(who, session), plan_id=plan_id, version=version, **more
        )


def test_plan_when_revised_then_each_wording_stays_and_the_review_begins_anew(ground: Ground) -> None:
    plan_id = issue(ground)
    ground.clock.advance(timedelta(days=200))
    with pytest.raises(Invalid):
        act(ground, "revise_plan", plan_id, body="新", reason="")
    assert act(ground, "revise_plan", plan_id, body="一、先断电", reason="演练发现要先断电") == 2
    with ground.world.session(read_only=True) as session:
        card = plan_card(session, ground.world.actor("safety_a", session), plan_id)
    assert [(own.no, own.body[:4]) for own in card.wordings] == [(2, "一、先断"), (1, "一、发现")]
    assert card.line.review_on == months_later(ground.today, 12)
    with pytest.raises(Exception, match="permission denied"), ground.world.session() as session:
        session.execute(update(EmergencyPlanVersion).values(body="改"))


def test_plan_when_its_day_is_over_then_due_until_reviewed(ground: Ground) -> None:
    plan_id = issue(ground)
    ground.clock.advance(timedelta(days=367))

    def due() -> int:
        with ground.world.session(read_only=True) as session:
            return plans_page(session, ground.world.actor("principal_a", session), paging=Paging(), due=True).total

    assert due() == 1
    act(ground, "review_plan", plan_id, reason="仍适用")
    assert due() == 0
    act(ground, "retire_plan", plan_id, reason="并入综合预案")
    with pytest.raises(Refused):
        act(ground, "revise_plan", plan_id, body="新", reason="新")


def test_plan_when_others_write_then_refused(ground: Ground) -> None:
    plan_id = issue(ground)
    with pytest.raises(Forbidden):
        act(ground, "review_plan", plan_id, "head", reason="看过")
    with pytest.raises(NotFound):
        act(ground, "review_plan", plan_id, "safety_b", reason="看过")
    with pytest.raises(Invalid):
        issue(ground, body="")


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2020, 1, 31), 1, date(2020, 2, 29)),
        (date(2019, 11, 30), 3, date(2020, 2, 29)),
        (date(2020, 2, 29), 12, date(2021, 2, 28)),
        (date(2020, 12, 1), 1, date(2021, 1, 1)),
        (date(2020, 11, 30), 1, date(2020, 12, 30)),
    ],
)
def test_months_later_when_the_month_is_short_then_its_last_day(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


def test_shift_when_cancelled_then_the_same_may_be_planned_again(ground: Ground) -> None:
    made = shift(ground, starts=4)
    on(ground, "cancel_shift", made, "safety_a", reason="调班")
    again = shift(ground, starts=4)
    with pytest.raises(Conflict):
        shift(ground, starts=4)
    with ground.world.session(read_only=True) as session:
        lines = shifts_page(session, ground.world.system, paging=Paging()).items
    assert {(own.id, own.state) for own in lines} == {(made, "cancelled"), (again, "planned")}


def test_shift_when_two_plan_at_the_same_moment_then_one_waits_and_is_refused(ground: Ground) -> None:
    """Both ask whether the hours are free before either has written."""
    world, begins = ground.world, ground.clock.now() + timedelta(hours=4)

    def plan(session: TenantSession, hours: int) -> UUID:
        facts = ShiftFacts(
            unit_id=world.units["school_a"], starts_at=begins + timedelta(hours=hours), ends_at=begins + timedelta(hours=hours + 12),
            person_id=world.people["staff_a"],
        )  # fmt: skip
        return duty.plan_shift(session, actor=world.actor("safety_a", session), facts=facts)

    with pytest.raises(Conflict):
        second_of_two(world, lambda session: plan(session, 0), lambda session: plan(session, 3))


def test_words_of_duty_and_plans_when_they_hold_a_number_of_somebody_then_refused(ground: Ground) -> None:
    number = "找门卫13812345678"
    waiting, plan_id = shift(ground), issue(ground)
    for field, told in (
        ("said", lambda: on(ground, "hand_over", waiting, "safety_a", said=number)),
        ("reason", lambda: on(ground, "cancel_shift", waiting, "safety_a", reason=number)),
        ("title", lambda: issue(ground, title=number)),
        ("body", lambda: act(ground, "revise_plan", plan_id, body=number, reason="演练发现")),
        ("reason", lambda: act(ground, "revise_plan", plan_id, body="先断电", reason=number)),
        ("reason", lambda: act(ground, "review_plan", plan_id, reason=number)),
        ("reason", lambda: act(ground, "retire_plan", plan_id, reason=number)),
    ):
        with pytest.raises(Invalid) as fault:
            told()
        assert set(fault.value.fields) == {field}
