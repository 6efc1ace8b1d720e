"""Who answers for what: main tasks × departments, with holes said as 未指定; what each department has on its list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.access.actor import Actor
from core.campaigns.queries.board import Assigned, TaskLine, assignments, board
from core.campaigns.queries.scope import scope_of
from core.campaigns.services.planning import MAIN
from core.campaigns.standing import Standing
from core.db.sessions import TenantSession
from core.tenancy.packs.model import Department, MainTask, Pack
from core.tenancy.shelf import pack_of

RESPONSIBLE, PARTICIPATING, COORDINATING = "responsible", "participating", "coordinating"


@dataclass(frozen=True)
class MatrixRow:
    """A main task. ``cells``: by department's code, responsible | participating; ``version`` of the district's own say, or 0."""

    code: str
    no: str
    label: str
    clauses: tuple[str, ...]
    cells: Mapping[str, str]
    assigned: Assigned
    said: Assigned
    """As the notice says it."""
    coordinator: str
    """Label of who gets it meanwhile; empty where the notice names somebody."""

    @property
    def hole(self) -> bool:
        return not self.assigned.responsible


@dataclass(frozen=True)
class Matrix:
    departments: tuple[Department, ...]
    rows: tuple[MatrixRow, ...]

    @property
    def holes(self) -> int:
        return sum(1 for row in self.rows if row.hole)


@dataclass(frozen=True)
class DepartmentList:
    """What one department answers for, and how that stands."""

    department: Department
    main_tasks: tuple[tuple[MatrixRow, str], ...]
    tasks: tuple[tuple[TaskLine, str], ...]
    counts: Mapping[Standing, int]
    """Of the tasks it is responsible for."""


def matrix(session: TenantSession) -> Matrix:
    """One query."""
    pack, own = pack_of(session), assignments(session)
    return Matrix(pack.departments, tuple(_row(pack, task, own.get(MAIN + task.code)) for task in pack.main_tasks))


def department_lists(session: TenantSession, actor: Actor) -> tuple[DepartmentList, ...]:
    """履职清单 of the departments, filled from what stands assigned and what is reported. Six queries."""
    pack, rows = pack_of(session), matrix(session).rows
    lines = board(session, pack, scope_of(session, actor))
    return tuple(_list(own, rows, lines) for own in pack.departments)


def _list(own: Department, rows: Iterable[MatrixRow], lines: Iterable[TaskLine]) -> DepartmentList:
    tasks = tuple((line, role) for line in lines if (role := _role(line.assigned, own.code)))
    return DepartmentList(
        department=own, main_tasks=tuple((row, role) for row in rows if (role := _main_role(row, own))), tasks=tasks,
        counts=Counter(line.standing for line, role in tasks if role == RESPONSIBLE),
    )  # fmt: skip


def _main_role(row: MatrixRow, own: Department) -> str:
    """Also of a hole that this department gets meanwhile."""
    return row.cells.get(own.code) or (COORDINATING if row.hole and row.coordinator == own.label else "")


def _role(assigned: Assigned, code: str) -> str:
    if code in assigned.responsible:
        return RESPONSIBLE
    return PARTICIPATING if code in assigned.participating else ""


def _row(pack: Pack, task: MainTask, own: Assigned | None) -> MatrixRow:
    said = Assigned(task.responsible, task.participating)
    found = own or said
    cells = {code: role for code in (own.code for own in pack.departments) if (role := _role(found, code))}
    return MatrixRow(
        code=task.code, no=task.no, label=task.label, clauses=task.clauses, cells=cells, assigned=found, said=said,
        coordinator="" if found.responsible else _label(pack, task.coordinator),
    )  # fmt: skip


def _label(pack: Pack, code: str) -> str:
    return next((own.label for own in (*pack.departments, *pack.bodies) if own.code == code), "")
