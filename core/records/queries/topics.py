"""Which school did something on which topic: records counted by topic and school. Set-based, four queries whatever there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.kernel.clock import local_date
from core.kernel.schoolyear import Span
from core.orgs.models import OrgUnit
from core.orgs.models.units import SCHOOL_KINDS
from core.orgs.queries import open_on
from core.records.models import Record
from core.records.permissions import RecordPermission
from core.records.scope import visible


@dataclass(frozen=True)
class TopicTotal:
    """``times``: how often it was done; ``schools``: how many did it at least once."""

    times: int = 0
    schools: int = 0


@dataclass(frozen=True)
class SchoolTopics:
    """One school; ``counts``: topic → how often. A topic that it never had is not in there."""

    unit_id: UUID
    unit_name: str
    counts: Mapping[str, int] = field(default_factory=dict)


def topics_by_school(
    session: TenantSession, actor: Actor, *, kind: str, span: Span, paging: Paging
) -> Page[SchoolTopics]:
    """Every open school within reach in name order, with its held records of a kind in ``span`` (local days, both included);
    what campuses and places did counts for their school."""
    wanted = (
        actor.coverage(RecordPermission.READ).filter(OrgUnit.id), OrgUnit.kind.in_(SCHOOL_KINDS),
        open_on(local_date(session.now())),
    )  # fmt: skip
    total = session.scalar(select(func.count()).select_from(OrgUnit).where(*wanted)) or 0
    units = session.execute(
        select(OrgUnit.id, OrgUnit.name)
        .where(*wanted)
        .order_by(OrgUnit.name_sort, OrgUnit.id)
        .limit(paging.page_size)
        .offset(paging.offset)
    ).all()
    school, topic = func.coalesce(Record.school_id, Record.unit_id), func.unnest(Record.topics).label("topic")
    counts: dict[UUID, dict[str, int]] = {}
    for unit_id, code, times in session.execute(
        select(school, topic, func.sum(Record.times))
        .where(*_held(actor, kind, span), school.in_([unit.id for unit in units]))
        .group_by(school, topic)
    ):
        counts.setdefault(unit_id, {})[code] = int(times)
    rows = tuple(SchoolTopics(unit.id, unit.name, counts.get(unit.id, {})) for unit in units)
    return Page(rows, total, paging.page, paging.page_size)


def topic_totals(session: TenantSession, actor: Actor, *, kind: str, span: Span) -> dict[str, TopicTotal]:
    """Topic → what all schools within reach did. One query."""
    school, topic = func.coalesce(Record.school_id, Record.unit_id), func.unnest(Record.topics).label("topic")
    each = (
        select(school.label("school_id"), topic, Record.times)
        .join(OrgUnit, OrgUnit.id == school)
        .where(*_held(actor, kind, span), OrgUnit.kind.in_(SCHOOL_KINDS))
        .subquery()
    )
    rows = session.execute(
        select(each.c.topic, func.sum(each.c.times), func.count(each.c.school_id.distinct())).group_by(each.c.topic)
    )
    return {code: TopicTotal(int(times), schools) for code, times, schools in rows}


def _held(actor: Actor, kind: str, span: Span) -> tuple[ColumnElement[bool], ...]:
    held = Record.held_on.between(span.starts, span.ends)
    return (visible(actor), Record.kind == kind, Record.state == "held", held)
