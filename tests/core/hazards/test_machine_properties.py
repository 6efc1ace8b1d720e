"""Whatever anybody tries, in whatever order: nothing is closed without what the pack requires.

The oracle reads the pack and keeps its own books of who did what; it shares no code with the machine's decisions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.hazards.lifecycle import Ask, CaseState, Decision, Entry, Machine, Role, Standing
from core.kernel.errors import Forbidden, Invalid, Refused, XiaoanError
from core.tenancy.packs.model.lifecycle import (
    Canonical,
    EvidenceKind,
    Fact,
    LegalGrade,
    Lifecycle,
    Move,
    Need,
    PartKind,
    Party,
    Relation,
    Requirement,
)  # fmt: skip
from tests.core.hazards.filling import ALL_PERMISSIONS, filled, new_case
from tests.core.hazards.samples import lifecycles

LIVES = lifecycles()
START = datetime(2020, 9, 1, 2, 0, tzinfo=UTC)
PEOPLE = tuple(uuid4() for _ in range(3))
FORWARD = (Canonical.DISCOVERED, Canonical.REGISTERED, Canonical.PLANNED)


@dataclass
class Books:
    """The oracle's own record of one case."""

    rectifiers: set[UUID] = field(default_factory=set)
    files: dict[EvidenceKind, int] = field(default_factory=dict)
    log: dict[str, int] = field(default_factory=dict)
    looked: bool = False
    """Somebody looked after the last work."""
    seen: dict[Party, set[UUID]] = field(default_factory=dict)


def demand_met(
    life: Lifecycle, need: Requirement, after: CaseState, entry: Entry, books: Books, draws: set[Fact]
) -> bool:
    match need.need:
        case Need.FIELDS:
            return all(str(after.facts.get(Fact(name)) or "").strip() or Fact(name) in draws for name in need.of)
        case Need.GROUND:
            return len(life.grounds) == 1 or after.ground is not None
        case Need.PLAN:
            ground = after.ground or next(own.code for own in life.grounds if own.default)
            wanted = set(need.of) or set(life.ground(ground).parts)
            conditions = {
                "grade": after.grade,
                "source": after.source,
                "domain": after.domain,
                "org_type": after.org_type,
            }
            if not need.of:
                wanted |= {
                    code
                    for rule in life.part_rules
                    if rule.when.matches(ground=ground, **conditions)
                    for code in rule.parts
                }
            return all(_part_met(life, code, after) for code in wanted)
        case Need.EVIDENCE:
            return sum(books.files.get(kind, 0) for kind in need.kinds or tuple(EvidenceKind)) >= need.at_least
        case Need.FOLLOW_UP:
            return books.log.get(need.of[0], 0) >= need.at_least
        case Need.VERIFICATION:
            return books.looked
        case Need.REASON:
            return bool(entry.reason.strip())
        case Need.REPORT_TO:
            return bool(after.reported_to.strip())


def _part_met(life: Lifecycle, code: str, after: CaseState) -> bool:
    part, held = life.part(code), after.plan.get(code)
    if part.kind is PartKind.NUMBER:
        return bool(after.facts.get(Fact.SUPERVISION_NO))
    if held is None:
        return False
    if held.waived.strip():
        return part.waivable
    if part.kind is PartKind.MONEY:
        return isinstance(held.value, int) and (held.value > 0 or part.zero_ok)
    return bool(str(held.value or held.label).strip())


def keep(books: Books, life: Lifecycle, move: Move, before: CaseState, entry: Entry, person: UUID) -> None:
    """Writes one allowed move into the oracle's books, before its demands are looked at."""
    came, goes = life.canonical(before.stage), life.canonical(move.to)
    demands = [*life.stage(move.to).requires, *move.requires]
    if (
        entry.verification is not None
        and entry.verification.gone
        and any(own.need is Need.VERIFICATION for own in demands)
    ):
        books.looked = True
    if goes is Canonical.REPORTED or (goes is Canonical.RECTIFYING and came in FORWARD):
        books.rectifiers.add(person)


