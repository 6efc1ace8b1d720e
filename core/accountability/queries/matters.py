"""Matters as people see them, the counters, and the signs that the ledger shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select

from core.access.actor import Actor
from core.accountability.models import Matter, MatterStep
from core.accountability.permissions import AccountabilityPermission
from core.accountability.words import AWAITING, CANCELLED, OPEN, PROGRESS
from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.hazards.queries.filters import open_, overdue
from core.http.paging import Page, Paging
from core.kernel.clock import end_of_day, local_date, start_of_day
from core.kernel.errors import NotFound
from core.kernel.schoolyear import Span
from core.orgs.models import OrgUnit
from core.papers.models import Paper
from core.papers.scope import visible
from core.tenancy.packs.model import Counter, Figure, Measure, Pack, Sign

READ = AccountabilityPermission.READ
QUARTER = timedelta(days=92)
"""挂牌督办: by then the next progress is due."""
UNDER_WAY = (OPEN, AWAITING)


@dataclass(frozen=True)
class MatterLine:
    """A row of the list. ``late``: past its day; ``silent``: 挂牌督办 without progress for a quarter."""

    id: UUID
    no: str
    measure: str
    title: str
    unit_name: str
    decided_on: date
    due_on: date | None
    state: str
    late: bool
    silent: bool


@dataclass(frozen=True)
class StepLine:
    step: str
    text: str
    due_on: date | None
    at: datetime
    by_name: str


@dataclass(frozen=True)
class MatterCard:
    """A whole matter with its steps, oldest first."""

    line: MatterLine
    unit_id: UUID
    ground: str
    facts: str
    clauses: tuple[str, ...]
    persons: int
    hazard_id: UUID | None
    hazard_title: str | None
    paper_id: UUID | None
    paper_no: str | None
    """Its number; None also for a paper that the reader does not see."""
    made_by_name: str
    closed_on: date | None
    version: int
    steps: tuple[StepLine, ...]


@dataclass(frozen=True)
class Count:
    """A counter of the notice with its figure."""

    counter: Counter
    figure: int


@dataclass(frozen=True)
class SignLine:
    """A unit at which the ledger shows a sign of one of the notice's grounds. A proposal, nothing more."""

    unit_id: UUID
    unit_name: str
    sign: str
    hazards: int
    oldest_on: date | None
    decided: int
    """Matters that are under way about the unit already."""


def matters_page(
    session: TenantSession, actor: Actor, *, paging: Paging, measure: str = "", state: str = "", unit_id: UUID | None = None
) -> Page[MatterLine]:  # fmt: skip
    """Newest first. Two queries."""
    where = [actor.coverage(READ).filter(Matter.unit_id)]
    where += [Matter.measure == measure] if measure else []
    where += [Matter.state == state] if state else []
    where += [Matter.unit_id == unit_id] if unit_id else []
    total = session.scalar(select(func.count()).select_from(Matter).where(*where)) or 0
    order = (Matter.decided_on.desc(), Matter.id.desc())
    lines = _lines(session, where, order, paging)
    return Page(tuple(lines), total, paging.page, paging.page_size)


def matter_card(session: TenantSession, actor: Actor, matter_id: UUID) -> MatterCard:
    """Raises NotFound. Three queries."""
    where = [Matter.id == matter_id, actor.coverage(READ).filter(Matter.unit_id)]
    lines = _lines(session, where, (Matter.id,), Paging())
    if not lines:
        raise NotFound()
    row, title, paper_no = session.execute(
        select(Matter, Hazard.title, Paper.no)
        .outerjoin(Hazard, Hazard.id == Matter.hazard_id)
        .outerjoin(Paper, and_(Paper.id == Matter.paper_id, visible(actor)))
        .where(Matter.id == matter_id)
    ).one()
    steps = session.scalars(
        select(MatterStep).where(MatterStep.matter_id == matter_id).order_by(MatterStep.at, MatterStep.id)
    )
    return MatterCard(
        lines[0], row.unit_id, row.ground, row.facts, tuple(row.clauses), row.persons, row.hazard_id, title, row.paper_id,
        paper_no, row.made_by_name, row.closed_on, row.version, tuple(StepLine(own.step, own.text, own.due_on, own.at, own.by_name) for own in steps),
    )  # fmt: skip


