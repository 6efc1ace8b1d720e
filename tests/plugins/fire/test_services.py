from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.jobs.models import OutboxRow
from core.kernel.clock import FixedClock
from core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused, Stale
from core.kernel.events import Event
from core.notify.models import Notice
from core.registers.services import retire_entry
from core.sdk.domain import EVERYWHERE, Paging, hazard_briefs, new_id
from plugins.fire.acceptance import Facts, Step
from plugins.fire.models import Acceptance, Facility, Patrol
from plugins.fire.queries.acceptances import acceptance
from plugins.fire.queries.desk import closing_refused, desk_cards, hazard_panels
from plugins.fire.queries.facilities import certificates
from plugins.fire.queries.places import PlaceFilter, missed_by_unit, places_page
from plugins.fire.services.acceptances import register_building, take_step
from plugins.fire.services.findings import record_finding, report_acceptance
from plugins.fire.services.patrols import record_activity, record_normal_round, record_patrol, settle_findings
from plugins.fire.services.places import add_place, change_place, retire_place
from plugins.fire.services.reminders import remind
from plugins.fire.variant import variant_for, variant_in_force
from tests.factories.world import World
from tests.plugins.fire.ground import building, counted, enter, place, registers, reporter

TODAY = date(2020, 11, 26)


def test_place_when_added_then_told_and_logged(world: World) -> None:
    with world.session() as session:
        actor = world.actor("safety_a", session)
        place_id = add_place(session, actor=actor, unit_id=world.units["school_a"], name="食堂", kind="学生食堂")
        entry = session.scalars(select(AuditEntry).where(AuditEntry.object_id == str(place_id))).one()
        assert (entry.action, entry.actor_name) == ("fire_place.added", "safety_a")


def test_place_when_of_another_school_then_not_found(world: World) -> None:
    with world.session() as session:
        theirs = place(session, world, "school_b")
        actor = world.actor("safety_a", session)
        with pytest.raises(NotFound):
            add_place(session, actor=actor, unit_id=world.units["school_b"], name="食堂", kind="学生食堂")
        with pytest.raises(NotFound):
            change_place(session, actor=actor, place_id=theirs, version=1, changes={"name": "新名"})
        with pytest.raises(NotFound):
            record_patrol(session, actor=actor, place_id=theirs, result="normal")
        with pytest.raises(Forbidden):
            add_place(
                session, actor=world.actor("nobody", session), unit_id=world.units["school_a"], name="x", kind="宿舍"
            )


def test_place_when_named_twice_or_of_an_unknown_kind_then_refused(world: World) -> None:
    with world.session() as session:
        place(session, world)
        with pytest.raises(Conflict) as same:
            place(session, world)
        assert set(same.value.fields) == {"name"}
        with pytest.raises(Invalid) as unknown:
            add_place(session, actor=world.system, unit_id=world.units["school_a"], name="机房", kind="学校中心机房")
        assert set(unknown.value.fields) == {"kind"}


def test_place_when_somebody_was_first_then_stale(world: World) -> None:
    with world.session() as session:
        place_id = place(session, world)
        change_place(
            session, actor=world.system, place_id=place_id, version=1, changes={"name": "二号楼食堂", "marked": True}
        )
        with pytest.raises(Stale):
            change_place(session, actor=world.system, place_id=place_id, version=1, changes={"name": "三号楼食堂"})
        retire_place(session, actor=world.system, place_id=place_id, version=2)
        with pytest.raises(Conflict):
            record_patrol(session, actor=world.system, place_id=place_id, result="normal")


def test_acceptance_when_led_along_path_b_then_report_closes_it(world: World) -> None:
    with world.session() as session:
        actor = world.actor("keeper_a", session)
        case_id = building(session, world)
        steps = [
            (Step.FIND_REASON, Facts(reason="建设时未报审")),
            (Step.CHOOSE_B, Facts(note="图纸遗失，无法补办")),
            (Step.ASSESS, Facts(on=TODAY, agency="某消防技术公司")),
            (Step.PLAN, Facts(on=TODAY, plan="增设疏散楼梯", plan_due_on=date(2020, 12, 20))),
            (Step.RECTIFY, Facts(on=TODAY)),
            (Step.QUALIFY, Facts(on=TODAY, document_no="合格〔2020〕8号", document_on=TODAY)),
        ]
        for version, (step, facts) in enumerate(steps, 1):
            take_step(session, actor=actor, acceptance_id=case_id, version=version, step=step, facts=facts)
        card = acceptance(session, EVERYWHERE, case_id, variant=variant_in_force(session))
        assert (card.stage, card.path, card.state_title, card.document_no) == (
            "done",
            "B",
            "第三方评估合格",
            "合格〔2020〕8号",
        )
        topics = [row.topic for row in session.scalars(select(OutboxRow).order_by(OutboxRow.id))]
        assert topics[-1] == "fire_acceptance.done"


