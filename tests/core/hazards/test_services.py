"""Writes: one transaction for row, timeline, audit and outbox; numbers without gaps; the second of two is told what changed."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from core.audit.models import AuditEntry
from core.files.models import File
from core.hazards.lifecycle import Entry
from core.hazards.models import Hazard, HazardEvent
from core.hazards.services import (
    Found,
    add_follow_up,
    amend_hazard,
    escalate,
    extend,
    link_recurrence,
    rectify_on_the_spot,
    regrade,
)  # fmt: skip
from core.jobs.models import OutboxRow
from core.kernel.clock import FixedClock
from core.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from tests.core.hazards.ledger import ON, Ledger, bare_plugins
from tests.factories.world import World


def counts(ledger: Ledger) -> tuple[int, int, int]:
    """Of timeline, audit entries about hazards, outbox rows."""
    session = ledger.session
    return (
        session.scalar(select(func.count()).select_from(HazardEvent)) or 0,
        session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.object_kind == "hazard")) or 0,
        session.scalar(select(func.count()).select_from(OutboxRow).where(OutboxRow.topic.startswith("hazard."))) or 0,
    )


def test_report_then_row_event_audit_and_outbox_stand_together(ledger: Ledger) -> None:
    before = ledger.photo("staff_a", "before")
    written = ledger.report(file_ids=[before])
    row = ledger.row(written)
    assert (row.stage, row.canonical, row.no, row.version) == ("found", "discovered", None, 1)
    assert (row.source, row.origin, row.finder_unit_id) == ("self_check", "self_check", ledger.world.units["school_a"])
    assert row.title == "疏散通道堆放课桌" and row.school_id == ledger.world.units["school_a"]
    assert row.campaign and row.clauses == ["WJ-2.4-24", "WJ-2.4-25"]
    assert counts(ledger) == (1, 1, 1)
    file = ledger.session.get_one(File, (ledger.world.tenant.id, before))
    assert (file.subject_kind, file.subject_id) == ("hazard", written.id)


def test_report_when_it_is_rolled_back_then_nothing_is_left_and_no_number_is_lost(world: World) -> None:
    with world.session() as session:
        ledger = Ledger(world, session, bare_plugins())
        first = ledger.report()
    with pytest.raises(RuntimeError), world.session() as session:
        Ledger(world, session, bare_plugins()).move(first, "keeper_a", "register")
        raise RuntimeError
    with world.session() as session:
        ledger = Ledger(world, session, bare_plugins())
        assert ledger.row(first).no is None
        assert counts(ledger) == (1, 1, 1)
        assert ledger.move(first, "keeper_a", "register").no == "WJ-2020-00001"
        assert ledger.move(ledger.report(), "keeper_a", "register").no == "WJ-2020-00002"


def test_walk_to_closed_then_the_row_says_who_did_what(ledger: Ledger) -> None:
    written = ledger.walk(ledger.report(), to="close")
    row = ledger.row(written)
    people = ledger.world.people
    assert row.canonical == "closed" and row.clock_on is None
    assert row.responsible_person_id == people["line_a"] and row.funds_cents == 100_000
    assert (row.rectified_by, row.verified_by, row.closed_by) == (
        people["line_a"],
        people["principal_a"],
        people["principal_a"],
    )
    assert row.reported_to == "教育局" and row.rectified_at is not None and row.closed_at is not None
    events, audits, outbox = counts(ledger)
    assert events == audits == outbox == 6
    kinds = ledger.session.scalars(select(HazardEvent.kind).order_by(HazardEvent.hazard_version)).all()
    assert kinds == ["report", "move", "move", "move", "follow_up", "move"]
    topics = set(ledger.session.scalars(select(OutboxRow.topic)))
    assert {"hazard.found", "hazard.registered", "hazard.rectifying", "hazard.reported", "hazard.closed"} <= topics


def test_move_when_something_is_missing_then_nothing_is_written(ledger: Ledger) -> None:
    written = ledger.report()
    before = counts(ledger)
    with pytest.raises(Invalid, match="隐患等级"):
        ledger.move(written, "keeper_a", "register", facts={})
    assert counts(ledger) == before and ledger.row(written).version == 1


def test_move_when_closer_rectified_then_refused(ledger: Ledger) -> None:
    written = ledger.walk(ledger.report(), to="register")
    written = ledger.move(written, "safety_a", "start")
    written = ledger.move(written, "safety_a", "report")
    ledger.follow(written)
    with pytest.raises(Refused, match="整改的人"):
        ledger.move(written, "safety_a", "close")


def test_move_when_found_by_inspection_then_the_school_may_not_close(ledger: Ledger) -> None:
    written = ledger.report("officer")
    assert ledger.row(written).source == "inspection"
    written = ledger.walk(written, to="report")
    ledger.follow(written)
    with pytest.raises(Forbidden, match="教育局"):
        ledger.move(written, "principal_a", "close")
    assert ledger.move(written, "officer", "close").canonical == "closed"


def test_move_when_hazard_is_of_another_school_then_not_found(ledger: Ledger) -> None:
    with pytest.raises(NotFound):
        ledger.move(ledger.report(), "safety_b", "register")


def test_report_when_unit_is_out_of_reach_then_not_found(ledger: Ledger) -> None:
    with pytest.raises(NotFound):
        ledger.report("staff_a", unit="school_b")
    with pytest.raises(Forbidden):
        ledger.report("nobody")


def test_stale_when_changed_meanwhile_then_says_what_differs(ledger: Ledger) -> None:
    written = ledger.report()
    ledger.move(written, "keeper_a", "register")
    with pytest.raises(Stale) as caught:
        ledger.move(written, "keeper_a", "cancel", version=written.version)
    assert caught.value.changes["stage"] == ["排查", "登记"]
    assert caught.value.changes["ledger_no"] == [None, "WJ-2020-00001"]
    assert caught.value.changes["grade"] == [None, "一般隐患"]


def test_two_at_once_then_one_wins_and_the_other_is_told(world: World) -> None:
    with world.session() as session:
        ledger = Ledger(world, session, bare_plugins())
        written = ledger.move(ledger.report(), "keeper_a", "register")
    gate, outcomes = threading.Barrier(6), []

    def attempt(number: int) -> None:
        with world.session() as session:
            gate.wait()
            try:
                actor = world.actor("keeper_a", session)
                amend_hazard(
                    session, actor=actor, pack=Ledger(world, session, bare_plugins()).pack, plugins=bare_plugins(), plugins_on=ON,
                    hazard_id=written.id, version=written.version, changes={"place": f"教学楼{number}层"},
                )  # fmt: skip
            except Stale as lost:
                outcomes.append(lost.changes)
            else:
                session.commit()
                outcomes.append(None)

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(None) == 1
    losses = [lost for lost in outcomes if lost is not None]
    assert len(losses) == 5 and all(set(lost) == {"place"} for lost in losses)


def test_numbers_when_many_register_at_once_then_there_is_no_gap_and_no_double(world: World) -> None:
    with world.session() as session:
        ledger = Ledger(world, session, bare_plugins())
        written = [ledger.report() for _ in range(8)]
    numbers: list[Any] = []

    def register(index: int) -> None:
        with world.session() as session:
            numbers.append(Ledger(world, session, bare_plugins()).move(written[index], "keeper_a", "register").no)

    threads = [threading.Thread(target=register, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [f"WJ-2020-{number:05d}" for number in range(1, 9)]


def test_on_the_spot_then_reported_in_one_form_but_not_closed(ledger: Ledger) -> None:
    world, session = ledger.world, ledger.session
    from tests.core.hazards.filling import filled  # the form of the shortcut, as the page would fill it

    files = [ledger.photo("safety_a", "before"), ledger.photo("safety_a", "after")]
    found = Found(
        unit_id=world.units["school_a"],
        place="食堂",
        description="灭火器被遮挡",
        domain="fire",
        category="fire.facility",
    )
    from core.hazards.lifecycle import Machine, Role, Standing
    from core.tenancy.packs.model.lifecycle import Relation
    from tests.core.hazards.filling import ALL_PERMISSIONS, new_case

    machine = Machine(ledger.pack.lifecycle)
    everybody = Standing(world.people["safety_a"], frozenset(Role(relation, ALL_PERMISSIONS) for relation in Relation))
    told = new_case(
        machine, found_by=world.people["safety_a"], now=session.now(), domain="fire", category="fire.facility"
    )
    state = machine.report(told, entry=Entry(), now=session.now()).after
    form = next(own for own in machine.moves_open(state, everybody, now=session.now()) if own.code == "at_once")
    entry = filled(machine, form, now=session.now(), responsible=world.people["safety_a"])
    written = rectify_on_the_spot(
        session, **ledger.args("safety_a"), plugins=ledger.plugins, plugins_on=ON, found=found, shortcut="at_once", entry=entry,
        file_ids=files,
    )  # fmt: skip
    row = ledger.row(written)
    assert (row.canonical, row.on_the_spot, row.no) == ("reported", True, "WJ-2020-00001")
    assert session.scalar(select(func.count()).select_from(HazardEvent)) == 4
    ledger.follow(written)
    with pytest.raises(Refused):
        ledger.move(written, "safety_a", "close")
    assert ledger.move(written, "principal_a", "close").canonical == "closed"


def test_files_when_not_the_own_then_refused(ledger: Ledger) -> None:
    with pytest.raises(Invalid) as caught:
        ledger.report(file_ids=[ledger.photo("officer", "before")])
    assert "file_ids" in caught.value.fields


def test_extension_escalation_and_follow_up_are_told_like_moves(ledger: Ledger) -> None:
    written = ledger.walk(ledger.report(), to="register")
    due = ledger.row(written).due_on
    assert due == date(2020, 12, 26)
    head = ledger.args("head")
    extend(ledger.session, **head, hazard_id=written.id, version=None, until=date(2021, 1, 20), reason="施工需停课")
    escalate(
        ledger.session, **head, hazard_id=written.id, version=None, escalation="local_government", reason="需街道协调"
    )
    row = ledger.row(written)
    assert (row.due_on, row.original_due_on, row.extensions) == (date(2021, 1, 20), due, 1)
    assert row.escalated_to and row.escalations[0]["code"] == "local_government"
    with pytest.raises(Refused):
        escalate(
            ledger.session, **head, hazard_id=written.id, version=None, escalation="local_government", reason="再报"
        )
    with pytest.raises(Forbidden):
        extend(
            ledger.session,
            **ledger.args("safety_a"),
            hazard_id=written.id,
            version=None,
            until=date(2021, 2, 1),
            reason="慢",
        )
    with pytest.raises(Invalid, match="填写的内容有误"):
        add_follow_up(ledger.session, **ledger.args("keeper_a"), hazard_id=written.id, track="tracking", note=" ")


def test_remark_when_the_hazard_is_closed_then_refused_and_nothing_hangs_on_it(ledger: Ledger) -> None:
    written = ledger.walk(ledger.report(), to="close")
    assert ledger.row(written).canonical == "closed"
    with pytest.raises(Refused):
        add_follow_up(
            ledger.session, **ledger.args("head"), hazard_id=written.id, track=None, note="补一张照片",
            file_ids=[ledger.photo("head")],
        )  # fmt: skip
    assert ledger.row(written).version == written.version


def test_regrade_then_limit_and_list_follow_and_only_the_district_lowers(ledger: Ledger) -> None:
    written = ledger.walk(ledger.report(), to="register")
    args = {"hazard_id": written.id, "version": None}
    regrade(ledger.session, **ledger.args("keeper_a"), **args, grade="major", reason="涉及全校疏散")
    row = ledger.row(written)
    assert (row.grade, row.due_on, row.escalations[-1]["code"]) == ("major", date(2021, 2, 24), "major")
    with pytest.raises(Forbidden):
        regrade(ledger.session, **ledger.args("keeper_a"), **args, grade="general", reason="已临时疏通")
    regrade(ledger.session, **ledger.args("head"), **args, grade="general", reason="已临时疏通")
    assert ledger.row(written).due_on == date(2020, 12, 26)


def test_amend_then_changes_are_told_and_closed_cases_stay(ledger: Ledger) -> None:
    written = ledger.report()
    args = {"plugins": ledger.plugins, "plugins_on": ON, "hazard_id": written.id}
    amended = amend_hazard(ledger.session, **ledger.args("staff_a"), **args, version=1, changes={"place": "教学楼三层"})
    assert amended.version == 2
    event = ledger.session.scalars(select(HazardEvent).where(HazardEvent.kind == "amend")).one()
    assert event.changes == {"place": ["教学楼二层", "教学楼三层"]}
    with pytest.raises(Invalid) as caught:
        amend_hazard(ledger.session, **ledger.args("staff_a"), **args, version=2, changes={"category": "food.any"})
    assert "category" in caught.value.fields
    ledger.walk(amended, to="close")
    with pytest.raises(Refused):
        amend_hazard(ledger.session, **ledger.args("keeper_a"), **args, version=None, changes={"place": "操场"})


def test_recurrence_then_a_new_case_points_at_the_closed_one(ledger: Ledger) -> None:
    closed = ledger.walk(ledger.report(), to="close")
    again = ledger.report(recurrence_of=closed.id)
    assert ledger.row(again).recurrence_of == closed.id and ledger.row(closed).canonical == "closed"
    with pytest.raises(Invalid):
        ledger.report(recurrence_of=again.id)
    other = ledger.report()
    link_recurrence(
        ledger.session, **ledger.args("keeper_a"), hazard_id=other.id, version=None, recurrence_of=closed.id
    )
    assert ledger.row(other).recurrence_of == closed.id


def test_neighbour_when_ids_are_used_here_then_not_found(ledger: Ledger, neighbour: World, clock: FixedClock) -> None:
    with neighbour.session() as session:
        theirs = Ledger(neighbour, session, bare_plugins()).report()
    with pytest.raises(NotFound):
        add_follow_up(ledger.session, **ledger.args("head"), hazard_id=theirs.id, track=None, note="看得到吗")
    assert ledger.session.scalar(select(func.count()).select_from(Hazard)) == 0
