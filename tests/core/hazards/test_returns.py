"""Sent back: what was shown and told before proves nothing any more. In the machine, in every district, on the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.hazards.lifecycle import CaseState, Decision, Entry, Machine, OpenMove, Role, Standing
from core.hazards.models import HazardEvent
from core.kernel.errors import Invalid, XiaoanError
from core.tenancy.packs.model.lifecycle import MAIN_LINE, Canonical, EvidenceKind, Fact, Lifecycle, Relation
from tests.core.hazards.filling import ALL_PERMISSIONS, filled, new_case
from tests.core.hazards.ledger import Ledger, bare_plugins
from tests.core.hazards.samples import DISTRICTS, lifecycles
from tests.core.hazards.web import Browser
from tests.factories.world import World

LIVES = lifecycles()
RETURNING = [
    name for name, life in LIVES.items() if any(life.canonical(move.to) is Canonical.REPORTED for move in life.moves)
]
START = datetime(2020, 9, 1, 2, 0, tzinfo=UTC)
FIXER, HEAD, FINDER = uuid4(), uuid4(), uuid4()
PEOPLE = (FIXER, HEAD, FINDER)
TOLD = (Canonical.REPORTED, Canonical.VERIFIED)


def anybody(person: UUID) -> Standing:
    return Standing(person, frozenset(Role(relation, ALL_PERMISSIONS) for relation in Relation))


def drawn(state: CaseState, decisions: tuple[Decision, ...]) -> CaseState:
    for fact in {fact for decision in decisions for fact, _ in decision.draws}:
        state = state.with_facts(**{fact: f"{fact}-1"})
    return state


def opened(machine: Machine, state: CaseState, person: UUID, now: datetime) -> list[OpenMove]:
    return [
        own for own in machine.moves_open(state, anybody(person), now=now) if not own.refusal and len(own.moves) == 1
    ]


def ahead(life: Lifecycle, here: str, there: OpenMove) -> int:
    came = life.canonical(here)
    if there.canonical.side or came.side:
        return 99
    return MAIN_LINE.index(there.canonical) - MAIN_LINE.index(came)


def walk(machine: Machine, state: CaseState, until: tuple[Canonical, ...], now: datetime) -> CaseState:
    """On by whoever may, everything filled."""
    for _ in range(12):
        if machine.life.canonical(state.stage) in until:
            return state
        for person in PEOPLE:
            for track in machine.open_tracks(state, anybody(person)):
                state = machine.follow_up(state, track.code, standing=anybody(person), now=now).after
            way = [own for own in opened(machine, state, person, now) if 0 < ahead(machine.life, state.stage, own) < 9]
            if way:
                entry = filled(machine, way[0], now=now, responsible=FIXER)
                state = drawn(*_made(machine, state, way[0].code, entry, person, now))
                break
    raise AssertionError(f"stuck in {state.stage}")


def _made(
    machine: Machine, state: CaseState, code: str, entry: Entry, person: UUID, now: datetime
) -> tuple[CaseState, tuple[Decision, ...]]:
    decisions = machine.decide(state, code, entry=entry, standing=anybody(person), now=now)
    return decisions[-1].after, decisions


def begun(machine: Machine) -> CaseState:
    told = new_case(machine, found_by=FINDER, now=START, domain="food", category="food.any")
    decision = machine.report(told, entry=Entry(evidence={EvidenceKind.BEFORE: 1}), now=START)
    return drawn(decision.after, (decision,))


def back(machine: Machine, state: CaseState, now: datetime) -> CaseState:
    """Sent back by a second person."""
    way = next(own for own in opened(machine, state, HEAD, now) if -9 < ahead(machine.life, state.stage, own) < 0)
    (decision,) = machine.decide(state, way.code, entry=Entry(reason="还有杂物"), standing=anybody(HEAD), now=now)
    assert decision.sent_back
    return decision.after


@pytest.mark.parametrize("name", DISTRICTS)
@pytest.mark.parametrize("stage", TOLD)
def test_district_when_sent_back_then_report_and_verification_are_asked_for_anew(name: str, stage: Canonical) -> None:
    life = LIVES[name]
    machine = Machine(life)
    if not life.stages_of(stage):
        assert stage is Canonical.VERIFIED and name != "yongqiao", "only yongqiao verifies in a stage of its own"
        return
    state = back(machine, walk(machine, begun(machine), (stage,), START), START)
    assert not state.has(Fact.MEASURE_DONE) and not state.has(Fact.DONE_AT) and state.verified_at is None
    move = next(own for own in opened(machine, state, FIXER, START) if own.canonical is Canonical.REPORTED)
    missing = {ask.field: ask for ask in move.missing}
    assert {"facts.measure_done", "facts.done_at", "evidence.after"} <= set(missing)
    assert missing["evidence.after"].right == "退回之前的不再作数，请上传退回之后的"
    told = filled(machine, move, now=START, responsible=FIXER)
    for lacking in (replace(told, evidence={}), replace(told, facts={})):
        with pytest.raises(Invalid) as caught:
            machine.decide(state, move.code, entry=lacking, standing=anybody(FIXER), now=START)
        assert set(caught.value.fields) <= {"evidence.after", "facts.measure_done", "facts.done_at"}
    again = walk(machine, state, (Canonical.CLOSED,), START + timedelta(hours=1))
    assert again.evidence[EvidenceKind.AFTER] == 2, "the old photo stays with the hazard"


@pytest.mark.parametrize("name", RETURNING)
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_no_path_reaches_closed_with_only_evidence_older_than_the_last_return(name: str, data: st.DataObject) -> None:
    """The oracle counts files and words since the last return by itself."""
    life = LIVES[name]
    machine = Machine(life)
    now = START
    state = walk(machine, begun(machine), TOLD, now)
    files, words, looked = 1, True, False
    for _ in range(data.draw(st.integers(2, 16))):
        now += timedelta(
            minutes=data.draw(st.integers(0, 90))
        )  # several things in one minute: order counts, not the clock
        person = data.draw(st.sampled_from(PEOPLE))
        for track in machine.open_tracks(state, anybody(person)):
            state = machine.follow_up(state, track.code, standing=anybody(person), now=now).after
        if machine.may_supervise(state, anybody(person)):
            order = machine.supervise(state, supervisor="分管领导", entry=Entry(), standing=anybody(person), now=now)
            state = drawn(order.after, (order,))
        moves = opened(machine, state, person, now)
        if not moves:
            continue
        backs = [own for own in moves if ahead(life, state.stage, own) < 0]
        move = data.draw(st.sampled_from(backs or moves if data.draw(st.booleans()) else moves))
        left = data.draw(
            st.sets(st.sampled_from(["evidence.after", "facts.measure_done", "facts.done_at", "verification"]))
        )
        entry = filled(machine, move, now=now, responsible=FIXER, leave=frozenset(left))
        try:
            after, decisions = _made(machine, state, move.code, entry, person, now)
        except XiaoanError:
            continue
        came, goes = life.canonical(state.stage), life.canonical(after.stage)
        files += entry.evidence.get(EvidenceKind.AFTER, 0)
        words = words or Fact.MEASURE_DONE in entry.facts
        looked = looked or entry.verification is not None or goes is Canonical.VERIFIED
        if came in TOLD and ahead(life, state.stage, move) < 0:
            files, words, looked = 0, False, False
        state = drawn(after, decisions)
        if goes in TOLD or goes is Canonical.CLOSED:
            assert files >= 1 and words, f"{move.code} rests on what was shown before the return"
        if goes is Canonical.CLOSED:
            assert looked, "closed without anybody looking since the return"
            return


def test_service_when_sent_back_then_refused_until_there_is_something_new_and_history_keeps_the_old(
    ledger: Ledger,
) -> None:
    written = ledger.walk(ledger.report(), to="report")
    before = ledger.row(written)
    assert before.measure_done and before.reported_to
    ledger.move(written, "principal_a", "return", reason="还有杂物")
    row = ledger.row(written)
    assert (row.measure_done, row.done_at, row.reported_to, row.canonical) == ("", None, "", "rectifying")
    event = ledger.session.scalars(select(HazardEvent).where(HazardEvent.code == "return")).one()
    assert event.data["sent_back"] and event.changes["measure_done"] == ["已写明", None]
    with pytest.raises(Invalid, match="整改后照片") as caught:
        _report(ledger, written.id, files=False)
    assert caught.value.fields["evidence.after"] == "退回之前的不再作数，请上传退回之后的"
    again = _report(ledger, written.id, files=True)
    ledger.follow(again)
    assert ledger.move(again, "principal_a", "close").canonical == "closed"


def _report(ledger: Ledger, hazard_id: UUID, *, files: bool):  # type: ignore[no-untyped-def]  # what the service returns
    from core.hazards.services import move_hazard
    from tests.core.hazards.ledger import ON

    now = ledger.session.now()
    entry = Entry(facts={Fact.MEASURE_DONE: "再次清理", Fact.DONE_AT: now}, report_to="工作专班")
    kept = [ledger.photo("line_a", "after")] if files else []
    return move_hazard(
        ledger.session, **ledger.args("line_a"), plugins=ledger.plugins, plugins_on=ON, hazard_id=hazard_id, version=None,
        move="report", entry=entry, file_ids=kept,
    )  # fmt: skip


def test_page_when_sent_back_then_old_photos_are_marked_and_new_ones_asked_for(app: Flask, world: World) -> None:
    with world.session() as session:
        ledger = Ledger(world, session, bare_plugins())
        written = ledger.walk(ledger.report(), to="report")
        ledger.move(written, "principal_a", "return", reason="还有杂物")
    line = Browser.of(app, world, "line_a")
    page = line.get(f"/hazards/{written.id}").get_data(as_text=True)
    assert "已退回，须重新举证" in page and "退回以前的，不再作数" in page and "请上传退回之后的" in page
    form = {
        "version": written.version + 1, "facts.measure_done": "再次清理", "facts.done_at": "2020-11-26T10:00", "report_to": "工作专班",
    }  # fmt: skip
    refused = line.post(f"/hazards/{written.id}/moves/report", form)
    assert refused.status_code == 422 and "退回之前的不再作数，请上传退回之后的" in refused.get_data(as_text=True)
    with world.session() as session:
        _report(Ledger(world, session, bare_plugins()), written.id, files=True)
    page = line.get(f"/hazards/{written.id}").get_data(as_text=True)
    assert page.count("退回以前的，不再作数") == 1, "the new photo stands apart from the old"
