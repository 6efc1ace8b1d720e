"""What is owed and not submitted now: for reminders, desk cards and a school's own page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.reports.life import State
from core.reports.models import Exemption, Expected, Filing, ReportRound
from core.reports.words import named


@dataclass(frozen=True)
class Owing:
    """One round that one unit has not submitted, or that came back."""

    unit_id: UUID
    round_id: UUID
    title: str
    period_title: str
    due_on: date | None
    due_at: datetime | None

    @property
    def name(self) -> str:
        return named(self.title, self.period_title)

    def passed(self, today: date) -> bool:
        """Its day is over, and it was a stated one."""
        return self.due_at is not None and self.due_on is not None and self.due_on < today


def owing_now(session: TenantSession, *, units: Collection[UUID] | None = None) -> list[Owing]:
    """By due day; ``units`` None: everybody. One query."""
    statement = (
        select(
            Expected.unit_id, ReportRound.id, ReportRound.title, ReportRound.period_title, ReportRound.due_on, ReportRound.due_at
        )
        .join(ReportRound, ReportRound.id == Expected.round_id)
        .outerjoin(Filing, joined())
        .outerjoin(Exemption, excusing())
        .where(still_owed(), ReportRound.opens_on <= local_date(session.now()))
        .order_by(ReportRound.due_on.asc().nulls_last(), ReportRound.id)
    )  # fmt: skip
    if units is not None:
        statement = statement.where(Expected.unit_id.in_(units))
    return [Owing(*row) for row in session.execute(statement)]


def joined() -> ColumnElement[bool]:
    """How a filing hangs on what is expected."""
    return and_(Filing.round_id == Expected.round_id, Filing.unit_id == Expected.unit_id)


def unsent() -> ColumnElement[bool]:
    """SQL over expected and filing: nothing stands submitted."""
    return or_(Filing.id.is_(None), Filing.state.in_((State.DRAFT, State.RETURNED)))


def excusing() -> ColumnElement[bool]:
    """How an exemption that nobody took back hangs on what is expected. (A join: as EXISTS inside of a CASE it is planned badly.)"""
    same = and_(Exemption.round_id == Expected.round_id, Exemption.unit_id == Expected.unit_id)
    return and_(same, Exemption.lifted_at.is_(None))


def exempted() -> ColumnElement[bool]:
    """SQL over the exemption that was joined: 免报."""
    return Exemption.unit_id.is_not(None)


def still_owed() -> ColumnElement[bool]:
    """SQL over expected, filing, exemption and round: asked for, and nothing stands submitted; 待确认 rounds are owed too, but never shown
    as a breach."""
    return and_(unsent(), ReportRound.cancelled_at.is_(None), ~exempted())
