"""The SQL that joins what falls due with the units that owe it and the facts that count. One statement, set-based.

Occurrences are few and come as arrays; units and facts stay where they are. A fact finds its occurrence by (rule, day) or by
the occurrence's key, so a fact is never compared with every occurrence; sums rest on what was done and on classes of units, so
that pairs of unit and occurrence without any fact are counted, not made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Result,
    Select,
    Text,
    Uuid,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    text,
    true,
    union,
    union_all,
)
from sqlalchemy.types import TypeEngine

from core.db.sessions import TenantSession
from core.hooks.evidence import COLUMNS, Evidence
from core.kernel.obligations import LEAD, Standing, reaches
from core.kernel.schoolyear import Span
from core.obligations.duties import Duty
from core.obligations.expected import Expected
from core.obligations.models import OwnNumber
from core.orgs.models import OrgUnit

NEVER = date(9999, 12, 31)
_SETTINGS = {
    "enable_nestloop": "off",
    "enable_mergejoin": "off",
    "enable_sort": "off",
    "join_collapse_limit": "1",
    "jit": "off",
    "work_mem": "'64MB'",
}
HASHED = "; ".join(f"SET LOCAL {name} = {value}" for name, value in _SETTINGS.items())
AS_BEFORE = "; ".join(f"SET LOCAL {name} TO DEFAULT" for name in _SETTINGS)
_TYPES: dict[str, TypeEngine[Any]] = {
    "unit_id": Uuid(as_uuid=True), "activity": Text(), "topic": Text(), "key": Text(), "on_date": Date(), "times": Integer(),
    "kind": Text(), "id": Uuid(as_uuid=True),
}  # fmt: skip


@dataclass(frozen=True)
class Parts:
    """Named subqueries that the shapes are made of."""

    due: CTE
    """no, rule, key, starts, ends (None: later counts too, late), due_on, day (on which the unit must be open), otherwise
    (Standing without facts)."""
    owed: CTE
    """rule, unit_id, wanted (None: counted only), opened, closed."""
    done: CTE
    """no, rule, unit_id, done, in_time: sums of what counts."""


def parts(
    session: TenantSession,
    expected: Sequence[Expected],
    evidence: Sequence[Evidence],
    *,
    units: ColumnElement[bool],
    now: datetime,
    horizon: date,
) -> Parts:
    """``units``: which units of OrgUnit; ``horizon``: the last day whose facts are looked at where a rule sets no end."""
    numbered: dict[tuple[str, frozenset[str] | None], int] = {}
    rules: list[tuple[Duty, frozenset[str] | None]] = []
    for one in expected:
        if (one.duty.code, one.stages) not in numbered:
            numbered[one.duty.code, one.stages] = len(rules)
            rules.append((one.duty, one.stages))
    due = _due(expected, [numbered[one.duty.code, one.stages] for one in expected], now=now)
    owed = _owed(session, rules, units)
    return Parts(due, owed, _done(rules, due, _facts(session, expected, evidence, units, horizon)))


def run(session: TenantSession, statement: Select[Any]) -> Result[Any]:
    """Executes it with hashes only.

    What stands between arrays, series and a union of facts PostgreSQL cannot estimate; where it guesses one row, it would compare
    every fact with every day, or sort what it need not. Hashing in the order written is never much worse.
    """
    session.execute(text(HASHED))
    try:
        return session.execute(statement)
    finally:
        if session.is_active:
            session.execute(text(AS_BEFORE))


def standing(found: Parts) -> ColumnElement[str]:
    """core.kernel.obligations.standing, over ``due`` joined with ``owed`` and, as far as there is one, ``done``."""
    owed, done = found.owed.c, found.done.c
    without = found.due.c.otherwise
    return case(
        (or_(owed.wanted.is_(None), without == str(Standing.OPEN)), str(Standing.OPEN)),
        (done.in_time >= owed.wanted, str(Standing.FULFILLED)),
        (done.done >= owed.wanted, str(Standing.LATE)),
        (and_(without == str(Standing.NOT_YET), done.done > 0), str(Standing.UNDER_WAY)),
        else_=without,
    )


def pairs(found: Parts) -> FromClause:
    """Every unit with every occurrence that it owes, and what was done for it."""
    due, owed, done = found.due, found.owed, found.done
    return due.join(owed, and_(owed.c.rule == due.c.rule, _open(found))).outerjoin(
        done, and_(done.c.no == due.c.no, done.c.unit_id == owed.c.unit_id)
    )


def settled(found: Parts) -> FromClause:
    """Only the pairs for which there is a fact."""
    due, owed, done = found.due, found.owed, found.done
    mine = and_(owed.c.rule == done.c.rule, owed.c.unit_id == done.c.unit_id)
    return done.join(owed, mine).join(due, and_(due.c.no == done.c.no, _open(found)))


def classes(found: Parts) -> CTE:
    """Units that owe the same rule over the same time, counted."""
    owed = found.owed.c
    return (
        select(owed.rule, owed.opened, owed.closed, func.count().label("units"))
        .group_by(owed.rule, owed.opened, owed.closed)
        .cte("classes")
    )


def _open(found: Parts) -> ColumnElement[bool]:
    return found.due.c.day.between(found.owed.c.opened, found.owed.c.closed)


def rows(name: str, **columns: tuple[TypeEngine[Any], Sequence[Any]]) -> FromClause:
    """Arrays as a table."""
    arrays = [cast(literal(list(values), ARRAY(kind)), ARRAY(kind)) for kind, values in columns.values()]
    named = [column(title, kind) for title, (kind, _) in columns.items()]
    return func.unnest(*arrays).table_valued(*named, name=name).render_derived()


def _due(expected: Sequence[Expected], rules: Sequence[int], *, now: datetime) -> CTE:
    found = [one.found for one in expected]
    table = rows(
        "occurrences",
        no=(Integer(), range(len(found))),
        rule=(Integer(), rules),
        key=(Text(), [one.key for one in found]),
        starts=(Date(), [one.span.starts for one in found]),
        ends=(Date(), [reaches(one) for one in found]),
        due_on=(Date(), [one.due_on for one in found]),
        day=(Date(), [one.due_on or one.span.ends for one in found]),
        otherwise=(Text(), [str(one.otherwise(now)) for one in expected]),
    )
    return select(*table.c).cte("due")


def _owed(
    session: TenantSession, rules: Sequence[tuple[Duty, frozenset[str] | None]], units: ColumnElement[bool]
) -> CTE:
    meant = [(no, word) for no, (duty, _) in enumerate(rules) for word in sorted(duty.rule.types)]
    parties = rows("parties", rule=(Integer(), [no for no, _ in meant]), word=(Text(), [word for _, word in meant]))
    asked = rows(
        "rules",
        no=(Integer(), range(len(rules))),
        at_least=(Integer(), [duty.rule.at_least for duty, _ in rules]),
        plus=(Text(), [duty.rule.plus for duty, _ in rules]),
        stages=(Text(), [None if stages is None else ",".join(sorted(stages)) for _, stages in rules]),
    )
    unit = (
        select(
            OrgUnit.id,
            func.coalesce(OrgUnit.org_type, literal("~").concat(OrgUnit.kind)).label("word"),
            literal("#").concat(OrgUnit.code).label("code"),
            OrgUnit.stages,
            OrgUnit.valid_from.label("opened"),
            func.coalesce(OrgUnit.valid_to, NEVER).label("closed"),
        )
        .where(OrgUnit.tenant_id == session.tenant_id, units)
        .cte("units")
    )
    both = union(
        select(parties.c.rule, unit.c.id).join(unit, unit.c.word == parties.c.word),
        select(parties.c.rule, unit.c.id).join(unit, unit.c.code == parties.c.word),
    ).subquery("meant")
    numbers = select(OwnNumber.unit_id, OwnNumber.name, OwnNumber.number).where(
        OwnNumber.tenant_id == session.tenant_id
    )
    own = numbers.subquery("own")
    serves = or_(
        asked.c.stages.is_(None),
        func.cardinality(unit.c.stages) == 0,
        unit.c.stages.overlap(func.string_to_array(asked.c.stages, ",")),
    )
    return (
        select(
            both.c.rule,
            unit.c.id.label("unit_id"),
            (asked.c.at_least + func.coalesce(own.c.number, 0)).label("wanted"),
            own.c.number.label("own"),
            unit.c.opened,
            unit.c.closed,
        )
        .join(unit, unit.c.id == both.c.id)
        .join(asked, asked.c.no == both.c.rule)
        .outerjoin(own, and_(own.c.unit_id == both.c.id, own.c.name == asked.c.plus))
        .where(serves)
        .cte("owed")
        .prefix_with("MATERIALIZED")
    )


def _facts(
    session: TenantSession,
    expected: Sequence[Expected],
    evidence: Sequence[Evidence],
    units: ColumnElement[bool],
    horizon: date,
) -> FromClause:
    """The facts of all features that may count, with the columns of core.hooks.evidence, of the units asked."""
    activities = {one.duty.rule.activity for one in expected}
    meant = [one for one in evidence if any(one.counts(activity) for activity in activities)]
    if not meant or not expected:
        return select(*(cast(None, kind).label(name) for name, kind in _TYPES.items())).where(~true()).subquery("facts")
    first = min(one.found.span.starts for one in expected) - LEAD  # what bears a key may come early
    last = max(horizon, *(one.found.span.ends for one in expected))  # what a report owes may be handed in late
    everything = [one.facts(session, Span(first, last)).subquery() for one in meant]
    wanted = [
        select(*(cast(facts.c[name], _TYPES[name]).label(name) for name in COLUMNS)).where(
            facts.c.unit_id.in_(select(OrgUnit.id).where(OrgUnit.tenant_id == session.tenant_id, units)),
            facts.c.activity.in_(activities),
        )
        for facts in everything
    ]
    return union_all(*wanted).subquery("facts")


def _done(rules: Sequence[tuple[Duty, frozenset[str] | None]], due: CTE, facts: FromClause) -> CTE:
    counted = _counted(rules, facts)
    step = (
        func.generate_series(0, due.c.ends - due.c.starts)
        .table_valued(column("n", Integer()), name="step")
        .render_derived()
    )
    days = (
        select(due.c.no, due.c.rule, due.c.due_on, (due.c.starts + step.c.n).label("day"))
        .select_from(due.join(step, true()))
        .cte("days")
        .prefix_with("MATERIALIZED")
    )
    by_day = select(days.c.no, days.c.rule, counted.c.unit_id, counted.c.on_date, days.c.due_on, counted.c.times).join(
        days, and_(days.c.rule == counted.c.rule, days.c.day == counted.c.on_date, counted.c.key == "")
    )
    rest = select(due.c.no, due.c.rule, counted.c.unit_id, counted.c.on_date, due.c.due_on, counted.c.times)
    ever = and_(due.c.ends.is_(None), due.c.starts <= counted.c.on_date, counted.c.key == "")
    by_span = rest.join(due, and_(due.c.rule == counted.c.rule, ever))
    by_key = rest.join(
        due,
        and_(
            due.c.rule == counted.c.rule,
            due.c.key == counted.c.key,
            counted.c.key != "",
            counted.c.on_date >= due.c.starts - LEAD.days,
        ),
    )
    both = union_all(by_day, by_span, by_key).subquery("both")
    in_time = func.coalesce(func.sum(both.c.times).filter(both.c.on_date <= both.c.due_on), 0)
    return (
        select(both.c.no, both.c.rule, both.c.unit_id, func.sum(both.c.times).label("done"), in_time.label("in_time"))
        .group_by(both.c.no, both.c.rule, both.c.unit_id)
        .cte("done")
        .prefix_with("MATERIALIZED")
    )


def _counted(rules: Sequence[tuple[Duty, frozenset[str] | None]], facts: FromClause) -> CTE:
    """Facts by rule: rule, unit_id, key, on_date, times. One with several topics comes in several rows, and counts once."""
    acts = rows(
        "acts",
        rule=(Integer(), range(len(rules))),
        activity=(Text(), [duty.rule.activity for duty, _ in rules]),
        topical=(Boolean(), [bool(duty.rule.topics) for duty, _ in rules]),
    )
    one = (facts.c.unit_id, facts.c.activity, facts.c.id, facts.c.key, facts.c.on_date)
    times = func.max(facts.c.times).label("times")
    once = select(*one, times).group_by(*one).subquery("once")
    of_any = select(acts.c.rule, once.c.unit_id, once.c.key, once.c.on_date, once.c.times).join(
        acts, and_(acts.c.activity == once.c.activity, ~acts.c.topical)
    )
    named = [
        (no, duty.rule.activity, topic) for no, (duty, _) in enumerate(rules) for topic in sorted(duty.rule.topics)
    ]
    if not named:
        return of_any.cte("counted").prefix_with("MATERIALIZED")
    topics = rows(
        "topics",
        rule=(Integer(), [no for no, *_ in named]),
        activity=(Text(), [activity for _, activity, _ in named]),
        topic=(Text(), [topic for *_, topic in named]),
    )
    of_topics = (
        select(topics.c.rule, facts.c.unit_id, facts.c.key, facts.c.on_date, times)
        .join(topics, and_(topics.c.activity == facts.c.activity, topics.c.topic == facts.c.topic))
        .group_by(topics.c.rule, facts.c.unit_id, facts.c.id, facts.c.key, facts.c.on_date)
    )
    return union_all(of_any, of_topics).cte("counted").prefix_with("MATERIALIZED")
