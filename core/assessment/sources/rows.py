"""Facts in SQL: for each indicator asked a select of the same columns, all of them one statement.

Columns: no (place in what was asked), unit_id (the school that answers), kind, id, name, on_date, part, whole (0 in counts), against.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    Subquery,
    Text,
    and_,
    any_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on

from core.accountability.models import Matter
from core.accountability.words import CANCELLED as CALLED_OFF
from core.accountability.words import MEASURES
from core.assessment.models import IndicatorEntry
from core.assessment.sources.asked import Asked
from core.campaigns.models import Letter, LetterSignature
from core.db.aliases import shared_alias
from core.hazards.models import Hazard
from core.hazards.queries.filters import done_day
from core.inspections.models import Visit
from core.kernel.clock import end_of_day, start_of_day
from core.orgs.models import OrgUnit, Post
from core.records.incident_words import CATEGORIES
from core.records.models import Incident, IncidentReport, Record
from core.tenancy.packs.model import Measured

Rows = Select[Any]
Units = Select[Any]
"""The ids of the units asked."""
LaterLetter = shared_alias(Letter)
CLOCK = "Asia/Shanghai"
YES, NO = literal(1), literal(0)


def fact_rows(asked: Sequence[tuple[int, Asked]], *, units: Units) -> Subquery | None:
    """The facts of all that is asked, numbered by ``no``; None where no source of SQL is among it."""
    parts = [
        rows(one, units).add_columns(literal(no).label("no")) for no, one in asked if (rows := ROWS.get(one.indicator.source))
    ]  # fmt: skip
    return union_all(*parts).subquery("facts") if parts else None


def _row(
    unit: Any, kind: str, key: Any, name: Any, day: Any, *, part: Any, whole: Any = NO, against: ColumnElement[bool]
) -> Rows:
    return select(
        unit.label("unit_id"), literal(kind).label("kind"), key.label("id"), cast(name, Text).label("name"), cast(day, Date).label("on_date"),
        cast(part, Integer).label("part"), cast(whole, Integer).label("whole"), against.label("against"),
    )  # fmt: skip


def _hazards(asked: Asked, units: Units, *, part: Any, whole: Any, against: Any, chosen: ColumnElement[bool]) -> Rows:
    """误报 counts nowhere. A hazard on a campus counts for its school."""
    unit = func.coalesce(Hazard.school_id, Hazard.unit_id)
    own = asked.indicator
    day = func.timezone(CLOCK, Hazard.found_at)
    return _row(unit, "hazard", Hazard.id, Hazard.title, day, part=part, whole=whole, against=against).where(
        Hazard.canonical != "cancelled", chosen, unit.in_(units),
        *([Hazard.grade.in_(own.grades)] if own.grades else []), *([Hazard.domain.in_(own.domains)] if own.domains else []),
    )  # fmt: skip


def _found(asked: Asked) -> ColumnElement[bool]:
    return and_(Hazard.found_at >= start_of_day(asked.span.starts), Hazard.found_at < end_of_day(asked.span.ends))


def _closed(asked: Asked) -> ColumnElement[bool]:
    """At the end of the span."""
    return func.coalesce(and_(Hazard.canonical == "closed", Hazard.closed_at < end_of_day(asked.span.ends)), False)


def _hazards_closed(asked: Asked, units: Units) -> Rows:
    closed = _closed(asked)
    return _hazards(asked, units, part=cast(closed, Integer), whole=YES, against=~closed, chosen=_found(asked))


def _hazards_on_time(asked: Asked, units: Units) -> Rows:
    """By the day on which it was told as done; one that was sent back and is open again is not done."""
    done = and_(Hazard.canonical.in_(("reported", "verified", "closed")), done_day() <= Hazard.due_on)
    in_time = func.coalesce(done, False)
    due = Hazard.due_on.between(asked.span.starts, asked.span.ends)
    return _hazards(asked, units, part=cast(in_time, Integer), whole=YES, against=~in_time, chosen=due)


def _hazards_open(asked: Asked, units: Units) -> Rows:
    chosen = and_(Hazard.found_at < end_of_day(asked.span.ends), ~_closed(asked))
    return _hazards(asked, units, part=YES, whole=NO, against=literal(True), chosen=chosen)


def _hazards_repeated(asked: Asked, units: Units) -> Rows:
    chosen = and_(_found(asked), Hazard.recurrence_of.is_not(None))
    return _hazards(asked, units, part=YES, whole=NO, against=literal(True), chosen=chosen)


def _visited(asked: Asked, units: Units) -> Rows:
    """One row for each unit: the last of its inspections, or none."""
    unit, own = func.coalesce(Visit.school_id, Visit.unit_id), asked.indicator
    last = (
        select(unit.label("unit_id"), Visit.id.label("id"), Visit.title.label("name"), Visit.finished_at.label("at"))
        .where(
            Visit.state == "finished", Visit.finished_at >= start_of_day(asked.span.starts),
            Visit.finished_at < end_of_day(asked.span.ends), unit.in_(units), *([Visit.kind.in_(own.of)] if own.of else []),
        )
        .ext(distinct_on(unit))
        .order_by(unit, Visit.finished_at.desc(), Visit.id)
        .subquery()
    )  # fmt: skip
    return _once("visit", last.c, func.timezone(CLOCK, last.c.at), last, units)


def _held(asked: Asked, units: Units) -> Rows:
    """One row for each unit: the last record of these activities, or none. How many there are is no matter."""
    unit = func.coalesce(Record.school_id, Record.unit_id)
    last = (
        select(unit.label("unit_id"), Record.id.label("id"), Record.title.label("name"), Record.held_on.label("at"))
        .where(
            Record.state == "held", Record.kind.in_(asked.indicator.of),
            Record.held_on.between(asked.span.starts, asked.span.ends), unit.in_(units),
        )
        .ext(distinct_on(unit))
        .order_by(unit, Record.held_on.desc(), Record.id)
        .subquery()
    )  # fmt: skip
    return _once("record", last.c, last.c.at, last, units)


def _once(kind: str, found: Any, day: Any, table: Subquery, units: Units) -> Rows:
    there = found.id.is_not(None)
    row = _row(
        OrgUnit.id,
        kind,
        found.id,
        func.coalesce(found.name, ""),
        day,
        part=cast(there, Integer),
        whole=YES,
        against=~there,
    )
    return row.outerjoin(table, found.unit_id == OrgUnit.id).where(OrgUnit.id.in_(units))


def _incidents(asked: Asked, units: Units) -> Rows:
    """Named by category and number: the text of an incident is for whoever may read incidents."""
    unit, own = func.coalesce(Incident.school_id, Incident.unit_id), asked.indicator
    return _row(
        unit, "incident", Incident.id, _incident_name(), func.timezone(CLOCK, Incident.occurred_at), part=_harm(asked), against=literal(True),
    ).where(
        Incident.occurred_at >= start_of_day(asked.span.starts), Incident.occurred_at < end_of_day(asked.span.ends), unit.in_(units),
        *([Incident.grade.in_(own.grades)] if own.grades else []), *([Incident.category.in_(own.of)] if own.of else []),
        *([_harm(asked) > 0] if own.source is not Measured.INCIDENTS else []),
    )  # fmt: skip


def _incident_name() -> Any:
    category = case(dict(CATEGORIES), value=Incident.category, else_=Incident.category)
    return func.concat(category, " ", cast(Incident.no, Text))


def _harm(asked: Asked) -> Any:
    """One for each incident, or the dead or injured by the latest report of it."""
    if asked.indicator.source is Measured.INCIDENTS:
        return YES
    number = IncidentReport.dead if asked.indicator.source is Measured.DEATHS else IncidentReport.injured
    return (
        select(number)
        .where(IncidentReport.tenant_id == Incident.tenant_id, IncidentReport.incident_id == Incident.id)
        .order_by(IncidentReport.no.desc())
        .limit(1)
        .correlate(Incident)
        .scalar_subquery()
    )


def _letters(asked: Asked, units: Units) -> Rows:
    """Letters in force at the end of the span × posts held then × signatures by then. Named by the letter, not by the person."""
    day, moment = asked.span.ends, end_of_day(asked.span.ends)
    newer = select(LaterLetter.id).where(
        LaterLetter.tenant_id == Letter.tenant_id, LaterLetter.series == Letter.series, LaterLetter.no > Letter.no,
        LaterLetter.issued_at < moment,
    )  # fmt: skip
    signed = LetterSignature.id.is_not(None)
    return (
        _row(Post.unit_id, "letter", Letter.id, Letter.title, Letter.sign_by, part=cast(signed, Integer), whole=YES, against=~signed)
        .select_from(Letter)
        .join(Post, and_(Post.tenant_id == Letter.tenant_id, Post.post_code == any_(Letter.posts)))
        .outerjoin(
            LetterSignature,
            and_(
                LetterSignature.letter_id == Letter.id, LetterSignature.unit_id == Post.unit_id, LetterSignature.post_code == Post.post_code,
                LetterSignature.person_id == Post.person_id, LetterSignature.signed_at < moment,
            ),
        )
        .where(
            Letter.issued_at < moment, ~newer.exists(), Post.valid_from <= day, or_(Post.valid_to.is_(None), Post.valid_to >= day),
            Post.unit_id.in_(units),
        )
    )  # fmt: skip


def _matters(asked: Asked, units: Units) -> Rows:
    named = func.concat(case(dict(MEASURES), value=Matter.measure, else_=Matter.measure), "：", Matter.title)
    return _row(Matter.unit_id, "matter", Matter.id, named, Matter.decided_on, part=YES, against=literal(True)).where(
        Matter.measure.in_(asked.indicator.of), Matter.state != CALLED_OFF,
        Matter.decided_on.between(asked.span.starts, asked.span.ends), Matter.unit_id.in_(units),
    )  # fmt: skip


def _typed(asked: Asked, units: Units) -> Rows:
    """The latest of the latest day within the span."""
    last = (
        select(IndicatorEntry)
        .where(
            IndicatorEntry.indicator == asked.indicator.code, IndicatorEntry.unit_id.in_(units),
            IndicatorEntry.as_of.between(asked.span.starts, asked.span.ends),
        )
        .ext(distinct_on(IndicatorEntry.unit_id))
        .order_by(IndicatorEntry.unit_id, IndicatorEntry.as_of.desc(), IndicatorEntry.id.desc())
        .subquery()
    ).c  # fmt: skip
    against = last.part < last.whole if asked.indicator.is_share else last.part > 0
    return _row(
        last.unit_id,
        "entry",
        last.id,
        last.basis,
        last.as_of,
        part=last.part,
        whole=func.coalesce(last.whole, 0),
        against=against,
    )


ROWS: Mapping[Measured, Callable[[Asked, Units], Rows]] = {
    Measured.HAZARDS_CLOSED: _hazards_closed, Measured.HAZARDS_ON_TIME: _hazards_on_time, Measured.HAZARDS_OPEN: _hazards_open,
    Measured.HAZARDS_REPEATED: _hazards_repeated, Measured.VISITED: _visited, Measured.HELD: _held, Measured.INCIDENTS: _incidents,
    Measured.DEATHS: _incidents, Measured.INJURED: _incidents, Measured.LETTERS: _letters, Measured.MATTERS: _matters, Measured.TYPED: _typed,
}  # fmt: skip
"""Everything but what is owed (core.assessment.sources.duties)."""
