"""The machine by example: what opens, what is missing, who is barred, what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from core.hazards.lifecycle import CaseState, Entry, Machine, PartValue, Role, Standing, Verification
from core.hazards.lifecycle.dates import clock_on
from core.kernel.errors import Forbidden, Invalid, Refused
from core.tenancy.packs.model.lifecycle import EvidenceKind, Fact, Party, Relation
from tests.core.hazards.filling import ALL_PERMISSIONS, filled, new_case
from tests.core.hazards.samples import finder_closes, six_steps

NOW = datetime(2020, 9, 1, 2, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Shanghai
FINDER, FIXER, HEAD, OFFICER = (uuid4() for _ in range(4))


def standing(person: UUID, *relations: Relation, permissions: frozenset[str] = ALL_PERMISSIONS) -> Standing:
    return Standing(person, frozenset(Role(relation, permissions) for relation in relations))


SCHOOL = (Relation.UNIT, Relation.FINDER_UNIT, Relation.KEEPER, Relation.RECTIFIER)


@pytest.fixture
def machine() -> Machine:
    return Machine(six_steps())


def step(
    machine: Machine,
    state: CaseState,
    code: str,
    person: UUID,
    *relations: Relation,
    now: datetime = NOW,
    **leave: object,
) -> CaseState:
    who = standing(person, *(relations or SCHOOL))
    move = next(move for move in machine.moves_open(state, who, now=now) if move.code == code)
    decided = machine.decide(
        state, code, entry=filled(machine, move, now=now, responsible=FIXER), standing=who, now=now
    )
    after = decided[-1].after
    for fact, _ in (draw for decision in decided for draw in decision.draws):
        after = after.with_facts(**{fact: "WJ-2020-00001"})
    return after


def walked(machine: Machine, *codes: str, source: str = "self", now: datetime = NOW) -> CaseState:
    state = machine.report(new_case(machine, found_by=FINDER, now=now, source=source), entry=Entry(), now=now).after
    for code in codes:
        state = step(machine, state, code, FIXER if code in ("start", "tell") else HEAD, now=now)
    return state


def test_report_when_place_is_empty_then_it_is_named(machine: Machine) -> None:
    with pytest.raises(Invalid) as caught:
        machine.report(new_case(machine, found_by=FINDER, now=NOW, place=" "), entry=Entry(), now=NOW)
    assert "位置" in caught.value.text() and list(caught.value.fields) == ["facts.place"]


def test_register_when_nothing_entered_then_each_missing_fact_is_named_and_nothing_drawn(machine: Machine) -> None:
    state = walked(machine)
    with pytest.raises(Invalid) as caught:
        machine.decide(state, "register", entry=Entry(), standing=standing(HEAD, *SCHOOL), now=NOW)
    assert caught.value.text() == "“登记”还缺：领域、隐患等级"
    assert set(caught.value.fields) == {"facts.domain", "facts.grade"}


def test_register_then_number_is_drawn_and_the_limit_starts(machine: Machine) -> None:
    state = walked(machine)
    entry = Entry(facts={Fact.DOMAIN: "fire", Fact.GRADE: "general"})
    (decision,) = machine.decide(state, "register", entry=entry, standing=standing(HEAD, *SCHOOL), now=NOW)
    assert decision.draws == ((Fact.LEDGER_NO, "hazard"),)
    assert decision.after.due_on == date(2020, 9, 16)
    assert decision.topics == ("hazard.registered",)


def test_major_then_working_days_count_and_the_leaders_are_told(machine: Machine) -> None:
    entry = Entry(facts={Fact.DOMAIN: "fire", Fact.GRADE: "major"})
    friday = NOW + timedelta(days=3)
    (decision,) = machine.decide(
        walked(machine, now=friday), "register", entry=entry, standing=standing(HEAD, *SCHOOL), now=friday
    )
    assert decision.after.due_on == date(2020, 9, 9)
    assert decision.escalations == ("leaders",)


def test_plan_when_fire_then_interim_controls_are_asked_too(machine: Machine) -> None:
    state = walked(machine, "register").with_facts(domain="fire")
    plan = next(move for move in machine.moves_open(state, standing(HEAD, *SCHOOL), now=NOW) if move.code == "plan")
    assert [ask.field for ask in plan.missing] == [
        "ground", "plan.responsible", "plan.measures", "plan.funds", "plan.due", "plan.contingency", "plan.controls",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("part", "value", "right"),
    [
        ("funds", PartValue(None), "请填写金额，无需资金时填 0"),
        ("contingency", PartValue(""), "请填写"),
        ("responsible", PartValue(None, waived="不需要"), "此项必须落实，不能写“不需要”"),
        ("due", PartValue("2020-08-31"), "不能早于今天"),
        ("due", PartValue("2020-09-17"), "不得晚于 2020-09-16；需要更久请办理延期"),
        ("due", PartValue("下周"), "日期写成 2020-09-01 的形式"),
        ("funds", PartValue(-1), "金额应为不小于 0 的数"),
    ],
)
def test_plan_when_a_part_is_wrong_then_it_is_named(machine: Machine, part: str, value: PartValue, right: str) -> None:
    state = walked(machine, "register")
    who = standing(HEAD, *SCHOOL)
    plan = next(move for move in machine.moves_open(state, who, now=NOW) if move.code == "plan")
    entry = filled(machine, plan, now=NOW, responsible=FIXER)
    with pytest.raises(Invalid) as caught:
        machine.decide(state, "plan", entry=replace(entry, plan={**entry.plan, part: value}), standing=who, now=NOW)
    assert caught.value.fields == {f"plan.{part}": right}


def test_plan_when_funds_are_zero_and_contingency_waived_then_it_is_complete(machine: Machine) -> None:
    state = walked(machine, "register")
    who = standing(HEAD, *SCHOOL)
    plan = next(move for move in machine.moves_open(state, who, now=NOW) if move.code == "plan")
    entry = filled(machine, plan, now=NOW, responsible=FIXER)
    parts = {**entry.plan, "funds": PartValue(0), "contingency": PartValue(waived="当场清理，无需预案")}
    assert machine.decide(state, "plan", entry=replace(entry, plan=parts), standing=who, now=NOW)


def test_move_when_a_field_is_not_asked_then_it_is_refused_by_name(machine: Machine) -> None:
    state = walked(machine, "register", "plan", "start")
    with pytest.raises(Invalid) as caught:
        machine.decide(
            state, "tell", entry=Entry(facts={Fact.GRADE: "general"}), standing=standing(FIXER, *SCHOOL), now=NOW
        )
    assert caught.value.fields == {"facts.grade": "这一步不能填写此项"}


def test_close_when_rectifier_then_refused_and_the_page_says_so(machine: Machine) -> None:
    state = replace(walked(machine, "register", "plan", "start", "tell"), follow_ups={"tracking": 1})
    entry = Entry(verification=Verification(gone=True))
    with pytest.raises(Refused, match="整改的人不能自己办这一步"):
        machine.decide(state, "close", entry=entry, standing=standing(FIXER, *SCHOOL), now=NOW)
    shown = next(move for move in machine.moves_open(state, standing(FIXER, *SCHOOL), now=NOW) if move.code == "close")
    assert shown.refusal
    (decision,) = machine.decide(state, "close", entry=entry, standing=standing(HEAD, *SCHOOL), now=NOW)
    assert decision.canonical == "closed" and clock_on(machine.life, decision.after) is None


def test_close_when_found_by_supervision_then_only_the_district(machine: Machine) -> None:
    state = replace(walked(machine, "register", "plan", "start", "tell", source="visit"), follow_ups={"tracking": 1})
    entry = Entry(verification=Verification(gone=True))
    with pytest.raises(Forbidden, match="区（县）教育局"):
        machine.decide(state, "close", entry=entry, standing=standing(HEAD, *SCHOOL), now=NOW)
    assert machine.decide(state, "close", entry=entry, standing=standing(OFFICER, Relation.DISTRICT), now=NOW)


def test_close_when_follow_up_is_missing_then_the_log_is_named(machine: Machine) -> None:
    state = walked(machine, "register", "plan", "start", "tell")
    with pytest.raises(Invalid) as caught:
        machine.decide(state, "close", entry=Entry(), standing=standing(HEAD, *SCHOOL), now=NOW)
    assert caught.value.text() == "“销账”还缺：现场复核、跟踪记录（至少1条）"


def test_send_back_then_an_earlier_verification_proves_nothing(machine: Machine) -> None:
    state = replace(walked(machine, "register", "plan", "start", "tell"), verified_at=NOW)
    (decision,) = machine.decide(
        state, "send_back", entry=Entry(reason="还有杂物"), standing=standing(HEAD, *SCHOOL), now=NOW
    )
    assert decision.after.verified_at is None
    assert HEAD not in decision.after.played.get(Party.RECTIFIER, ()), "whoever sends back has rectified nothing"


def test_shortcut_then_all_moves_are_decided_in_order_and_closing_stays_with_another(machine: Machine) -> None:
    state = walked(machine)
    who = standing(FIXER, *SCHOOL)
    at_once = next(move for move in machine.moves_open(state, who, now=NOW) if move.code == "at_once")
    entry = filled(machine, at_once, now=NOW, responsible=FIXER)
    decisions = machine.decide(state, "at_once", entry=entry, standing=who, now=NOW)
    assert [decision.code for decision in decisions] == ["register", "plan", "start", "tell"]
    assert decisions[-1].after.evidence == {EvidenceKind.AFTER: 1}, "files of one form count once"
    with pytest.raises(Refused):
        machine.decide(decisions[-1].after, "close", entry=Entry(), standing=who, now=NOW)


def test_move_when_stage_is_wrong_then_says_what_is_possible(machine: Machine) -> None:
    with pytest.raises(Refused) as caught:
        machine.decide(walked(machine), "tell", entry=Entry(), standing=standing(HEAD, *SCHOOL), now=NOW)
    assert caught.value.text() == "“隐患排查”阶段不能报告；现在可以：立查立改、登记、注销"


def test_move_when_code_is_unknown_then_names_the_known(machine: Machine) -> None:
    with pytest.raises(Invalid) as caught:
        machine.decide(walked(machine), "vanish", entry=Entry(), standing=standing(HEAD, *SCHOOL), now=NOW)
    assert "register" in caught.value.fields["move"]


def test_move_when_relation_and_permission_come_through_two_grants_then_forbidden(machine: Machine) -> None:
    split = Standing(HEAD, frozenset({Role(Relation.KEEPER, frozenset()), Role(Relation.CLUSTER, ALL_PERMISSIONS)}))
    with pytest.raises(Forbidden):
        machine.decide(walked(machine), "register", entry=Entry(), standing=split, now=NOW)


def test_extension_then_limit_moves_once_and_is_remembered(machine: Machine) -> None:
    state = walked(machine, "register")
    who = standing(OFFICER, Relation.DISTRICT)
    with pytest.raises(Invalid) as caught:
        machine.extend(state, until=date(2020, 12, 1), entry=Entry(reason="施工"), standing=who, now=NOW)
    assert "2020-10-16" in caught.value.fields["until"]
    with pytest.raises(Invalid, match="理由"):
        machine.extend(state, until=date(2020, 10, 1), entry=Entry(), standing=who, now=NOW)
    after = machine.extend(state, until=date(2020, 10, 1), entry=Entry(reason="施工"), standing=who, now=NOW).after
    assert (after.due_on, after.original_due_on, after.extensions) == (date(2020, 10, 1), date(2020, 9, 16), 1)
    with pytest.raises(Refused, match="已延期 1 次"):
        machine.extend(after, until=date(2020, 10, 5), entry=Entry(reason="施工"), standing=who, now=NOW)
    with pytest.raises(Forbidden):
        machine.extend(
            state, until=date(2020, 10, 1), entry=Entry(reason="施工"), standing=standing(HEAD, *SCHOOL), now=NOW
        )


def test_risk_control_then_terms_are_asked_its_end_is_the_clock_and_renewals_run_out(machine: Machine) -> None:
    state = walked(machine, "register", "plan", "start")
    who = standing(HEAD, *SCHOOL)
    with pytest.raises(Invalid) as caught:
        machine.decide(state, "guard", entry=Entry(), standing=who, now=NOW)
    assert "盯防人" in caught.value.text() and "管控到期日" in caught.value.text()
    guarded = step(machine, state, "guard", HEAD)
    assert clock_on(machine.life, guarded) == guarded.control_until
    with pytest.raises(Invalid, match="请按提示修改") as late:
        machine.renew_control(guarded, until=date(2021, 6, 1), entry=Entry(reason="汛期"), standing=who, now=NOW)
    assert late.value.fields == {"control_until": "不得晚于 2020-11-30"}
    renewed = machine.renew_control(
        guarded, until=date(2020, 11, 1), entry=Entry(reason="汛期"), standing=who, now=NOW
    ).after
    with pytest.raises(Refused, match="次数已用完"):
        machine.renew_control(renewed, until=date(2020, 11, 5), entry=Entry(reason="汛期"), standing=who, now=NOW)
    assert machine.escalations_due(renewed, now=datetime(2020, 11, 1, 12, tzinfo=UTC)) == []
    assert machine.escalations_due(renewed, now=datetime(2020, 11, 1, 16, tzinfo=UTC)) == ["government"]


def test_overdue_then_escalates_once_from_the_day_after(machine: Machine) -> None:
    state = walked(machine, "register")
    last_moment = datetime(2020, 9, 16, 15, 59, tzinfo=UTC)
    assert machine.escalations_due(state, now=last_moment) == []
    assert machine.escalations_due(state, now=last_moment + timedelta(minutes=1)) == ["focus"]
    assert machine.escalations_due(machine.fire(state, "focus").after, now=last_moment + timedelta(days=9)) == []


def test_long_term_then_closing_needs_number_and_supervisor(machine: Machine) -> None:
    state = replace(walked(machine, "register", "plan", "start", "tell"), follow_ups={"tracking": 1}, ground="long")
    closing = Entry(verification=Verification(gone=True))
    with pytest.raises(Invalid, match="督办编号、督办责任人"):
        machine.decide(state, "close", entry=closing, standing=standing(HEAD, *SCHOOL), now=NOW)
    decision = machine.supervise(
        state, supervisor="分管领导", entry=Entry(), standing=standing(OFFICER, Relation.DISTRICT), now=NOW
    )
    assert decision.draws == ((Fact.SUPERVISION_NO, "supervision"),)
    assert machine.decide(
        decision.after.with_facts(supervision_no="DB-1"),
        "close",
        entry=closing,
        standing=standing(HEAD, *SCHOOL),
        now=NOW,
    )


def test_follow_up_runs_beside_the_stages_and_ends_with_closing(machine: Machine) -> None:
    with pytest.raises(Refused, match="不在跟踪的期间内"):
        machine.follow_up(walked(machine), "tracking", standing=standing(HEAD, *SCHOOL))
    state = machine.follow_up(walked(machine, "register"), "tracking", standing=standing(HEAD, *SCHOOL)).after
    assert state.follow_ups == {"tracking": 1} and state.stage == "booked"


def test_finder_closes_when_found_above_then_the_school_may_not() -> None:
    machine = Machine(finder_closes())
    state = machine.report(new_case(machine, found_by=OFFICER, now=NOW, source="visit"), entry=Entry(), now=NOW).after
    school = standing(FIXER, Relation.UNIT, Relation.RECTIFIER)
    state = step(machine, state, "fix", FIXER, Relation.UNIT)
    entry = Entry(
        facts={Fact.MEASURE_DONE: "已清理"}, evidence={EvidenceKind.AFTER: 1}, verification=Verification(gone=True)
    )
    with pytest.raises(Forbidden, match="发现单位"):
        machine.decide(state, "close", entry=entry, standing=school, now=NOW)
    assert machine.decide(state, "close", entry=entry, standing=standing(OFFICER, Relation.FINDER_UNIT), now=NOW)


def test_finder_closes_when_the_school_found_it_then_a_second_person_of_it() -> None:
    machine = Machine(finder_closes())
    state = machine.report(new_case(machine, found_by=FIXER, now=NOW), entry=Entry(), now=NOW).after
    state = step(machine, state, "fix", FIXER, Relation.UNIT)
    entry = Entry(
        facts={Fact.MEASURE_DONE: "已清理"}, evidence={EvidenceKind.AFTER: 1}, verification=Verification(gone=True)
    )
    with pytest.raises(Refused):
        machine.decide(state, "close", entry=entry, standing=standing(FIXER, Relation.FINDER_UNIT), now=NOW)
    assert machine.decide(state, "close", entry=entry, standing=standing(HEAD, Relation.FINDER_UNIT), now=NOW)


def test_nobody_in_person_cannot_make_a_two_person_move(machine: Machine) -> None:
    state = replace(walked(machine, "register", "plan", "start", "tell"), follow_ups={"tracking": 1})
    with pytest.raises(Refused):
        machine.decide(
            state,
            "close",
            entry=Entry(verification=Verification(True)),
            standing=Standing(None, everything=True),
            now=NOW,
        )