def counts(session: TenantSession, actor: Actor, pack: Pack, *, span: Span) -> tuple[Count, ...]:
    """The notice's counters over ``span`` (local days) within reach. One query for measures, one for hazards."""
    if not pack.counters:
        return ()
    rows = session.execute(
        select(Matter.measure, func.count().label("matters"), func.sum(Matter.persons).label("persons"))
        .where(
            actor.coverage(READ).filter(Matter.unit_id), Matter.state != CANCELLED, Matter.decided_on >= span.starts,
            Matter.decided_on <= span.ends,
        )
        .group_by(Matter.measure)
    )  # fmt: skip
    found = {row.measure: (row.matters, int(row.persons or 0)) for row in rows}
    closed = 0
    if any(counter.figure is Figure.MAJOR_HAZARDS_CLOSED for counter in pack.counters):
        closed = (
            session.scalar(
                select(func.count()).where(
                    actor.coverage(READ).filter(func.coalesce(Hazard.school_id, Hazard.unit_id)), Hazard.grade == "major",
                    Hazard.canonical == "closed", Hazard.closed_at >= start_of_day(span.starts), Hazard.closed_at < end_of_day(span.ends),
                )
            )
            or 0
        )  # fmt: skip
    return tuple(
        Count(counter, closed if counter.figure is not None else _sum(counter, found)) for counter in pack.counters
    )


def signs(session: TenantSession, actor: Actor, pack: Pack) -> tuple[SignLine, ...]:
    """Units where the ledger shows what a ground of the notice names, in name order: nobody is ranked. Two queries at most."""
    wanted = {sign for ground in pack.accountability for sign in ground.signs}
    reach = actor.coverage(READ)
    lines: list[SignLine] = []
    for sign in sorted(wanted):
        unit = func.coalesce(Hazard.school_id, Hazard.unit_id)
        open_matters = (
            select(func.count())
            .where(Matter.unit_id == OrgUnit.id, Matter.state.in_(UNDER_WAY))
            .correlate(OrgUnit)
            .scalar_subquery()
        )
        rows = session.execute(
            select(
                OrgUnit.id, OrgUnit.name, func.count(Hazard.id).label("hazards"), func.min(Hazard.clock_on).label("oldest_on"),
                open_matters.label("decided"),
            )
            .join(Hazard, unit == OrgUnit.id)
            .where(reach.filter(OrgUnit.id), *_shows(sign, local_date(session.now())))
            .group_by(OrgUnit.id, OrgUnit.name, OrgUnit.name_sort)
            .order_by(OrgUnit.name_sort, OrgUnit.id)
        )  # fmt: skip
        lines += [SignLine(row.id, row.name, str(sign), row.hazards, row.oldest_on, row.decided) for row in rows]
    return tuple(lines)


def waiting(session: TenantSession, actor: Actor) -> tuple[int, int]:
    """(matters that wait for the actor's acceptance, matters of the actor's own units that are under way). One query."""
    decides, answers = actor.coverage(AccountabilityPermission.WRITE), actor.coverage(AccountabilityPermission.ANSWER)
    row = session.execute(
        select(
            func.count().filter(Matter.state == AWAITING, decides.filter(Matter.unit_id)).label("accept"),
            func.count().filter(Matter.state == OPEN, answers.filter(Matter.unit_id)).label("own"),
        ).where(Matter.state.in_(UNDER_WAY))
    ).one()
    return row.accept, 0 if answers.everywhere else row.own


def _sum(counter: Counter, found: dict[str, tuple[int, int]]) -> int:
    return sum(found.get(str(measure), (0, 0))[counter.persons] for measure in counter.measures)


def _shows(sign: Sign, today: date) -> list[ColumnElement[bool]]:
    if sign is Sign.OVERDUE_HAZARDS:
        return [overdue(today), open_()]
    return [Hazard.recurrence_of.is_not(None), open_()]


def _lines(
    session: TenantSession, where: Iterable[ColumnElement[bool]], order: Iterable[Any], paging: Paging
) -> list[MatterLine]:
    today = local_date(session.now())
    last = (
        select(func.max(MatterStep.at))
        .where(MatterStep.matter_id == Matter.id, MatterStep.step == PROGRESS)
        .correlate(Matter)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Matter.id, Matter.year, Matter.seq, Matter.measure, Matter.title, OrgUnit.name.label("unit_name"), Matter.decided_on,
            Matter.due_on, Matter.state, last.label("last"),
        )
        .join(OrgUnit, OrgUnit.id == Matter.unit_id)
        .where(*where)
        .order_by(*order)
        .offset(paging.offset)
        .limit(paging.page_size)
    )  # fmt: skip
    lines = []
    for row in rows:
        under_way = row.state in UNDER_WAY
        heard = local_date(row.last) if row.last is not None else row.decided_on
        lines.append(
            MatterLine(
                row.id, f"{row.year}-{row.seq}", row.measure, row.title, row.unit_name, row.decided_on, row.due_on, row.state,
                late=under_way and row.due_on is not None and row.due_on < today,
                silent=under_way and row.measure == Measure.LISTING and heard + QUARTER < today,
            )
        )  # fmt: skip
    return lines
