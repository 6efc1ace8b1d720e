"""Rounds with how many have filed: the list of periods, one of them, and where it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.kernel.errors import NotFound
from core.orgs.models import OrgUnit
from core.reports.life import COUNTED, State
from core.reports.models import Exemption, Expected, Filing, Forwarding, ReportRound
from core.reports.queries.owing import excusing, exempted, joined, still_owed, unsent
from core.reports.queries.scope import visible
from core.reports.words import named


@dataclass(frozen=True)
class RoundFilter:
    """None and empty: no matter. ``due_from``, ``due_to``: due days, both included."""

    code: str = ""
    state: str = ""
    """open: not everybody has filed; done: all have; late: overdue and not all."""
    due_from: date | None = None
    due_to: date | None = None


@dataclass(frozen=True)
class RoundLine:
    """A row of the list; counts are of the units that the reader covers."""

    id: UUID
    code: str
    key: str
    title: str
    period_title: str
    span_from: date
    span_to: date
    opens_on: date
    due_on: date | None
    due_at: datetime | None
    zero: bool
    confirm: bool
    recipients: tuple[tuple[str, bool], ...]
    """(label, outside the district)."""
    clauses: tuple[str, ...]
    origin: str
    version: int
    cancelled_at: datetime | None
    cancelled_by_name: str
    cancel_reason: str
    expected: int
    filed: int
    in_time: int
    """Filed, and first submitted before the due time."""
    zeros: int
    returned: int
    waiting: int
    """Submitted and not accepted yet."""
    accepted: int
    exempt: int
    """免报, and has not filed all the same."""

    @property
    def asked(self) -> int:
        """Who is still asked for it, or has filed."""
        return self.filed if self.cancelled_at is not None else self.expected - self.exempt

    @property
    def missing(self) -> int:
        return self.asked - self.filed

    @property
    def late(self) -> int:
        return self.filed - self.in_time

    @property
    def name(self) -> str:
        return named(self.title, self.period_title)


@dataclass(frozen=True)
class ForwardingLine:
    id: UUID
    recipient: str
    sent_on: date
    receipt_no: str
    filed: int
    note: str
    at: datetime
    by_name: str


@dataclass(frozen=True)
class ExemptionLine:
    """``cause``: closed (the unit, by the clock) | district (somebody decided it)."""

    unit_id: UUID
    unit_name: str
    cause: str
    reason: str
    at: datetime
    by_name: str


_COLUMNS: tuple[Any, ...] = (
    ReportRound.id, ReportRound.code, ReportRound.key, ReportRound.title, ReportRound.period_title, ReportRound.span_from,
    ReportRound.span_to, ReportRound.opens_on, ReportRound.due_on, ReportRound.due_at, ReportRound.zero, ReportRound.confirm,
    ReportRound.recipients, ReportRound.clauses, ReportRound.origin, ReportRound.version, ReportRound.cancelled_at,
    ReportRound.cancelled_by_name, ReportRound.cancel_reason,
)  # fmt: skip
_FILED = Filing.state.in_(COUNTED)
_SUMS = (
    func.count(Expected.unit_id), func.count().filter(_FILED), func.count().filter(_FILED, not_(Filing.late)),
    func.count().filter(_FILED, Filing.zero), func.count().filter(Filing.state == State.RETURNED),
    func.count().filter(Filing.state.in_((State.SUBMITTED, State.PASSED))), func.count().filter(Filing.state == State.ACCEPTED),
    func.count().filter(exempted(), unsent()),
)  # fmt: skip


def rounds_page(session: TenantSession, actor: Actor, *, asked: RoundFilter, paging: Paging) -> Page[RoundLine]:
    """Latest due day first; rounds of which the reader covers no unit are left out. Two queries."""
    statement = _lines(actor).where(*_conditions(asked)).having(*_state(session, asked))
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    order = (ReportRound.due_on.desc().nulls_first(), ReportRound.id.desc())
    if paging.sort == "due_on":
        order = (ReportRound.due_on.asc().nulls_last(), ReportRound.id.asc())
    rows = session.execute(statement.order_by(*order).limit(paging.page_size).offset(paging.offset))
    return Page(tuple(_line(row) for row in rows), total, paging.page, paging.page_size)


def round_line(session: TenantSession, actor: Actor, round_id: UUID) -> RoundLine:
    """Raises NotFound. One query."""
    row = session.execute(_lines(actor).where(ReportRound.id == round_id)).first()
    if row is None:
        raise NotFound()
    return _line(row)


def latest_rounds(session: TenantSession, actor: Actor, *, code: str, most: int) -> tuple[RoundLine, ...]:
    """The last ones of a report, oldest first. One query."""
    order = (ReportRound.opens_on.desc(), ReportRound.id.desc())
    rows = session.execute(_lines(actor).where(ReportRound.code == code).order_by(*order).limit(most)).all()
    return tuple(_line(row) for row in reversed(rows))


def codes_with_rounds(session: TenantSession, actor: Actor) -> tuple[tuple[str, str], ...]:
    """(code, title) of the reports that have been opened; first the one whose last round most units still owe, then the one
    that most units are asked for. One query."""
    last = (
        select(ReportRound.id)
        .ext(distinct_on(ReportRound.code))
        .where(ReportRound.id.in_(select(Expected.round_id).where(visible(actor))))
        .order_by(ReportRound.code, ReportRound.opens_on.desc(), ReportRound.id.desc())
    )
    rows = session.execute(
        select(ReportRound.code, ReportRound.title)
        .join(Expected, Expected.round_id == ReportRound.id)
        .outerjoin(Filing, joined())
        .outerjoin(Exemption, excusing())
        .where(ReportRound.id.in_(last), visible(actor))
        .group_by(ReportRound.id, ReportRound.code, ReportRound.title, ReportRound.opens_on)
        .order_by(
            func.count().filter(still_owed()).desc(), func.count().desc(), ReportRound.opens_on.desc(), ReportRound.code
        )
    )
    return tuple((row[0], row[1]) for row in rows)


def forwardings(session: TenantSession, round_id: UUID) -> tuple[ForwardingLine, ...]:
    """In order. One query."""
    rows = session.execute(
        select(
            Forwarding.id, Forwarding.recipient, Forwarding.sent_on, Forwarding.receipt_no, Forwarding.filed, Forwarding.note,
            Forwarding.at, Forwarding.by_name,
        )
        .where(Forwarding.round_id == round_id)
        .order_by(Forwarding.at, Forwarding.id)
    )  # fmt: skip
    return tuple(ForwardingLine(*row) for row in rows)


def _lines(actor: Actor) -> Select[Any]:
    return (
        select(*_COLUMNS, *_SUMS)
        .join(Expected, Expected.round_id == ReportRound.id)
        .outerjoin(Filing, joined())
        .outerjoin(Exemption, excusing())
        .where(visible(actor))
        .group_by(ReportRound.tenant_id, ReportRound.id)
    )


def _conditions(asked: RoundFilter) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if asked.code:
        wanted.append(ReportRound.code == asked.code)
    if asked.due_from:
        wanted.append(ReportRound.due_on >= asked.due_from)
    if asked.due_to:
        wanted.append(ReportRound.due_on <= asked.due_to)
    return wanted


def _state(session: TenantSession, asked: RoundFilter) -> list[ColumnElement[bool]]:
    expected, filed, exempt, live = _SUMS[0], _SUMS[1], _SUMS[-1], ReportRound.cancelled_at.is_(None)
    match asked.state:
        case "open":
            return [live, filed + exempt < expected]
        case "done":
            return [or_(~live, filed + exempt == expected)]
        case "late":
            return [and_(live, filed + exempt < expected, ReportRound.due_at <= session.now())]
        case _:
            return []


def _line(row: Any) -> RoundLine:
    values = list(row)
    values[12] = tuple((own["label"], own["outside"]) for own in values[12])
    values[13] = tuple(values[13])
    return RoundLine(*values)


def exemptions(session: TenantSession, actor: Actor, round_id: UUID) -> tuple[ExemptionLine, ...]:
    """Those in force, of units that the reader covers, in the order of their names. One query."""
    rows = session.execute(
        select(Exemption.unit_id, OrgUnit.name, Exemption.cause, Exemption.reason, Exemption.at, Exemption.by_name)
        .select_from(Expected)
        .join(Exemption, excusing())
        .join(OrgUnit, OrgUnit.id == Expected.unit_id)
        .where(Expected.round_id == round_id, visible(actor))
        .order_by(OrgUnit.name_sort, OrgUnit.id)
    )
    return tuple(ExemptionLine(*row) for row in rows)
