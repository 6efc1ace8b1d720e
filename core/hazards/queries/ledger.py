"""The ledger (隐患台账): one page, its sums, all of it for the export. Fixed numbers of queries, whatever there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from core.access.actor import Actor
from core.db.aliases import shared_alias
from core.db.ordering import in_order
from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.hazards.queries.filters import LedgerFilter, conditions, due_state, open_, overdue, soon
from core.hazards.queries.whereabouts import whereabouts
from core.hazards.scope import visible
from core.http.paging import Page, Paging
from core.kernel.clock import local_date
from core.kernel.errors import Invalid
from core.kernel.phrases import Phrase
from core.orgs.models import OrgUnit
from core.tenancy.packs.model import Pack

MOST_SKIPPED = 20_000
"""Rows that paging may skip; who wants more narrows the question or exports."""
School = shared_alias(OrgUnit)


@dataclass(frozen=True)
class LedgerLine:
    """A row of the ledger. Codes only: labels are the pack's and the catalogue's."""

    id: UUID
    no: str | None
    unit_id: UUID
    unit_name: str
    school_name: str | None
    place: str
    domain: str
    category: str | None
    title: str
    description: str
    grade: str
    graded: bool
    source: str
    found_by_name: str
    found_at: datetime
    stage: str
    canonical: str
    ground: str | None
    due_on: date | None
    clock_on: date | None
    responsible_name: str
    funds_cents: int | None
    measure_done: str
    rectified_at: datetime | None
    closed_by_name: str
    closed_at: datetime | None
    on_the_spot: bool
    escalated_to: str | None
    supervision_no: str | None
    recurrence_of: UUID | None
    extensions: int
    control_until: date | None
    check_due_on: date | None
    plan: dict[str, Any]
    version: int
    due_state: str
    """normal | soon | overdue | stopped | done | none."""
    days: int | None
    """Days left until the day that counts; negative when late."""
    check_late: bool
    """A check of the controls or an entry in a log was due before today."""

    @property
    def where(self) -> str:
        """School and, where it is another unit, the unit."""
        return whereabouts(self.unit_name, self.school_name)


@dataclass(frozen=True)
class LedgerSums:
    """Of everything the question matches."""

    total: int
    open: int
    overdue: int
    soon: int
    major_open: int
    closed: int
    controlled: int


COLUMNS = (
    Hazard.id, Hazard.no, Hazard.unit_id, OrgUnit.name.label("unit_name"), School.name.label("school_name"), Hazard.place, Hazard.domain, Hazard.category, Hazard.title,
    Hazard.description, Hazard.grade, Hazard.graded, Hazard.source, Hazard.found_by_name, Hazard.found_at, Hazard.stage,
    Hazard.canonical, Hazard.ground, Hazard.due_on, Hazard.clock_on, Hazard.responsible_name, Hazard.funds_cents,
    Hazard.measure_done, Hazard.rectified_at, Hazard.closed_by_name, Hazard.closed_at, Hazard.on_the_spot, Hazard.escalated_to,
    Hazard.supervision_no, Hazard.recurrence_of, Hazard.extensions, Hazard.control_until, Hazard.check_due_on, Hazard.plan, Hazard.version,
)  # fmt: skip
# Put together once: at every request the building would cost more than the query.
_LINES: Select[Any] = (
    select(*COLUMNS).join(OrgUnit, OrgUnit.id == Hazard.unit_id).outerjoin(School, School.id == Hazard.school_id)
)
SORTS: dict[str, Any] = {
    "found_at": Hazard.found_at, "due_on": Hazard.clock_on, "no": Hazard.no, "grade": Hazard.grade, "unit": OrgUnit.name_sort,
    "domain": Hazard.domain, "closed_at": Hazard.closed_at, "stage": Hazard.canonical, "updated_at": Hazard.updated_at,
}  # fmt: skip
NEWEST = "-found_at"


def ledger_page(
    session: TenantSession, actor: Actor, pack: Pack, *, asked: LedgerFilter, paging: Paging
) -> tuple[Page[LedgerLine], LedgerSums]:
    """One page and the sums of the whole answer: two queries. Raises Invalid for an unknown sort or a page too far."""
    today = local_date(session.now())
    where = _where(session, actor, pack, asked, paging, today)
    sums = _sums(session, where, today)
    return _page(session, where, paging, today, total=sums.total), sums


def ledger_lines(
    session: TenantSession, actor: Actor, pack: Pack, *, asked: LedgerFilter, paging: Paging
) -> Page[LedgerLine]:
    """One page without the sums, which cost more than the page: two queries. Raises as :func:`ledger_page`."""
    today = local_date(session.now())
    where = _where(session, actor, pack, asked, paging, today)
    total = session.scalar(select(func.count()).select_from(Hazard).where(*where)) or 0
    return _page(session, where, paging, today, total=total)


def _where(
    session: TenantSession, actor: Actor, pack: Pack, asked: LedgerFilter, paging: Paging, today: date
) -> list[Any]:
    if paging.offset > MOST_SKIPPED:
        raise Invalid(fields={"page": "翻得太远了，请用查询条件缩小范围，或导出表格"})
    return [visible(session, actor, pack), *conditions(asked, actor=actor, today=today)]


def _page(session: TenantSession, where: list[Any], paging: Paging, today: date, *, total: int) -> Page[LedgerLine]:
    statement = _LINES.where(*where).order_by(*order(paging.sort)).limit(paging.page_size).offset(paging.offset)
    items = tuple(line_of(row, today) for row in session.execute(statement)) if total > paging.offset else ()
    return Page(items, total, paging.page, paging.page_size)


def order(sort: str | None) -> Sequence[Any]:
    """Raises Invalid for a column that lists are not sorted by."""
    asked = sort or NEWEST
    column = SORTS.get(asked.removeprefix("-"))
    if column is None:
        raise Invalid(fields={"sort": Phrase("可排序的列：%(columns)s；前面加 - 为倒序", columns=list(SORTS))})
    return in_order(column, Hazard.id, down=asked.startswith("-"))


def line_of(row: Any, today: date) -> LedgerLine:
    return LedgerLine(**values_of(row, today))


def values_of(row: Any, today: date) -> dict[str, Any]:
    """The row's columns and what follows from them today."""
    days = (row.clock_on - today).days if row.clock_on is not None else None
    late = row.check_due_on is not None and row.check_due_on < today
    state = due_state(row.clock_on, row.canonical, today)
    return {"due_state": state, "days": days, "check_late": late, **row._mapping}


def _sums(session: TenantSession, where: list[Any], today: date) -> LedgerSums:
    count = func.count()
    row = session.execute(
        select(
            count,
            count.filter(open_()),
            count.filter(open_(), overdue(today)),
            count.filter(open_(), soon(today)),
            count.filter(open_(), Hazard.grade == "major"),
            count.filter(Hazard.canonical == "closed"),
            count.filter(Hazard.canonical == "risk_controlled"),
        )
        .select_from(Hazard)
        .where(*where)
    ).one()
    return LedgerSums(*row)
