"""The whole plan as it stands for somebody: every task with its parts counted. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select

from core.campaigns.models import LocalTask, TaskAssignment, TaskState
from core.campaigns.parties import Parties, PartyBook
from core.campaigns.plan import PlanTask, expanded
from core.campaigns.queries.scope import Scope, answering
from core.campaigns.standing import Standing, standing
from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.orgs.models import OrgUnit
from core.tenancy.packs.model import Pack

LOCAL_NOTE = "本区增加"


@dataclass(frozen=True)
class Assigned:
    """Departments of the bureau, by code. ``version`` 0: nobody assigned any yet; then they are the plan's own."""

    responsible: tuple[str, ...] = ()
    participating: tuple[str, ...] = ()
    version: int = 0


@dataclass(frozen=True)
class TaskLine:
    """A task as it stands for the units looked at.

    ``parts``: how many units and bureau parts answer, ``done`` and ``waiting`` (for a signature) of them; ``reports``: of
    「相关」 units, which are not counted as owing. ``days_left``: until the last day, negative when past; None without one.
    """

    task: PlanTask
    parties: Parties
    assigned: Assigned
    standing: Standing
    parts: int
    done: int
    waiting: int
    returned: int
    reports: int
    concerns: bool
    days_left: int | None

    @property
    def unassigned(self) -> bool:
        """The bureau answers and nobody has said which department: 未指定."""
        return self.parties.unassigned and not self.assigned.responsible


Counts = Mapping[tuple[str, bool, str], int]
"""(code, of the bureau, state) → how many."""


def plan_of(session: TenantSession, pack: Pack, *, withdrawn: bool = False) -> tuple[PlanTask, ...]:
    """The pack's plan, then the district's own tasks. One query."""
    local = select(LocalTask).order_by(LocalTask.id)
    if not withdrawn:
        local = local.where(LocalTask.withdrawn_on.is_(None))
    return (*expanded(pack), *(_local(row) for row in session.scalars(local)))


def board(session: TenantSession, pack: Pack, scope: Scope) -> tuple[TaskLine, ...]:
    """Every task, in the order of the plan. Three queries."""
    today = local_date(session.now())
    tasks, assigned, counts = plan_of(session, pack), assignments(session), _counts(session, scope)
    book = PartyBook(pack)
    return tuple(_line(book, scope, task, assigned.get(task.code), counts, today) for task in tasks)


def assignments(session: TenantSession) -> dict[str, Assigned]:
    """By code of a task, or ``main:<code>``. One query."""
    rows = session.execute(
        select(TaskAssignment.code, TaskAssignment.responsible, TaskAssignment.participating, TaskAssignment.version)
    )
    return {row[0]: Assigned(tuple(row[1]), tuple(row[2]), row[3]) for row in rows}


def _line(book: PartyBook, scope: Scope, task: PlanTask, own: Assigned | None, counts: Counts, today: date) -> TaskLine:
    who = book(task.responsible)
    concerns = scope.concerns(who)
    bureau = who.bureau and (scope.whole or not concerns)
    units = scope.expected(who)
    found = {state: _number(counts, task.code, state, bureau=bureau) for state in ("done", "reported", "returned")}
    parts = units + (1 if bureau else 0)
    extra = 0
    if who.some:  # who reports of them is welcome, who does not owes nothing
        extra = sum(number for (code, root, _), number in counts.items() if code == task.code and not root)
        found = {state: counts.get((task.code, True, state), 0) if bureau else 0 for state in found}
    finished = parts > 0 and found["done"] >= parts
    return TaskLine(
        task=task, parties=who, assigned=own or Assigned(who.departments, book(task.participating).departments),
        standing=standing(today=today, starts=task.starts, ends=task.ends, done=finished, confirm=task.confirm, open_ended=task.open_ended),
        parts=parts, done=found["done"], waiting=found["reported"], returned=found["returned"], reports=extra,
        concerns=concerns, days_left=(task.ends - today).days if task.ends and not task.open_ended else None,
    )  # fmt: skip


def _number(counts: Counts, code: str, state: str, *, bureau: bool) -> int:
    return counts.get((code, False, state), 0) + (counts.get((code, True, state), 0) if bureau else 0)


def _counts(session: TenantSession, scope: Scope) -> Counts:
    """Of units looked at that are open, and of the bureau: its part is everybody's to see."""
    of_bureau = TaskState.unit_id == scope.root
    rows = session.execute(
        select(TaskState.code, of_bureau, TaskState.state, func.count())
        .join(OrgUnit, OrgUnit.id == TaskState.unit_id)
        .where(of_bureau | (scope.filter(TaskState.unit_id) & and_(*answering(session))), TaskState.state != "open")
        .group_by(TaskState.code, of_bureau, TaskState.state)
    )
    return {(code, bool(root), state): number for code, root, state, number in rows}


def _local(row: LocalTask) -> PlanTask:
    return PlanTask(
        code=row.code, row=row.code, origin="", no="", label=row.title, campaign=row.campaign, phase=row.phase,
        category=row.category, window="", starts=row.starts, ends=row.ends, responsible=tuple(row.responsible),
        participating=(), open_ended=row.open_ended, evidence=row.evidence, sign_off=row.sign_off, remark="",
        clauses=tuple(row.clauses), confirm=False, note=LOCAL_NOTE,
    )  # fmt: skip