def check(life: Lifecycle, decision: Decision, entry: Entry, person: UUID, books: Books) -> None:
    assert decision.before is not None
    move = life.move(decision.code)
    assert decision.before.stage in move.from_ and decision.after.stage == move.to, (
        "a pair of stages that the pack does not have"
    )
    assert not life.canonical(decision.before.stage).final, "something left a final stage"
    responsible = next((part.code for part in life.parts if part.kind is PartKind.PERSON), None)
    held = decision.before.plan.get(responsible) if responsible else None
    rectifiers = books.rectifiers | ({UUID(str(held.value))} if held and held.value else set())
    if Party.RECTIFIER in move.not_same_person_as:
        assert person not in rectifiers, "the rectifier judged the own work"
    keep(books, life, move, decision.before, entry, person)
    conditions = {
        "grade": decision.after.grade, "ground": decision.before.ground or life.ground(None).code, "source": decision.after.source,
        "domain": decision.after.domain, "org_type": decision.after.org_type,
    }  # fmt: skip
    draws = {fact for fact, _ in decision.draws}
    for need in (*life.stage(move.to).requires, *move.requires):
        if need.when.matches(**conditions):
            assert demand_met(life, need, decision.after, entry, books, draws), f"{decision.code} without {need}"
    goes = life.canonical(move.to)
    if goes is Canonical.VERIFIED:
        books.looked = True
    elif goes not in (Canonical.CLOSED, Canonical.CANCELLED, Canonical.RISK_CONTROLLED):
        books.looked = False


def standing_of(data: st.DataObject, person: UUID) -> Standing:
    relations = data.draw(st.sets(st.sampled_from(list(Relation)), min_size=1))
    return Standing(person, frozenset(Role(relation, ALL_PERMISSIONS) for relation in relations))


def drawn(state: CaseState, decisions: tuple[Decision, ...]) -> CaseState:
    for fact in {fact for decision in decisions for fact, _ in decision.draws}:
        state = state.with_facts(**{fact: f"{fact}-1"})
    return state


