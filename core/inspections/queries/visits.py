"""Visits as lists and single pages show them. Set-based: a list costs the same number of queries however long it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from core.access.actor import Actor
from core.db.ordering import in_order
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.inspections.checklist import Content, Given, Result, content_of, result_of
from core.inspections.models import (
    Answer,
    AnswerVersion,
    ChecklistVersion,
    Finding,
    Inspector,
    RectificationOrder,
    Round,
    Signature,
    Visit,
    VisitPhoto,
)
from core.inspections.queries.scope import may_conduct, own_work, visible
from core.inspections.queries.work import Earlier, Found, earlier_of, findings_of
from core.kernel.clock import local_date
from core.kernel.errors import NotFound
from core.orgs.models import OrgUnit
from core.orgs.queries import closure_of


@dataclass(frozen=True)
class VisitFilter:
    """What the list is narrowed to; None and empty: no matter. ``todo``: what I may carry out and is not over."""

    kind: str = ""
    state: str = ""
    unit_id: UUID | None = None
    """This unit and everything under it."""
    round_id: UUID | None = None
    since: date | None = None
    until: date | None = None
    findings: bool = False
    """Only those that found something."""
    todo: bool = False


@dataclass(frozen=True)
class VisitLine:
    """A row of the list. ``score`` in hundredths of a per cent."""

    id: UUID
    kind: str
    title: str
    state: str
    unit_id: UUID
    unit_name: str
    planned_on: date
    started_at: datetime | None
    finished_at: datetime | None
    items: int
    passed: int
    failed: int
    not_applicable: int
    score: int | None
    inspectors: tuple[str, ...]
    order_no: str | None
    round_id: UUID | None
    concealed: bool
    """Not begun and unknown to the school."""
    version: int


_COLUMNS: tuple[Any, ...] = (
    Visit.id, Visit.kind, Visit.title, Visit.state, Visit.unit_id, OrgUnit.name, Visit.planned_on, Visit.started_at,
    Visit.finished_at, Visit.items, Visit.passed, Visit.failed, Visit.not_applicable, Visit.score,
    RectificationOrder.no, Visit.round_id, Visit.concealed, Visit.version,
)  # fmt: skip
SORTS = {"planned_on": Visit.planned_on, "failed": Visit.failed, "score": Visit.score, "unit": OrgUnit.name_sort}


def visits_page(session: TenantSession, actor: Actor, *, asked: VisitFilter, paging: Paging) -> Page[VisitLine]:
    """One page, newest first. Three queries."""
    wanted = _conditions(actor, asked)
    total = session.scalar(select(func.count()).select_from(Visit).where(*wanted)) or 0
    column = SORTS.get((paging.sort or "").removeprefix("-"))
    down = column is None or (paging.sort or "").startswith("-")
    order = in_order(column if column is not None else Visit.planned_on, Visit.id, down=down)
    rows = session.execute(_lines().where(*wanted).order_by(*order).limit(paging.page_size).offset(paging.offset)).all()
    return Page(_with_teams(session, rows), total, paging.page, paging.page_size)


def _lines() -> Select[Any]:
    return (
        select(*_COLUMNS)
        .join(OrgUnit, OrgUnit.id == Visit.unit_id)
        .outerjoin(RectificationOrder, RectificationOrder.visit_id == Visit.id)
    )


def _with_teams(session: TenantSession, rows: Iterable[Any]) -> tuple[VisitLine, ...]:
    found = list(rows)
    names: dict[UUID, tuple[str, ...]] = {}
    for row in session.execute(
        select(Inspector.visit_id, Inspector.name)
        .where(Inspector.visit_id.in_([row[0] for row in found]))
        .order_by(Inspector.lead.desc(), Inspector.name)
    ):
        names[row.visit_id] = (*names.get(row.visit_id, ()), row.name)
    return tuple(_line(row, names.get(row[0], ())) for row in found)


def _line(row: Any, names: tuple[str, ...]) -> VisitLine:
    values: tuple[Any, ...] = (*row[:14], names, *row[14:16], row[16] and row[7] is None, row[17])
    return VisitLine(*values)


def _conditions(actor: Actor, asked: VisitFilter) -> list[ColumnElement[bool]]:
    wanted = [visible(actor)]
    if asked.kind:
        wanted.append(Visit.kind == asked.kind)
    if asked.state:
        wanted.append(Visit.state == asked.state)
    if asked.unit_id:
        wanted.append(Visit.unit_id.in_(closure_of(asked.unit_id)))
    if asked.round_id:
        wanted.append(Visit.round_id == asked.round_id)
    if asked.since:
        wanted.append(Visit.planned_on >= asked.since)
    if asked.until:
        wanted.append(Visit.planned_on <= asked.until)
    if asked.findings:
        wanted.append(Visit.failed > 0)
    if asked.todo:
        wanted += [own_work(actor), Visit.state.in_(("planned", "under_way"))]
    return wanted


@dataclass(frozen=True)
class Answered:
    """An item with its answer, for the page and the print."""

    code: str
    section: str
    content: str
    standard: str
    clauses: tuple[str, ...]
    law: str
    points: int
    verdict: str
    got: int | None
    note: str
    photos: tuple[UUID, ...]
    """Files."""
    torn: bool
    finding: Found | None


@dataclass(frozen=True)
class VisitCard:
    """One visit with everything behind its score."""

    line: VisitLine
    school_id: UUID | None
    checklist_title: str
    checklist_no: int
    checklist_id: UUID
    pass_percent: int
    basis: str
    result: Result
    answers: tuple[Answered, ...]
    signatures: tuple[tuple[str, str, UUID | None, datetime], ...]
    """(role, name, file, when)."""
    order: tuple[str, date, UUID] | None
    """(number, due, file)."""
    earlier: tuple[Earlier, ...]
    follows_id: UUID | None
    followed_by: tuple[UUID, ...]
    round_title: str
    summary: str
    cancel_reason: str
    may_conduct: bool


def visit_card(session: TenantSession, actor: Actor, visit_id: UUID) -> VisitCard:
    """Raises NotFound. A fixed number of queries."""
    visit = session.scalars(select(Visit).where(Visit.id == visit_id, visible(actor))).first()
    if visit is None:
        raise NotFound()
    (line,) = _with_teams(session, session.execute(_lines().where(Visit.id == visit_id)).all())
    checklist = session.get_one(ChecklistVersion, (session.tenant_id, visit.checklist_version_id))
    asked = content_of(checklist.content).only(visit.only_items)
    answers, result = _answers(session, visit_id, asked)
    signed = session.execute(
        select(Signature.role, Signature.name, Signature.file_id, Signature.signed_at)
        .where(Signature.visit_id == visit_id)
        .order_by(Signature.received_at)
    )
    order = session.execute(
        select(RectificationOrder.no, RectificationOrder.due_on, RectificationOrder.file_id).where(
            RectificationOrder.visit_id == visit_id
        )
    ).first()
    later = session.scalars(select(Visit.id).where(Visit.follows_id == visit_id, visible(actor)).order_by(Visit.id))
    inspecting = session.get(Inspector, (session.tenant_id, visit_id, actor.person_id)) if actor.person_id else None
    title = session.scalar(select(Round.title).where(Round.id == visit.round_id)) if visit.round_id else ""
    return VisitCard(
        line=line, school_id=visit.school_id, checklist_title=checklist.title, checklist_no=checklist.no,
        checklist_id=checklist.checklist_id, pass_percent=asked.pass_percent, basis=asked.basis, result=result, answers=answers,
        signatures=tuple((row[0], row[1], row[2], row[3]) for row in {row.role: row for row in signed}.values()),
        order=(order[0], order[1], order[2]) if order else None,
        earlier=earlier_of(session, visit.follows_id, visit.only_items or ()) if visit.follows_id else (),
        follows_id=visit.follows_id, followed_by=tuple(later), round_title=title or "", summary=visit.summary,
        cancel_reason=visit.cancel_reason, may_conduct=may_conduct(actor, visit, on_team=inspecting is not None),
    )  # fmt: skip


def _answers(session: TenantSession, visit_id: UUID, asked: Content) -> tuple[tuple[Answered, ...], Result]:
    standing = {row.item: row for row in session.scalars(select(Answer).where(Answer.visit_id == visit_id))}
    heads = {head for row in standing.values() for head in row.heads}
    versions = {row.id: row for row in session.scalars(select(AnswerVersion).where(AnswerVersion.id.in_(heads)))}
    files = {
        row.id: row.file_id
        for row in session.execute(
            select(VisitPhoto.id, VisitPhoto.file_id).where(
                VisitPhoto.visit_id == visit_id, VisitPhoto.file_id.is_not(None)
            )
        )
    }
    found = {own.item: own for own in findings_of(session, visit_id)}
    given = {
        item: Given(row.verdict, row.points) for item, row in standing.items() if len(row.heads) == 1 and row.verdict
    }
    lines = []
    for item in asked.items:
        row = standing.get(item.code)
        head = versions.get(row.heads[0]) if row is not None and len(row.heads) == 1 else None
        lines.append(
            Answered(
                item.code, item.section, item.content, item.standard, item.clauses, item.law, item.points,
                head.verdict if head else "", head.points if head else None, head.note if head else "",
                tuple(files[photo] for photo in head.photos if photo in files) if head else (),
                row is not None and len(row.heads) > 1, found.get(item.code),
            )
        )  # fmt: skip
    return tuple(lines), result_of(asked, given)


@dataclass(frozen=True)
class Waiting:
    """What a person at work has to do. ``late``: planned for a day gone by."""

    today: int
    late: int
    orders: int
    """Finished with findings, and no order issued yet (for who plans)."""


def waiting(session: TenantSession, actor: Actor, *, plans: bool) -> Waiting:
    """One query, two for who plans."""
    today = local_date(session.now())
    open_ = Visit.state.in_(("planned", "under_way"))
    row = session.execute(
        select(
            func.count().filter(open_, Visit.planned_on == today), func.count().filter(open_, Visit.planned_on < today)
        ).where(visible(actor), own_work(actor))
    ).one()
    orders = 0
    if plans:
        orders = session.scalar(
            select(func.count())
            .select_from(Visit)
            .outerjoin(RectificationOrder, RectificationOrder.visit_id == Visit.id)
            .where(
                visible(actor), Visit.state == "finished", Visit.failed > 0, Visit.kind.not_in(("self_check", "daily")),
                RectificationOrder.id.is_(None),
            )
        ) or 0  # fmt: skip
    return Waiting(row[0], row[1], orders)


def may_see_files(session: TenantSession, actor: Actor, visit_id: UUID) -> bool:
    """Whoever sees the visit sees its photos, signatures and order."""
    return bool(session.scalar(select(func.count()).where(Visit.id == visit_id, visible(actor))))


@dataclass(frozen=True)
class HazardOrigin:
    """The visit in which a hazard was found."""

    visit_id: UUID
    title: str
    kind: str
    planned_on: date
    item: str
    again: bool


def origins_of(session: TenantSession, actor: Actor, hazard_id: UUID) -> tuple[HazardOrigin, ...]:
    """Visits that led to this hazard, as far as the actor sees them, oldest first. One query."""
    rows = session.execute(
        select(Visit.id, Visit.title, Visit.kind, Visit.planned_on, Finding.item, Finding.again)
        .join(Finding, Finding.visit_id == Visit.id)
        .where(Finding.hazard_id == hazard_id, visible(actor))
        .order_by(Finding.at, Finding.id)
    )
    return tuple(HazardOrigin(*row) for row in rows)
