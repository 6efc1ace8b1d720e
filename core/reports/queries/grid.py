"""完整及时率: units down, periods across, each cell in words. A fixed number of queries for any number of schools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, any_, case, func, literal, or_, select

from core.access.actor import Actor
from core.db.aliases import shared_alias
from core.db.counted import counted_part
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.kernel.clock import local_date
from core.notify.models import Notice
from core.orgs.models import OrgUnit
from core.reports.life import Cell, Standing, State, cell
from core.reports.models import Exemption, Expected, Filing, Reminder, ReportRound
from core.reports.queries.owing import excusing, exempted, joined, still_owed, unsent
from core.reports.queries.rounds import RoundLine, latest_rounds
from core.reports.queries.scope import visible

COLUMNS = 8
"""Periods side by side."""
Cluster = shared_alias(OrgUnit)


@dataclass(frozen=True)
class GridFilter:
    """``standing`` (or ``late``, ``zero``) is asked of ``round_id``, the period in focus; None: the last one."""

    code: str = ""
    round_id: UUID | None = None
    cluster_id: UUID | None = None
    standing: str = ""
    text: str = ""


@dataclass(frozen=True)
class GridCell:
    """``found`` None: the unit does not owe that round."""

    found: Cell | None
    filing_id: UUID | None = None
    submitted_at: datetime | None = None


@dataclass(frozen=True)
class Receipt:
    """The last reminder of a unit: ``told`` people, of whom ``read`` have opened it, the first at ``read_at``."""

    at: datetime
    kind: str
    by_name: str
    told: int
    read: int
    read_at: datetime | None
    today: bool


@dataclass(frozen=True)
class GridRow:
    """``cells`` in the order of the rounds."""

    unit_id: UUID
    unit_name: str
    cluster_name: str | None
    on_behalf: str
    cells: tuple[GridCell, ...]
    receipt: Receipt | None


@dataclass(frozen=True)
class Grid:
    rounds: tuple[RoundLine, ...]
    focus: RoundLine | None
    page: Page[GridRow]


def grid(session: TenantSession, actor: Actor, *, asked: GridFilter, paging: Paging) -> Grid:
    """Five queries at most; two where the report has no round yet."""
    rounds = latest_rounds(session, actor, code=asked.code, most=COLUMNS) if asked.code else ()
    focus = next((one for one in rounds if one.id == asked.round_id), rounds[-1] if rounds else None)
    if focus is None:
        return Grid(rounds, None, Page((), 0, paging.page, paging.page_size))
    wanted = _conditions(session, actor, asked, focus.id)
    statement = (
        select(Expected.unit_id, OrgUnit.name, Cluster.short_name, Expected.on_behalf)
        .join(OrgUnit, OrgUnit.id == Expected.unit_id)
        .outerjoin(Cluster, Cluster.id == Expected.cluster_id)
        .outerjoin(Filing, joined())
        .outerjoin(Exemption, excusing())
        .join(ReportRound, ReportRound.id == Expected.round_id)
        .where(*wanted)
        .order_by(OrgUnit.name_sort, OrgUnit.id)
    )
    rows, total = counted_part(session, statement, limit=paging.page_size, offset=paging.offset)
    units = [row[0] for row in rows]
    cells = _cells(session, rounds, units)
    receipts = last_receipts(session, units)
    empty = GridCell(None)
    lines = tuple(
        GridRow(
            unit_id, name, cluster, behalf, tuple(cells.get((unit_id, one.id), empty) for one in rounds), receipts.get(unit_id)
        )
        for unit_id, name, cluster, behalf, _ in rows
    )  # fmt: skip
    return Grid(rounds, focus, Page(lines, total, paging.page, paging.page_size))


def clusters_of(session: TenantSession, actor: Actor, code: str) -> tuple[tuple[UUID, str], ...]:
    """Clusters whose schools owe the report, to choose from. One query."""
    owing = select(Expected.cluster_id).join(ReportRound, ReportRound.id == Expected.round_id)
    rows = session.execute(
        select(OrgUnit.id, OrgUnit.name)
        .where(OrgUnit.id.in_(owing.where(ReportRound.code == code, visible(actor), Expected.cluster_id.is_not(None))))
        .order_by(OrgUnit.name_sort, OrgUnit.id)
    )
    return tuple((row[0], row[1]) for row in rows)


def standing_of(now: datetime) -> ColumnElement[str]:
    """SQL over expected, filing, exemption and round: the same as core.reports.life.cell (a test holds both together)."""
    over = and_(ReportRound.due_at.is_not(None), ReportRound.due_at <= now)
    not_begun_or_draft = or_(Filing.id.is_(None), Filing.state == State.DRAFT)
    return case(
        (and_(unsent(), ReportRound.cancelled_at.is_not(None)), literal(Standing.CANCELLED.value)),
        (and_(unsent(), exempted()), literal(Standing.EXEMPT.value)),
        (and_(not_begun_or_draft, over), literal(Standing.OVERDUE.value)),
        (Filing.id.is_(None), literal(Standing.MISSING.value)),
        (and_(Filing.state == State.DRAFT, Filing.ready), literal(Standing.READY.value)),
        else_=Filing.state,
    )


def last_receipts(session: TenantSession, units: Sequence[UUID]) -> dict[UUID, Receipt]:
    """Unit → its last reminder with what became of its notices. One query."""
    if not units:
        return {}
    today = local_date(session.now())
    last = (
        select(Reminder.unit_id, func.max(Reminder.at).label("at"))
        .where(Reminder.unit_id.in_(units))
        .group_by(Reminder.unit_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Reminder.unit_id, Reminder.at, Reminder.kind, Reminder.by_name, Reminder.on_date, func.cardinality(Reminder.notices),
            func.count(Notice.read_at), func.min(Notice.read_at),
        )
        .join(last, and_(last.c.unit_id == Reminder.unit_id, last.c.at == Reminder.at))
        .outerjoin(Notice, Notice.id == any_(Reminder.notices))
        .group_by(Reminder.tenant_id, Reminder.id)
        .order_by(Reminder.kind)  # of two at the same instant the 催报 is shown
    )  # fmt: skip
    return {
        unit: Receipt(at, kind, by_name, told, read, read_at, on_date == today)
        for unit, at, kind, by_name, on_date, told, read, read_at in rows
    }


def _conditions(session: TenantSession, actor: Actor, asked: GridFilter, round_id: UUID) -> list[ColumnElement[bool]]:
    wanted = [Expected.round_id == round_id, visible(actor)]
    if asked.cluster_id:
        wanted.append(Expected.cluster_id == asked.cluster_id)
    if asked.text:
        wanted.append(
            or_(
                OrgUnit.name.contains(asked.text, autoescape=True), OrgUnit.code.startswith(asked.text, autoescape=True)
            )
        )
    if asked.standing in ("late", "zero"):
        wanted.append((Filing.late if asked.standing == "late" else Filing.zero).is_(True))
        wanted.append(Filing.latest_no > 0)
    elif asked.standing == "owed":
        wanted.append(still_owed())
    elif asked.standing:
        wanted.append(standing_of(session.now()) == asked.standing)
    return wanted


def _cells(
    session: TenantSession, rounds: Sequence[RoundLine], units: Sequence[UUID]
) -> dict[tuple[UUID, UUID], GridCell]:
    if not units:
        return {}
    due = {one.id: one.due_at for one in rounds}
    cancelled = {one.id for one in rounds if one.cancelled_at is not None}
    rows: Any = session.execute(
        select(
            Expected.unit_id, Expected.round_id, Filing.id, Filing.state, Filing.ready, Filing.late, Filing.zero, Filing.submitted_at,
            exempted(),
        )
        .outerjoin(Filing, joined())
        .outerjoin(Exemption, excusing())
        .where(Expected.round_id.in_(due), Expected.unit_id.in_(units))
    )  # fmt: skip
    now = session.now()
    return {
        (unit, round_id): GridCell(
            cell(
                State(state) if state else None, ready=bool(ready), late=bool(late), zero=bool(zero), due_at=due[round_id], now=now,
                exempt=exempt, cancelled=round_id in cancelled,
            ),
            filing_id, submitted_at,
        )
        for unit, round_id, filing_id, state, ready, late, zero, submitted_at, exempt in rows
    }  # fmt: skip