@pytest.mark.parametrize("name", LIVES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_path_reaches_closed_without_what_the_pack_requires(name: str, data: st.DataObject) -> None:
    life = LIVES[name]
    machine = Machine(life)
    now = START
    source = data.draw(st.sampled_from([own.code for own in life.sources]))
    domain = data.draw(st.sampled_from(["fire", "food"]))
    grade = data.draw(st.sampled_from([str(own) for own in LegalGrade]))
    told = new_case(machine, found_by=PEOPLE[0], now=now, source=source, domain=domain, category=f"{domain}.any")
    begun = machine.report(told, entry=Entry(evidence={EvidenceKind.BEFORE: 1}), now=now)
    state, books = drawn(begun.after, (begun,)), Books(files={EvidenceKind.BEFORE: 1})
    codes = [own.code for own in (*life.moves, *life.shortcuts)]
    for _ in range(data.draw(st.integers(1, 14))):
        now += timedelta(hours=data.draw(st.integers(1, 60)))
        person = data.draw(st.sampled_from(PEOPLE))
        who = standing_of(data, person)
        open_now = [move for move in machine.moves_open(state, who, now=now) if not move.refusal]
        wild = not open_now or data.draw(st.integers(0, 4)) == 0
        code = data.draw(st.sampled_from(codes)) if wild else data.draw(st.sampled_from(open_now)).code
        opened = next((move for move in open_now if move.code == code), None)
        asks: tuple[Ask, ...] = opened.missing if opened is not None else ()
        left = (
            data.draw(st.sets(st.sampled_from([ask.field for ask in asks]), max_size=1))
            if asks and data.draw(st.booleans())
            else set()
        )
        entry = filled(
            machine, opened, now=now, responsible=PEOPLE[1], grade=grade, domain=domain, leave=frozenset(left)
        )
        for track in machine.open_tracks(state, who):
            state = machine.follow_up(state, track.code, standing=who).after
            books.log[track.code] = books.log.get(track.code, 0) + 1
        if machine.may_supervise(state, who):
            decision = machine.supervise(state, supervisor="分管领导", entry=Entry(), standing=who, now=now)
            state = drawn(decision.after, (decision,))
        try:
            decisions = machine.decide(state, code, entry=entry, standing=who, now=now)
        except XiaoanError as refused:
            check_refusal(refused)
            continue
        for kind, count in entry.evidence.items():
            books.files[kind] = books.files.get(kind, 0) + count
        for decision in decisions:
            check(life, decision, entry, person, books)
        state = drawn(decisions[-1].after, decisions)
        if life.canonical(state.stage).final:
            for tried in codes:
                with pytest.raises(XiaoanError):
                    machine.decide(state, tried, entry=entry, standing=who, now=now)
            return


def check_refusal(refused: XiaoanError) -> None:
    """Every refusal says what is missing or why, in words."""
    assert isinstance(refused, (Invalid, Refused, Forbidden))
    assert refused.text().strip() and "%(" not in refused.text()
    if isinstance(refused, Invalid):
        assert refused.fields and all(right.strip() for right in refused.fields.values())


@pytest.mark.parametrize("name", LIVES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_every_field_left_empty_is_named(name: str, data: st.DataObject) -> None:
    life = LIVES[name]
    machine = Machine(life)
    everybody = frozenset(Role(relation, ALL_PERMISSIONS) for relation in Relation)
    told = new_case(machine, found_by=PEOPLE[0], now=START, domain="food", category="food.any")
    begun = machine.report(told, entry=Entry(evidence={EvidenceKind.BEFORE: 1}), now=START)
    state = drawn(begun.after, (begun,))
    for _ in range(data.draw(st.integers(1, 8))):
        who = Standing(data.draw(st.sampled_from(PEOPLE)), everybody)
        for track in machine.open_tracks(state, who):
            state = machine.follow_up(state, track.code, standing=who).after
        choices = [move for move in machine.moves_open(state, who, now=START) if not move.refusal]
        if not choices:
            return
        move = data.draw(st.sampled_from(choices))
        fillable = [ask.field for ask in move.missing if ask.kind not in ("number", "log")]
        if "ground" in fillable:
            fillable.remove("ground")  # left empty it is the default ground's parts that are missing
        if fillable:
            left = data.draw(st.sampled_from(fillable))
            entry = filled(machine, move, now=START, responsible=PEOPLE[1], leave=frozenset({left}))
            with pytest.raises(Invalid) as caught:
                machine.decide(state, move.code, entry=entry, standing=who, now=START)
            assert left in caught.value.fields
            label = next(ask.label for ask in move.asks if ask.field == left)
            assert label in caught.value.text()
        try:
            entry = filled(machine, move, now=START, responsible=PEOPLE[1])
            decisions = machine.decide(state, move.code, entry=entry, standing=who, now=START)
        except XiaoanError as refused:
            check_refusal(refused)
            return
        state = drawn(decisions[-1].after, decisions)


@pytest.mark.parametrize("name", LIVES)
def test_a_willing_district_reaches_closed(name: str) -> None:
    """The positive twin: with everything given, and different people, every district's hazard gets closed."""
    life = LIVES[name]
    machine = Machine(life)
    everybody = frozenset(Role(relation, ALL_PERMISSIONS) for relation in Relation)
    told = new_case(machine, found_by=PEOPLE[0], now=START, domain="food", category="food.any")
    begun = machine.report(told, entry=Entry(evidence={EvidenceKind.BEFORE: 1}), now=START)
    state = drawn(begun.after, (begun,))
    order = list(life.stages_of(*Canonical))
    people = [PEOPLE[1], PEOPLE[2], PEOPLE[0]]
    for _ in range(12):
        for person in people:
            who = Standing(person, everybody)
            for track in machine.open_tracks(state, who)[:1]:
                state = machine.follow_up(state, track.code, standing=who).after
            forward = [
                move for move in machine.moves_open(state, who, now=START)
                if not move.refusal and len(move.moves) == 1 and order.index(move.to) > order.index(state.stage)
                and not (move.canonical.side or move.canonical is Canonical.CANCELLED)
            ]  # fmt: skip
            if not forward:
                continue
            entry = filled(machine, forward[0], now=START, responsible=PEOPLE[1])
            decisions = machine.decide(state, forward[0].code, entry=entry, standing=who, now=START)
            state = drawn(decisions[-1].after, decisions)
            break
        if life.canonical(state.stage) is Canonical.CLOSED:
            return
    raise AssertionError(f"stuck in {state.stage}")