def test_acceptance_when_two_act_at_once_then_the_second_is_stale(world: World) -> None:
    with world.session() as session:
        case_id = building(session, world)
        take_step(
            session,
            actor=world.system,
            acceptance_id=case_id,
            version=1,
            step=Step.FIND_REASON,
            facts=Facts(reason="缺图纸"),
        )
        with pytest.raises(Stale):
            take_step(session, actor=world.system, acceptance_id=case_id, version=1, step=Step.CHOOSE_A, facts=Facts())
        with pytest.raises(Refused):
            take_step(
                session, actor=world.system, acceptance_id=case_id, version=2, step=Step.RECTIFY, facts=Facts(on=TODAY)
            )


def test_acceptance_when_registered_as_accepted_then_needs_its_document(world: World) -> None:
    with world.session() as session:
        with pytest.raises(Invalid) as refused:
            register_building(
                session, actor=world.system, unit_id=world.units["school_a"], building="图书馆", state="accepted"
            )
        assert set(refused.value.fields) == {"document_no"}
        assert session.scalars(select(Acceptance)).all() == []


def test_finding_when_recorded_then_hazard_and_patrol_know_each_other(world: World) -> None:
    with world.session() as session:
        actor = world.actor("safety_a", session)
        place_id = place(session, world)
        patrol_id, hazard_id = record_finding(
            session,
            actor=actor,
            report=reporter(session, world),
            place_id=place_id,
            note="灭火器压力不足",
            category="fire.facility",
        )
        brief = hazard_briefs(session, [hazard_id])[hazard_id]
        assert (brief.domain, brief.category, brief.unit_id) == ("fire", "fire.facility", world.units["school_a"])
        patrol = session.scalars(select(Patrol).where(Patrol.id == patrol_id)).one()
        assert (patrol.result, patrol.hazard_id, patrol.settled_at) == ("finding", hazard_id, None)
        settle_findings(session, Event("hazard.closed", world.tenant.id, session.now(), {"hazard_id": str(hazard_id)}))
        session.refresh(patrol)
        assert patrol.settled_at == session.now()


def test_finding_when_it_says_nothing_then_refused(world: World) -> None:
    with world.session() as session, pytest.raises(Invalid):
        record_patrol(session, actor=world.system, place_id=place(session, world), result="finding", note="  ")


def test_round_when_one_place_is_out_of_reach_then_nothing_is_written(world: World) -> None:
    with world.session() as session:
        mine, theirs = place(session, world), place(session, world, "school_b")
        with pytest.raises(NotFound):
            record_normal_round(session, actor=world.actor("safety_a", session), place_ids=[mine, theirs])
        assert session.scalars(select(Patrol)).all() == []
        assert record_normal_round(session, actor=world.actor("safety_a", session), place_ids=[mine, mine]) == 1


def test_hazard_when_about_acceptance_then_not_closed_before_the_document_is_there(world: World) -> None:
    with world.session() as session:
        actor = world.actor("safety_a", session)
        case_id = building(session, world)
        hazard_id = report_acceptance(
            session, actor=actor, report=reporter(session, world), acceptance_id=case_id, version=1
        )
        closing = next(move.code for move in _moves(session) if move.to == _closed(session))
        refusal = closing_refused(session, hazard_id, closing)
        assert refusal is not None
        assert "教学楼一号" in refusal.message
        assert closing_refused(session, hazard_id, "no_such_move") is None
        panels = hazard_panels(session, actor, hazard_id)
        assert (panels[0].title, panels[0].values["waits"]) == ("消防验收", True)
        building(session, world, name="另一栋未办结")
        take_step(
            session, actor=actor, acceptance_id=case_id, version=2, step=Step.FIND_REASON, facts=Facts(reason="缺图纸")
        )
        take_step(session, actor=actor, acceptance_id=case_id, version=3, step=Step.CHOOSE_A, facts=Facts())
        done = Facts(state="filed", document_no="备〔2020〕3号", document_on=TODAY)
        take_step(session, actor=actor, acceptance_id=case_id, version=4, step=Step.MAKE_UP, facts=done)
        assert closing_refused(session, hazard_id, closing) is None, "another building does not hold it back"
        with pytest.raises(Conflict):
            report_acceptance(session, actor=actor, report=reporter(session, world), acceptance_id=case_id, version=5)


