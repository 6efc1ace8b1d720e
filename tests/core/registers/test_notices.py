"""Ends are told 90, 60, 30 and 7 days before and when it is over: once each."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from core.kernel.clock import FixedClock
from core.notify.models import Notice
from core.registers.services import change_entry
from core.registers.services.notices import tell_endings
from tests.core.registers.ground import TODAY, add, get, plan, registers
from tests.factories.world import World


def told(world: World) -> int:
    with world.session() as session:
        return tell_endings(session, register=get(session, "emergency_plans"))


def titles(world: World) -> list[str]:
    with world.session(read_only=True) as session:
        return [row.title for row in session.scalars(select(Notice).order_by(Notice.at, Notice.id))]


def test_end_when_it_comes_nearer_then_told_once_at_each_mark(world: World, clock: FixedClock) -> None:
    with world.session() as session:
        add(session, world, "emergency_plans", plan(valid_until=TODAY + timedelta(days=91)))
    said = []
    for day in range(94):
        first, again = told(world), told(world)
        assert again == 0, "a second run of the same day tells nothing"
        if first:
            said.append(91 - day)
        clock.advance(timedelta(days=1))
    assert said == [90, 60, 30, 7, -1]
    assert {title.partition("：")[2] for title in titles(world)} == {
        "火灾应急预案90天内到期", "火灾应急预案60天内到期", "火灾应急预案30天内到期", "火灾应急预案7天内到期", "火灾应急预案已过期",
    }  # fmt: skip


def test_end_when_days_were_missed_then_only_the_nearest_mark(world: World, clock: FixedClock) -> None:
    with world.session() as session:
        add(session, world, "emergency_plans", plan(valid_until=TODAY + timedelta(days=20)))
        add(session, world, "emergency_plans", plan("地震应急预案", valid_until=TODAY + timedelta(days=20)))
    assert told(world) > 0
    assert set(titles(world)) == {"应急预案台账：2条30天内到期"}, "one notice for each unit and mark"
    clock.advance(timedelta(days=15))
    assert told(world) > 0
    assert any("7天内到期" in title for title in titles(world))


def test_end_when_renewed_then_told_anew(world: World) -> None:
    with world.session() as session:
        entry_id = add(session, world, "emergency_plans", plan(valid_until=TODAY + timedelta(days=20)))
    assert told(world) > 0
    with world.session() as session:
        change_entry(
            session, actor=world.system, registers=registers(), register=get(session, "emergency_plans"), entry_id=entry_id, version=1,
            given={"valid_until": TODAY + timedelta(days=85)},
        )  # fmt: skip
    assert told(world) > 0
    assert told(world) == 0


def test_end_when_told_then_those_who_keep_it_in_that_unit(world: World) -> None:
    with world.session() as session:
        add(session, world, "emergency_plans", plan(valid_until=TODAY + timedelta(days=5)))
        tell_endings(session, register=get(session, "emergency_plans"))
    with world.session(read_only=True) as session:
        people = set(session.scalars(select(Notice.person_id)))
    assert world.people["keeper_a"] in people
    assert not people & {world.people[name] for name in ("safety_b", "line_b", "head", "nobody")}
