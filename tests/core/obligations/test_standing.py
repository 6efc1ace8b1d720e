"""The SQL says what the pure calculus says, whatever the rules, units, switch dates and facts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Date, Uuid, select

from core.db.engines import Database
from core.kernel.clock import FixedClock, start_of_day
from core.kernel.due import Anchor, DueRule
from core.kernel.obligations import EXCUSED, Record, Rule, Standing, owes, standing
from core.kernel.periods import Period
from core.kernel.schoolyear import SchoolCalendar, Span
from core.obligations.duties import Duty, unit_facts, unit_words
from core.obligations.expected import Expected, Served, expected
from core.obligations.models import OwnNumber
from core.obligations.queries import statement
from core.obligations.queries.arrays import rows
from core.obligations.queries.counting import Whose
from core.obligations.queries.sums import sums_by_occurrence, sums_by_unit
from core.orgs.models import OrgUnit
from core.orgs.services import create_unit
from core.orgs.services.creation import UnitFacts
from tests.core.obligations.conftest import Fact, evidence_from
from tests.factories.world import World

ASKED = Span(date(2020, 9, 1), date(2021, 2, 28))
HORIZON = date(2021, 3, 31)
PLACES = (
    # code, kind, org type, stages, opened, closed, own number
    ("p1", "school", "primary", ("primary",), date(2018, 1, 1), None, None),
    ("p2", "school", "primary", ("primary",), date(2018, 1, 1), None, 2),
    ("j1", "school", "junior", ("junior",), date(2020, 10, 20), None, 1),
    ("k1", "kindergarten", "kindergarten", ("kindergarten",), date(2018, 1, 1), date(2020, 12, 15), None),
    ("x1", "school", None, (), date(2018, 1, 1), None, None),
    ("safety", "department", "section", (), date(2018, 1, 1), None, None),
)
WORDS = ("primary", "junior", "kindergarten", "~school", "#safety")
ACTIVITIES = ("drill", "meeting", "report:x")
TOPICS = ("fire", "bus")
HOLDINGS = ("a bus", "a laboratory")


@pytest.fixture
def units(db: Database, world: World) -> dict[str, UUID]:
    made = {}
    with world.session() as session:
        for code, kind, org_type, stages, opened, closed, own in PLACES:
            facts = UnitFacts(
                code=code, name=code, kind=kind, org_type=org_type, stages=stages, valid_from=opened, valid_to=closed
            )
            made[code] = create_unit(session, actor=world.system, facts=facts, parent_id=world.units["root"])
            if own is not None:
                number = OwnNumber(unit_id=made[code], name="own", number=own, set_at=session.now(), set_by_name="测试")
                session.add(number)
    return made


def rules() -> st.SearchStrategy[Rule]:
    month_day = st.builds(
        DueRule, anchor=st.just(Anchor.MONTH_DAY), day=st.integers(1, 31), months_after=st.integers(0, 1)
    )
    ahead = st.just(DueRule(anchor=Anchor.START, days=-1))
    plain = st.just(DueRule())
    periods = [
        Period.SCHOOL_DAY, Period.WEEK, Period.TEN_DAYS, Period.MONTH, Period.TEACHING_MONTH, Period.TERM, Period.YEAR,
        Period.ONCE, Period.WINDOW, Period.IRREGULAR,
    ]  # fmt: skip

    @st.composite
    def one(draw: st.DrawFn) -> Rule:
        period = draw(st.sampled_from(periods))
        due = plain
        if period is Period.MONTH:
            due = st.one_of(plain, month_day)
        elif period is Period.TERM:
            due = st.one_of(plain, ahead)
        return Rule(
            code="", activity=draw(st.sampled_from(ACTIVITIES)), title="", period=period, sources=("X-1",),
            types=draw(st.frozensets(st.sampled_from(WORDS), min_size=1)), domain=draw(st.sampled_from(["", "fire"])),
            at_least=draw(st.sampled_from([1, 1, 2, 3, None])), plus=draw(st.sampled_from(["", "own"])), due=draw(due),
            on=draw(st.dates(ASKED.starts, ASKED.ends)) if period is Period.ONCE else None,
            window="season" if period is Period.WINDOW else "",
            topics=draw(st.frozensets(st.sampled_from(TOPICS), max_size=2)), confirm=draw(st.booleans()),
            having=draw(st.sampled_from(["", "", *HOLDINGS])),
        )  # fmt: skip

    return one()


def served() -> st.SearchStrategy[Served]:
    spans = st.tuples(st.dates(ASKED.starts, ASKED.ends), st.dates(ASKED.starts, HORIZON)).map(
        lambda both: Span(min(both), max(both))
    )
    stages = st.sampled_from([None, frozenset({"primary"}), frozenset({"junior", "kindergarten"})])
    return st.builds(Served, span=spans, stages=stages)


@settings(
    max_examples=15,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_sql_stands_as_the_calculus(data: st.DataObject, world: World, units: dict[str, UUID]) -> None:
    drawn = data.draw(st.lists(rules(), min_size=3, max_size=9))
    duties = [_duty(rule, no) for no, rule in enumerate(drawn)]
    calendar = SchoolCalendar(windows={"season": (Span(date(2020, 11, 1), date(2020, 11, 30)),)})
    domain = data.draw(served())
    found = expected(duties, calendar, ASKED, domains={"fire": domain}, strict=data.draw(st.booleans()))
    held = data.draw(_held(list(units.values())))
    found = tuple(_held_by(one, held) for one in found)
    now = start_of_day(data.draw(st.dates(ASKED.starts, HORIZON))) + timedelta(hours=9)
    facts = data.draw(st.lists(_facts(list(units.values()), found), max_size=60))
    excuses = {kind: data.draw(st.lists(_excuses(list(units.values()), found), max_size=10)) for kind in EXCUSED}
    let_off = [evidence_from(own, activities=ACTIVITIES, kind=str(kind), excuse=kind) for kind, own in excuses.items()]
    with world.session(read_only=True) as session:
        parts = statement.parts(
            session, found, [evidence_from(facts, activities=ACTIVITIES), *let_off], of=Whose(OrgUnit.id.in_(units.values()), HORIZON),
            now=now,
        )  # fmt: skip
        pairs = session.execute(
            select(parts.due.c.no, parts.units.c.id, statement.standing(parts)).select_from(statement.pairs(parts))
        ).all()
        session.clock = FixedClock(now)
        by_occurrence, by_unit = sums_by_occurrence(session, parts, found), sums_by_unit(session, parts)
    ours = {(row[0], row[1]): Standing(row[2]) for row in pairs}
    assert len(ours) == len(pairs)
    assert ours == _calculus(found, facts, excuses, units, domain, held, now)
    assert {no: tally.counts for no, tally in by_occurrence.items()} == _grouped(ours, 0)
    assert {unit: tally.counts for unit, tally in by_unit.items()} == _grouped(ours, 1)


def _duty(rule: Rule, no: int) -> Duty:
    return Duty(replace(rule, code=f"r{no}"), cast(Any, None), dict.fromkeys(rule.types, ""))


Held = dict[str, dict[UUID, Span]]
"""What there is to have → unit → from when to when."""


def _held(units: list[UUID]) -> st.SearchStrategy[Held]:
    days = st.tuples(st.dates(ASKED.starts, HORIZON), st.dates(ASKED.starts, HORIZON))
    spans = days.map(lambda both: Span(min(both), max(both)))
    return st.fixed_dictionaries({name: st.dictionaries(st.sampled_from(units), spans) for name in HOLDINGS})


def _held_by(one: Expected, held: Held) -> Expected:
    """With the rows of whoever has it, each span in two: the first and the last day make the whole."""
    spans = held.get(one.duty.rule.having)
    if spans is None:
        return one
    lines = [(unit, day) for unit, span in spans.items() for day in (span.starts, span.ends)]
    table = rows(
        "holders",
        unit_id=(Uuid(as_uuid=True), [unit for unit, _ in lines]),
        starts=(Date(), [day for _, day in lines]),
        ends=(Date(), [day for _, day in lines]),
    )
    return replace(one, holders=select(*table.c))


def _facts(units: list[UUID], found: tuple[Expected, ...]) -> st.SearchStrategy[Fact]:
    keys = [""] * 5 + [one.found.key for one in found][:20]
    return st.builds(
        Fact, unit_id=st.sampled_from(units), activity=st.sampled_from(ACTIVITIES),
        on=st.dates(date(2020, 6, 1), HORIZON), topics=st.lists(st.sampled_from(TOPICS), unique=True).map(tuple),
        key=st.sampled_from(keys), times=st.integers(1, 3),
    )  # fmt: skip


def _excuses(units: list[UUID], found: tuple[Expected, ...]) -> st.SearchStrategy[Fact]:
    """Of occurrences that there are, and of none."""
    keys = [("drill", "of nothing"), *((one.duty.rule.activity, one.found.key) for one in found)]
    return st.builds(
        lambda unit_id, of, on: Fact(unit_id, of[0], on, key=of[1]),
        unit_id=st.sampled_from(units), of=st.sampled_from(keys), on=st.dates(date(2019, 6, 1), HORIZON),
    )  # fmt: skip


def _calculus(
    found: tuple[Expected, ...],
    facts: list[Fact],
    excuses: dict[Standing, list[Fact]],
    units: dict[str, UUID],
    domain: Served,
    held: Held,
    now: datetime,
) -> dict[tuple[int, UUID], Standing]:
    answer = {}
    for code, kind, org_type, stages, opened, closed, own in PLACES:
        meant = domain.stages is None or not stages or not domain.stages.isdisjoint(stages)
        unit = unit_facts(
            unit_words(org_type=org_type, kind=kind, code=code), domains=frozenset({"fire"} if meant else ()),
            open_from=opened, open_to=closed or date(2199, 1, 1), own_counts={} if own is None else {"own": own},
            holdings={name: spans[units[code]] for name, spans in held.items() if units[code] in spans},
        )  # fmt: skip
        records = [
            Record(fact.activity, fact.on, frozenset(fact.topics), fact.times, fact.key)
            for fact in facts
            if fact.unit_id == units[code]
        ]
        for no, one in enumerate(found):
            if owes(one.found, unit):
                mine = (one.duty.rule.activity, one.found.key, units[code])
                told = [kind for kind, own in excuses.items() if mine in {(x.activity, x.key, x.unit_id) for x in own}]
                excuse = told[-1] if told else None
                answer[no, units[code]] = standing(one.found, records, unit=unit, now=now, excuse=excuse)
    return answer


def _grouped(pairs: dict[tuple[int, UUID], Standing], by: int) -> dict[Any, dict[Standing, int]]:
    counts: dict[Any, Counter[Standing]] = {}
    for pair, state in pairs.items():
        counts.setdefault(pair[by], Counter())[state] += 1
    return {key: dict(counter) for key, counter in counts.items()}