def _moves(session):  # type: ignore[no-untyped-def]  # of the pack in force
    from core.sdk.domain import pack_in_force

    return pack_in_force(session).lifecycle.moves


def _closed(session):  # type: ignore[no-untyped-def]  # the closing stage's code
    from core.sdk.domain import pack_in_force

    return next(stage.code for stage in pack_in_force(session).lifecycle.stages if stage.canonical == "closed")


def test_facility_when_it_stands_in_no_building_of_its_unit_then_refused(world: World) -> None:
    with world.session() as session:
        with pytest.raises(Invalid) as fault:
            enter(session, world, "fire_facilities", kind="hydrant", spot="一层", quantity=1, building_id=new_id())
        assert set(fault.value.fields) == {"building_id"}
        entry_id = enter(session, world, "fire_facilities", kind="hydrant", spot="一层", quantity=1, building="一号楼")
        assert session.get_one(Facility, (session.tenant_id, entry_id)).building == "一号楼"


def test_certificates_when_counted_then_expired_and_retired_ones_do_not(world: World) -> None:
    variant = variant_for(None, "sip", {})
    with world.session() as session:
        unit_id = world.units["campus_a"]

        def lacking() -> tuple[int, int]:
            lines = certificates(session, EVERYWHERE, variant=variant)
            line = next(line for line in lines if line.unit_id == unit_id)
            return line.lacks_staff, line.lacks_guards

        assert lacking() == (1, 1)
        entry_id = enter(session, world, "fire_certificates", "campus_a", holder="staff", quantity=1)
        enter(
            session, world, "fire_certificates", "campus_a", holder="guard", quantity=1, expires_on=date(2020, 11, 25)
        )
        assert lacking() == (0, 1), "an expired one does not count"
        register = registers().get(session, "fire_certificates")
        retire_entry(session, actor=world.system, register=register, entry_id=entry_id, version=1)
        assert lacking() == (1, 1)


def test_activity_when_a_training_has_no_headcount_then_refused(world: World) -> None:
    with world.session() as session:
        given = {"actor": world.system, "unit_id": world.units["school_a"], "on": TODAY}
        with pytest.raises(Invalid) as refused:
            record_activity(session, kind="training", **given)
        assert set(refused.value.fields) == {"headcount"}
        with pytest.raises(Invalid) as unknown:
            record_activity(session, kind="check", failed=["没有这一项"], **given)
        assert set(unknown.value.fields) == {"failed"}
        record_activity(session, kind="training", headcount=80, **given)


def test_desk_when_a_patrol_is_overdue_then_shows_it_to_whoever_can_walk(world: World, clock: FixedClock) -> None:
    with world.session() as session:
        place(session, world)
        assert [card.title for card in desk_cards(session, world.actor("safety_a", session))] == []
    clock.advance(timedelta(days=8))
    with world.session() as session:
        cards = desk_cards(session, world.actor("safety_a", session))
        assert [(card.title, card.count, card.tone) for card in cards] == [("应巡未巡的消防部位", 1, "overdue")]
        assert desk_cards(session, world.actor("safety_b", session)) == ()


def test_reminder_when_a_patrol_was_missed_yesterday_then_told_once(world: World, clock: FixedClock) -> None:
    with world.session() as session:
        place(session, world)
    clock.advance(timedelta(days=7))
    with world.session() as session:
        sent = remind(session)
        assert sent["patrols"] > 0
        told = session.scalars(select(Notice).where(Notice.kind == "fire.patrol_missed")).all()
        assert {notice.title for notice in told} == {"1处消防重点部位应巡未巡"}
    clock.advance(timedelta(days=1))
    with world.session() as session:
        assert remind(session)["patrols"] == 0


def test_places_when_listed_then_a_fixed_number_of_queries_and_no_neighbour(world: World, neighbour: World) -> None:
    variant = variant_for(None, "wujin", {})
    with neighbour.session() as session:
        place(session, neighbour, name="邻区食堂")
    numbers = []
    for round_ in range(2):
        with world.session() as session:
            for index in range(1 if round_ == 0 else 3):
                place(session, world, ("school_a", "school_b", "kindergarten")[index], name=f"部位{round_}{index}")
            session.flush()
            with counted(session) as sent:
                page = places_page(session, EVERYWHERE, variant=variant, filters=PlaceFilter(), paging=Paging())
            numbers.append(len(sent))
            assert all(card.name != "邻区食堂" for card in page.items)
            assert missed_by_unit(session, EVERYWHERE, variant=variant) == {}
    assert numbers[0] == numbers[1] == 3
