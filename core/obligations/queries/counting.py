"""What was done: the facts of all features, summed by unit and occurrence.

A fact meets its occurrences by (activity, day) or by the occurrence's key, so it is never compared with every occurrence. Three
passes, each over what may count in it: by day; ever after (what is owed once is also done late); by key. A further one finds the
occurrences that a unit was let off.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Date,
    FromClause,
    Integer,
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
    true,
    union_all,
)
from sqlalchemy.types import TypeEngine

from core.db.sessions import TenantSession
from core.hooks.evidence import COLUMNS, Evidence
from core.kernel.obligations import EXCUSED, FOREVER, LEAD, reaches
from core.kernel.schoolyear import Span
from core.obligations.expected import Expected
from core.obligations.queries.arrays import rows

Numbered = Sequence[tuple[int, Expected]]
"""Occurrences with their place in the whole."""
_TYPES: dict[str, TypeEngine[Any]] = {
    "unit_id": Uuid(as_uuid=True), "activity": Text(), "topics": ARRAY(Text()), "key": Text(), "on_date": Date(), "times": Integer(),
    "kind": Text(), "id": Uuid(as_uuid=True),
}  # fmt: skip


@dataclass(frozen=True)
class Whose:
    """Whose facts are looked at. ``units``: which units of OrgUnit; ``some``: their ids where they are few and known, so that
    indexes find them; ``last``: the last day that is looked at where a rule sets no end."""

    units: ColumnElement[bool]
    last: date
    some: Collection[UUID] | None = None


def counted(
    session: TenantSession, expected: Sequence[Expected], evidence: Sequence[Evidence], units: CTE, of: Whose
) -> FromClause:
    """due, unit (numbers of both), done, in_time, excuse (1 + its place in EXCUSED; 0: none)."""
    everything = list(enumerate(expected))
    deeds = [one for one in evidence if one.excuse is None]
    bounded = [(no, one) for no, one in everything if reaches(one.found) is not None]
    ever = [(no, one) for no, one in everything if reaches(one.found) is None]
    passes = [
        *_by_day(session, bounded, deeds, units, of),
        *_ever_after(session, ever, deeds, units, of),
        *_by_key(session, everything, [one for one in deeds if one.keyed], units, of),
        *_answered(everything, units),
        *_let_off(session, everything, [one for one in evidence if one.excuse is not None], units, of),
    ]
    if not passes:
        nothing = map(_none, ("due", "unit", "done", "in_time", "excuse"))
        return select(*nothing).where(~true()).subquery("done")
    one = union_all(*passes).subquery("counted").c
    sums = (
        func.sum(one.times).label("done"),
        func.sum(one.in_time).label("in_time"),
        func.max(one.excuse).label("excuse"),
    )
    return select(one.due, one.unit, *sums).group_by(one.due, one.unit).subquery("done")


def _by_day(
    session: TenantSession, bounded: Numbered, evidence: Sequence[Evidence], units: CTE, of: Whose
) -> Iterator[Select[Any]]:
    """Every day of every occurrence stands in a table, and a fact looks up its own."""
    if not bounded:
        return
    spans = [Span(one.found.span.starts, reaches(one.found) or of.last) for _, one in bounded]
    whole = Span(min(span.starts for span in spans), max(span.ends for span in spans))
    facts = _facts(session, bounded, evidence, whole, of)
    if facts is None:
        return
    length = [(span.ends - span.starts).days + 1 for span in spans]
    slots = rows("slots", days=(Integer(), length), **_slots(bounded))
    step = func.generate_series(0, slots.c.days - 1).table_valued(column("n", Integer()), name="step").render_derived()
    day = slots.c.starts + step.c.n
    days = (
        select(slots.c.no, slots.c.activity, _topics(slots), day.label("day"), (day <= slots.c.due_on).label("in_time"))
        .select_from(slots.join(step, true()))
        .limit(sum(length))  # that is all of them: it tells the planner how many there are
        .cte("days")
        .prefix_with("MATERIALIZED")
    )
    hit = and_(days.c.activity == facts.c.activity, days.c.day == facts.c.on_date)
    yield _sums(bounded, days, days.c.in_time, facts, units, hit)


def _ever_after(
    session: TenantSession, ever: Numbered, evidence: Sequence[Evidence], units: CTE, of: Whose
) -> Iterator[Select[Any]]:
    if not ever:
        return
    facts = _facts(session, ever, evidence, Span(min(one.found.span.starts for _, one in ever), _last(ever, of)), of)
    if facts is None:
        return
    since = _given("since", ever)
    hit = and_(since.c.activity == facts.c.activity, since.c.starts <= facts.c.on_date)
    yield _sums(ever, since, facts.c.on_date <= since.c.due_on, facts, units, hit)


def _by_key(
    session: TenantSession, everything: Numbered, keyed: Sequence[Evidence], units: CTE, of: Whose
) -> Iterator[Select[Any]]:
    """What bears a key may come early, and late."""
    if not everything:
        return
    first = min(one.found.span.starts for _, one in everything) - LEAD
    facts = _facts(session, everything, keyed, Span(first, _last(everything, of)), of, by_key=True)
    if facts is None:
        return
    named = _given("named", everything)
    hit = and_(
        named.c.key == facts.c.key, named.c.activity == facts.c.activity, facts.c.on_date >= named.c.starts - LEAD.days
    )
    yield _sums(everything, named, facts.c.on_date <= named.c.due_on, facts, units, hit)


def _answered(everything: Numbered, units: CTE) -> Iterator[Select[Any]]:
    """What the feature that tells of an event knows to be done after it, to the minute."""
    told = [
        (no, one, one.answered_at) for no, one in everything if one.answered_at is not None and one.only is not None
    ]
    if not told:
        return
    times = [one.duty.rule.at_least or 1 for _, one, _ in told]
    in_time = [one.found.due_at is not None and at < one.found.due_at for _, one, at in told]
    answers = rows(
        "answers",
        no=(Integer(), [no for no, *_ in told]),
        only=(Uuid(as_uuid=True), [one.only for _, one, _ in told]),
        times=(Integer(), times),
        in_time=(Integer(), [many if kept else 0 for many, kept in zip(times, in_time, strict=True)]),
    )
    found = select(
        answers.c.no.label("due"), units.c.no.label("unit"), answers.c.times, answers.c.in_time, _none("excuse")
    )
    yield found.join(units, units.c.id == answers.c.only)


def _let_off(
    session: TenantSession, everything: Numbered, excuses: Sequence[Evidence], units: CTE, of: Whose
) -> Iterator[Select[Any]]:
    """What need not be done after all, whenever that was decided."""
    facts = _facts(session, everything, excuses, FOREVER, of, by_key=True)
    if facts is None:
        return
    let_off = _given("let_off", everything)
    places = {one.kind: 1 + EXCUSED.index(one.excuse) for one in excuses if one.excuse is not None}
    found = select(
        let_off.c.no.label("due"), units.c.no.label("unit"), _none("times"), _none("in_time"),
        case(places, value=facts.c.kind, else_=0).label("excuse"),
    )  # fmt: skip
    hit = and_(let_off.c.key == facts.c.key, let_off.c.activity == facts.c.activity)
    yield found.select_from(facts.join(units, units.c.id == facts.c.unit_id).join(let_off, hit))


def _sums(
    numbered: Numbered, slots: FromClause, in_time: ColumnElement[Any], facts: FromClause, units: CTE, hit: ColumnElement[bool]
) -> Select[Any]:  # fmt: skip
    """due, unit, times, in_time, excuse: a row for each fact and each occurrence for which it counts."""
    found = select(
        slots.c.no.label("due"), units.c.no.label("unit"), facts.c.times, case((in_time, facts.c.times), else_=0).label("in_time"),
        _none("excuse"),
    ).select_from(facts.join(units, units.c.id == facts.c.unit_id).join(slots, hit))  # fmt: skip
    if any(one.duty.rule.topics for _, one in numbered):
        found = found.where(or_(slots.c.topics.is_(None), facts.c.topics.op("&&")(slots.c.topics)))
    if any(one.only for _, one in numbered):
        found = found.where(or_(slots.c.only.is_(None), slots.c.only == units.c.id))
    return found


def _slots(numbered: Numbered) -> dict[str, tuple[TypeEngine[Any], Sequence[Any]]]:
    return {
        "no": (Integer(), [no for no, _ in numbered]),
        "activity": (Text(), [one.duty.rule.activity for _, one in numbered]),
        "topic": (Text(), [",".join(sorted(one.duty.rule.topics)) or None for _, one in numbered]),
        "key": (Text(), [one.found.key for _, one in numbered]),
        "starts": (Date(), [one.found.span.starts for _, one in numbered]),
        "due_on": (Date(), [one.found.due_on for _, one in numbered]),
        "only": (Uuid(as_uuid=True), [one.only for _, one in numbered]),
    }


def _given(name: str, numbered: Numbered) -> FromClause:
    slots = rows(name, **_slots(numbered))
    return select(slots, _topics(slots)).cte(name).prefix_with("MATERIALIZED")


def _topics(slots: FromClause) -> ColumnElement[Any]:
    """None: facts on whatever topic count."""
    return func.string_to_array(slots.c.topic, ",").label("topics")


def _none(name: str) -> ColumnElement[Any]:
    return cast(literal(0), Integer).label(name)


def _last(numbered: Numbered, of: Whose) -> date:
    """What a report owes may be handed in late."""
    return max(of.last, *(one.found.span.ends for _, one in numbered))


def _facts(
    session: TenantSession, numbered: Numbered, evidence: Sequence[Evidence], span: Span, of: Whose, *, by_key: bool = False
) -> FromClause | None:  # fmt: skip
    """The facts that may count in this pass, with the columns of core.hooks.evidence."""
    activities = sorted({one.duty.rule.activity for _, one in numbered})
    selects = []
    for source in evidence:
        mine = [activity for activity in activities if source.concerns(activity)]
        if not mine:
            continue
        fact = source.facts(session, span).subquery().c
        statement = select(*(cast(fact[name], _TYPES[name]).label(name) for name in COLUMNS))
        statement = statement.where(fact.activity.in_(mine))
        if source.keyed:
            statement = statement.where(fact.key != "" if by_key else fact.key == "")
        if of.some is not None:
            statement = statement.where(fact.unit_id.in_(of.some))
        selects.append(statement)
    return union_all(*selects).subquery("facts") if selects else None
