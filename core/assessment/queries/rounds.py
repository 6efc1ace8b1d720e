"""Rounds, and the sheets of one. In name order: a league table only where the notice orders one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from core.access.actor import Actor
from core.assessment.frozen import Frozen
from core.assessment.models import Appeal, AssessmentRound, AssessmentSheet
from core.assessment.permissions import AssessmentPermission
from core.assessment.words import ANNOUNCED, OPEN, PUBLISHED
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.kernel.errors import NotFound
from core.orgs.models import OrgUnit

READ, WRITE = AssessmentPermission.READ, AssessmentPermission.WRITE
SHOWN = (ANNOUNCED, PUBLISHED)
"""What a unit sees: nothing of a draft, nor of what was cancelled."""
VETOED, LEFT = "vetoed", "left"
"""As filters, beside the codes of grades."""
TAKES_PART = AssessmentSheet.left_on.is_(None)


@dataclass(frozen=True)
class RoundLine:
    id: UUID
    code: str
    title: str
    starts: date
    ends: date
    state: str
    units: int
    appeals: int
    """Still open."""
    appeal_until: date | None
    published_at: datetime | None


@dataclass(frozen=True)
class GradeCount:
    """``code`` of the grade, ``vetoed`` for vetoes, empty for results without a grade."""

    code: str
    label: str
    units: int


@dataclass(frozen=True)
class RoundCard:
    """Of units that take part, but for ``left``. ``unknown``: sheets on which somebody still has to type a figure."""

    line: RoundLine
    frozen: Frozen
    computed_at: datetime | None
    announced_at: datetime | None
    opened_by_name: str
    cancel_reason: str
    version: int
    grades: tuple[GradeCount, ...]
    unknown: int
    left: int
    job_id: UUID | None


@dataclass(frozen=True)
class SheetLine:
    id: UUID
    unit_id: UUID
    unit_name: str
    points: int
    """Hundredths."""
    grade: str
    """The district's word, the veto's where one holds."""
    vetoed: bool
    unknown: int
    latest_no: int
    appeals: int
    """Still open."""
    left_on: date | None
    """不再参评 since: what the sheet says counts nowhere."""
    left_why: str


def visible(actor: Actor) -> list[ColumnElement[bool]]:
    """Which rounds somebody sees."""
    return [] if actor.may(WRITE) else [AssessmentRound.state.in_(SHOWN)]


def rounds_page(session: TenantSession, actor: Actor, *, paging: Paging, state: str = "") -> Page[RoundLine]:
    """The latest first. Two statements."""
    where = [*visible(actor), *([AssessmentRound.state == state] if state else [])]
    total = session.scalar(select(func.count()).select_from(AssessmentRound).where(*where)) or 0
    rows = session.execute(
        _rounds(actor)
        .where(*where)
        .order_by(AssessmentRound.ends.desc(), AssessmentRound.id.desc())
        .offset(paging.offset)
        .limit(paging.page_size)
    )
    return Page(tuple(_line(row) for row in rows), total, paging.page, paging.page_size)


def round_card(session: TenantSession, actor: Actor, round_id: UUID) -> RoundCard:
    """Raises NotFound. Two statements."""
    row = session.execute(
        _rounds(actor)
        .add_columns(
            AssessmentRound.scheme, AssessmentRound.computed_at, AssessmentRound.announced_at, AssessmentRound.opened_by_name,
            AssessmentRound.cancel_reason, AssessmentRound.version, AssessmentRound.job_id,
        )
        .where(AssessmentRound.id == round_id, *visible(actor))
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound()
    frozen = Frozen.from_json(row.scheme)
    counted = session.execute(
        select(
            AssessmentSheet.grade,
            AssessmentSheet.vetoed,
            func.count().filter(TAKES_PART),
            func.count().filter(TAKES_PART, AssessmentSheet.unknown > 0),
            func.count(AssessmentSheet.left_on),
        )
        .where(AssessmentSheet.round_id == round_id, actor.coverage(READ).filter(AssessmentSheet.unit_id))
        .group_by(AssessmentSheet.grade, AssessmentSheet.vetoed)
    ).all()
    units: dict[str, int] = {}
    for grade, vetoed, count, *_ in counted:
        code = VETOED if vetoed else grade
        units[code] = units.get(code, 0) + count
    words = [(own.code, own.label) for own in frozen.scheme.grades] + [(VETOED, frozen.scheme.veto_label)]
    grades = tuple(GradeCount(code, label, units.get(code, 0)) for code, label in words)
    return RoundCard(
        _line(row), frozen, row.computed_at, row.announced_at, row.opened_by_name, row.cancel_reason, row.version, grades,
        sum(unknown for *_, unknown, _ in counted), sum(left for *_, left in counted), row.job_id,
    )  # fmt: skip


def sheets_page(
    session: TenantSession, actor: Actor, card: RoundCard, *, paging: Paging, grade: str = "", text: str = "", waiting: bool = False
) -> Page[SheetLine]:  # fmt: skip
    """Within reach, those that no longer take part last. ``grade``: of the scheme, ``vetoed`` or ``left``; ``waiting``: with an open
    appeal. Two statements."""
    statement = sheet_rows(actor, card, grade=grade, text=text, waiting=waiting)
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    rows = session.execute(statement.offset(paging.offset).limit(paging.page_size))
    return Page(tuple(sheet_line(card.frozen, row) for row in rows), total, paging.page, paging.page_size)


def sheet_rows(
    actor: Actor, card: RoundCard, *, grade: str = "", text: str = "", waiting: bool = False
) -> Select[Any]:  # fmt: skip
    open_appeals = (
        select(func.count())
        .where(Appeal.sheet_id == AssessmentSheet.id, Appeal.state == OPEN)
        .correlate(AssessmentSheet)
        .scalar_subquery()
    )
    where = [AssessmentSheet.round_id == card.line.id, actor.coverage(READ).filter(AssessmentSheet.unit_id)]
    where += _graded(grade)
    where += [OrgUnit.name.contains(text, autoescape=True)] if text else []
    where += [open_appeals > 0] if waiting else []
    ranking = [AssessmentSheet.points.desc()] if card.frozen.scheme.ranked else []
    return (
        select(
            AssessmentSheet.id, AssessmentSheet.unit_id, OrgUnit.name, AssessmentSheet.points, AssessmentSheet.grade, AssessmentSheet.vetoed,
            AssessmentSheet.unknown, AssessmentSheet.latest_no, open_appeals.label("appeals"),
            AssessmentSheet.left_on, AssessmentSheet.left_why,
        )
        .join(OrgUnit, OrgUnit.id == AssessmentSheet.unit_id)
        .where(*where)
        .order_by(AssessmentSheet.left_on.is_not(None), *ranking, OrgUnit.name_sort, OrgUnit.id)
    )  # fmt: skip


def _graded(grade: str) -> list[ColumnElement[bool]]:
    if grade == LEFT:
        return [~TAKES_PART]
    if not grade:
        return []
    return [TAKES_PART, AssessmentSheet.vetoed.is_(True) if grade == VETOED else AssessmentSheet.grade == grade]


def sheet_line(frozen: Frozen, row: Any) -> SheetLine:
    word = frozen.scheme.veto_label if row.vetoed else frozen.grade(row.grade)
    return SheetLine(
        row.id, row.unit_id, row.name, row.points, word, row.vetoed, row.unknown, row.latest_no, row.appeals,
        row.left_on, row.left_why,
    )  # fmt: skip


def waiting(session: TenantSession, actor: Actor) -> tuple[int, int]:
    """(Appeals that wait for the actor, own units' results in their appeal window). One statement."""
    decides = actor.coverage(AssessmentPermission.DECIDE).filter(AssessmentSheet.unit_id)
    appeals = actor.coverage(AssessmentPermission.APPEAL)
    open_appeals = (
        select(func.count())
        .select_from(Appeal)
        .join(AssessmentSheet, AssessmentSheet.id == Appeal.sheet_id)
        .join(AssessmentRound, AssessmentRound.id == AssessmentSheet.round_id)
        .where(Appeal.state == OPEN, AssessmentRound.state == ANNOUNCED, decides)
        .scalar_subquery()
    )
    shown = (
        select(func.count())
        .select_from(AssessmentSheet)
        .join(AssessmentRound, AssessmentRound.id == AssessmentSheet.round_id)
        .where(AssessmentRound.state == ANNOUNCED, TAKES_PART, appeals.filter(AssessmentSheet.unit_id))
        .scalar_subquery()
    )
    row = session.execute(select(open_appeals.label("open"), shown.label("shown"))).one()
    return row.open, 0 if appeals.everywhere else row.shown


def _rounds(actor: Actor) -> Select[Any]:
    """Sheets and open appeals counted within reach."""
    mine = actor.coverage(READ).filter(AssessmentSheet.unit_id)
    units = (
        select(func.count())
        .where(AssessmentSheet.round_id == AssessmentRound.id, TAKES_PART, mine)
        .correlate(AssessmentRound)
        .scalar_subquery()
    )
    appeals = (
        select(func.count())
        .select_from(Appeal)
        .join(AssessmentSheet, AssessmentSheet.id == Appeal.sheet_id)
        .where(AssessmentSheet.round_id == AssessmentRound.id, Appeal.state == OPEN, mine)
        .correlate(AssessmentRound)
        .scalar_subquery()
    )
    return select(
        AssessmentRound.id, AssessmentRound.code, AssessmentRound.title, AssessmentRound.starts, AssessmentRound.ends, AssessmentRound.state,
        units.label("units"), appeals.label("appeals"), AssessmentRound.appeal_until, AssessmentRound.published_at,
    )  # fmt: skip


def _line(row: Any) -> RoundLine:
    return RoundLine(
        row.id,
        row.code,
        row.title,
        row.starts,
        row.ends,
        row.state,
        row.units,
        row.appeals,
        row.appeal_until,
        row.published_at,
    )
