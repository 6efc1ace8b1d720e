"""Tasks for pages and REST: the list with its filters, one task with its parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from core.access.actor import Actor
from core.campaigns.models import TaskState
from core.campaigns.permissions import CampaignPermission
from core.campaigns.plan import PlanTask, copies_of
from core.campaigns.queries.board import TaskLine, board
from core.campaigns.queries.scope import Scope, answering, scope_of
from core.campaigns.standing import Standing
from core.db.sessions import TenantSession
from core.files.queries import FileCard, files_on
from core.http.paging import Page, Paging
from core.kernel.errors import NotFound
from core.orgs.models import OrgUnit
from core.tenancy.shelf import pack_of

SUBJECT = "task_state"
OPEN = "open"


@dataclass(frozen=True)
class TaskFilter:
    """Empty = no matter. ``mine``: only what the units looked at have a part in. ``department``: code, responsible or not."""

    campaign: str = ""
    phase: str = ""
    category: str = ""
    standing: str = ""
    department: str = ""
    text: str = ""
    mine: bool = False
    unassigned: bool = False
    confirm: bool = False
    waiting: bool = False
    unit_id: UUID | None = None


@dataclass(frozen=True)
class TaskPart:
    """One unit's part of a task, or the bureau's. ``id`` None and ``version`` 0: nothing was reported yet."""

    unit_id: UUID
    unit_name: str
    bureau: bool
    id: UUID | None
    state: str
    done_on: date | None
    note: str
    reported_at: datetime | None
    reported_by: UUID | None
    reported_by_name: str
    signed_at: datetime | None
    signed_by_name: str
    reason: str
    version: int
    files: tuple[FileCard, ...] = ()


@dataclass(frozen=True)
class TaskCard:
    """One task. ``origin`` and ``copies``: the row it was copied from, and what was copied from it."""

    line: TaskLine
    origin: PlanTask | None
    copies: tuple[PlanTask, ...]
    repeats: tuple[PlanTask, ...]
    """Rows that say the same for another time."""
    parts: Page[TaskPart]


def tasks_page(session: TenantSession, actor: Actor, *, filters: TaskFilter, paging: Paging) -> Page[TaskLine]:
    """Five queries, whatever its length: a plan is a few hundred rows and is put together in memory."""
    scope = scope_of(session, actor, unit_id=filters.unit_id)
    lines = board(session, pack_of(session), scope)
    return paging.cut(_sorted([line for line in lines if fits(line, filters)], paging.sort))


def fits(line: TaskLine, asked: TaskFilter) -> bool:
    task, assigned = line.task, line.assigned
    return (
        (not asked.campaign or task.campaign == asked.campaign)
        and (not asked.phase or task.phase == asked.phase)
        and (not asked.category or task.category == asked.category)
        and (not asked.standing or line.standing == asked.standing)
        and (not asked.department or asked.department in (*assigned.responsible, *assigned.participating))
        and (not asked.text or asked.text in task.label or asked.text in (task.no, task.code, *task.clauses))
        and (not asked.mine or line.concerns)
        and (not asked.unassigned or line.unassigned)
        and (not asked.confirm or task.confirm)
        and (not asked.waiting or line.waiting > 0)
    )


def categories(lines: Iterable[TaskLine]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.task.category for line in lines if line.task.category))


def task_card(session: TenantSession, actor: Actor, code: str, *, paging: Paging) -> TaskCard:
    """Raises NotFound. Eight queries, whatever the number of units."""
    scope = scope_of(session, actor)
    lines = {line.task.code: line for line in board(session, pack_of(session), scope)}
    line = lines.get(code)
    if line is None:
        raise NotFound()
    tasks = {own: other.task for own, other in lines.items()}
    copies = copies_of(tasks.values()).get(code, ())
    return TaskCard(
        line=line, origin=tasks.get(line.task.origin), copies=tuple(tasks[own] for own in copies),
        repeats=tuple(tasks[own] for own in line.task.repeats if own in tasks),
        parts=parts_page(session, scope, line, paging=paging),
    )  # fmt: skip


def parts_page(session: TenantSession, scope: Scope, line: TaskLine, *, paging: Paging) -> Page[TaskPart]:
    """The bureau's part first, then what is not done, by unit. Three queries."""
    wanted = _answers(session, scope, line)
    total = session.scalar(select(func.count()).select_from(OrgUnit).where(wanted)) or 0
    state = func.coalesce(TaskState.state, OPEN)
    rank = case(
        (OrgUnit.id == scope.root, 0), (state == "returned", 1), (state == "open", 2), (state == "reported", 3), else_=4
    )
    rows: Sequence[Any] = session.execute(
        select(OrgUnit.id, OrgUnit.name, TaskState)
        .outerjoin(TaskState, and_(TaskState.unit_id == OrgUnit.id, TaskState.code == line.task.code))
        .where(wanted)
        .order_by(rank, OrgUnit.name_sort, OrgUnit.id)
        .limit(paging.page_size)
        .offset(paging.offset)
    ).all()
    files = files_on(session, subject_kind=SUBJECT, subject_ids=[row.id for _, _, row in rows if row is not None])
    items = tuple(_part(unit, name, unit == scope.root, row, files) for unit, name, row in rows)
    return Page(items, total, paging.page, paging.page_size)


def _answers(session: TenantSession, scope: Scope, line: TaskLine) -> ColumnElement[bool]:
    """SQL: the units with a part in the task, among those looked at; the bureau's part is there for everybody."""
    who = line.parties
    units = and_(scope.filter(OrgUnit.id), OrgUnit.org_type.in_(who.types | who.some), *answering(session))
    return or_(OrgUnit.id == scope.root, units) if who.bureau else units


def _part(
    unit_id: UUID, name: str, bureau: bool, row: TaskState | None, files: dict[UUID, tuple[FileCard, ...]]
) -> TaskPart:
    if row is None:
        return TaskPart(unit_id, name, bureau, None, OPEN, None, "", None, None, "", None, "", "", 0)
    return TaskPart(
        unit_id, name, bureau, row.id, row.state, row.done_on, row.note, row.reported_at, row.reported_by,
        row.reported_by_name, row.signed_at, row.signed_by_name, row.reason, row.version, files.get(row.id, ()),
    )  # fmt: skip


def may_see_files(session: TenantSession, actor: Actor, state_id: UUID) -> bool:
    """Files of a part: whoever sees the unit; the bureau's own part is there for every reader of the plan."""
    coverage = actor.coverage(CampaignPermission.READ)
    row = session.execute(
        select(TaskState.unit_id, OrgUnit.kind)
        .join(OrgUnit, OrgUnit.id == TaskState.unit_id)
        .where(TaskState.id == state_id)
    ).first()
    return row is not None and bool(coverage) and (row.unit_id in coverage or row.kind == "bureau")


def _sorted(lines: list[TaskLine], sort: str | None) -> list[TaskLine]:
    """The order of the plan unless another is asked for; what has no day comes last."""
    name, down = (sort or "").removeprefix("-"), (sort or "").startswith("-")
    if name == "standing":
        order = list(Standing)
        return sorted(lines, key=lambda line: order.index(line.standing), reverse=down)
    if name in ("starts", "ends"):
        far = date.min if down else date.max
        return sorted(lines, key=lambda line: getattr(line.task, name) or far, reverse=down)
    return lines
