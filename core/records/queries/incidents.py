"""Incidents for those few who may read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.kernel.errors import NotFound
from core.orgs.models import OrgUnit
from core.records.models import Incident, IncidentReport
from core.records.permissions import RecordPermission
from core.records.scope import recordable


@dataclass(frozen=True)
class IncidentLine:
    """A row of the list."""

    id: UUID
    no: int
    title: str
    category: str
    grade: str
    unit_id: UUID
    unit_name: str
    occurred_at: datetime
    known_at: datetime
    place: str
    state: str
    next_kind: str
    next_due_at: datetime | None
    version: int
    late: bool
    """The report that is owed next is over its time."""


@dataclass(frozen=True)
class ReportLine:
    """One report as sent. ``late``: sent after its limit."""

    no: int
    kind: str
    grade: str
    facts: str
    measures: str
    cause: str
    dead: int
    injured: int
    missing: int
    loss_fen: int | None
    told_to: tuple[str, ...]
    due_at: datetime | None
    sent_at: datetime
    sent_by_name: str

    @property
    def late(self) -> bool:
        return self.due_at is not None and self.sent_at > self.due_at


@dataclass(frozen=True)
class IncidentCard:
    """One incident with its reports, newest first."""

    line: IncidentLine
    reports: tuple[ReportLine, ...]
    may_report: bool


_COLUMNS: tuple[Any, ...] = (
    Incident.id, Incident.no, Incident.title, Incident.category, Incident.grade, Incident.unit_id, OrgUnit.name, Incident.occurred_at,
    Incident.known_at, Incident.place, Incident.state, Incident.next_kind, Incident.next_due_at, Incident.version,
)  # fmt: skip

_REPORT: tuple[Any, ...] = (
    IncidentReport.no, IncidentReport.kind, IncidentReport.grade, IncidentReport.facts, IncidentReport.measures, IncidentReport.cause,
    IncidentReport.dead, IncidentReport.injured, IncidentReport.missing, IncidentReport.loss_fen, IncidentReport.told_to,
    IncidentReport.due_at, IncidentReport.sent_at, IncidentReport.sent_by_name,
)  # fmt: skip


def seen(actor: Actor) -> ColumnElement[bool]:
    """SQL: the incidents of the units this actor reaches with the narrow permission."""
    return actor.coverage(RecordPermission.INCIDENT_READ).filter(Incident.unit_id)


def incidents_page(
    session: TenantSession, actor: Actor, *, paging: Paging, state: str = "", category: str = "", late: bool = False
) -> Page[IncidentLine]:
    """One page, newest first. Two queries."""
    wanted = [seen(actor)]
    if state:
        wanted.append(Incident.state == state)
    if category:
        wanted.append(Incident.category == category)
    if late:
        wanted.append(_overdue(session.now()))
    total = session.scalar(select(func.count()).select_from(Incident).where(*wanted)) or 0
    rows = session.execute(
        _lines()
        .where(*wanted)
        .order_by(Incident.occurred_at.desc(), Incident.id.desc())
        .limit(paging.page_size)
        .offset(paging.offset)
    )
    return Page(tuple(_line(row, session.now()) for row in rows), total, paging.page, paging.page_size)


def incident_card(session: TenantSession, actor: Actor, incident_id: UUID) -> IncidentCard:
    """Raises NotFound. A fixed number of queries."""
    row = session.execute(_lines().where(Incident.id == incident_id, seen(actor))).first()
    if row is None:
        raise NotFound()
    line = _line(row, session.now())
    reports = session.execute(
        select(*_REPORT)
        .where(IncidentReport.incident_id == incident_id)
        .order_by(IncidentReport.no.desc())
    )  # fmt: skip
    return IncidentCard(
        line, tuple(_report(own) for own in reports),
        line.state == "open" and line.unit_id in recordable(session, actor, RecordPermission.INCIDENT_REPORT),
    )  # fmt: skip


def incidents_late(session: TenantSession, actor: Actor) -> int:
    """How many wait for a report whose time is over. One query."""
    return session.scalar(select(func.count()).select_from(Incident).where(seen(actor), _overdue(session.now()))) or 0


def _overdue(now: datetime) -> ColumnElement[bool]:
    return and_(Incident.state == "open", Incident.next_due_at < now)


def _lines() -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).join(OrgUnit, OrgUnit.id == Incident.unit_id)


def _report(row: Any) -> ReportLine:
    values: tuple[Any, ...] = (*row[:10], tuple(row[10]), *row[11:])
    return ReportLine(*values)


def _line(row: Any, now: datetime) -> IncidentLine:
    late = row.state == "open" and row.next_due_at is not None and row.next_due_at < now
    values: tuple[Any, ...] = (*row, late)
    return IncidentLine(*values)
