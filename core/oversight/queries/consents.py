"""Consents as both sides see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from core.db.sessions import BureauSession, TenantSession
from core.kernel.clock import local_date
from core.kernel.errors import NotFound
from core.oversight.models import Consent

IN_FORCE, EXPIRED, PENDING, REVOKED = "in_force", "expired", "pending", "revoked"


def state_on(day: date, valid_from: date, valid_until: date | None, revoked_at: datetime | None) -> str:
    if revoked_at is not None:
        return REVOKED
    if valid_until is not None and day > valid_until:
        return EXPIRED
    return PENDING if day < valid_from else IN_FORCE


@dataclass(frozen=True)
class ConsentCard:
    """A consent as its district sees it."""

    id: UUID
    bureau_id: int
    indicators: tuple[str, ...]
    rows_granted: bool
    valid_from: date
    valid_until: date | None
    granted_by_name: str
    granted_at: datetime
    revoked_by_name: str | None
    revoked_at: datetime | None
    version: int
    state: str


def consents(session: TenantSession) -> Sequence[ConsentCard]:
    """All of the district, newest first. One query."""
    today = local_date(session.now())
    return [
        _card(row, today)
        for row in session.scalars(select(Consent).order_by(Consent.granted_at.desc(), Consent.id.desc()))
    ]


def consent(session: TenantSession, consent_id: UUID) -> ConsentCard:
    """Raises NotFound."""
    row = session.scalar(select(Consent).where(Consent.id == consent_id))
    if row is None:
        raise NotFound()
    return _card(row, local_date(session.now()))


def _card(row: Consent, today: date) -> ConsentCard:
    return ConsentCard(
        row.id, row.bureau_id, tuple(row.indicators), row.rows_granted, row.valid_from, row.valid_until, row.granted_by_name,
        row.granted_at, row.revoked_by_name, row.revoked_at, row.version,
        state_on(today, row.valid_from, row.valid_until, row.revoked_at),
    )  # fmt: skip


@dataclass(frozen=True)
class Opened:
    """What one district lets this bureau see, now."""

    tenant_id: int
    indicators: frozenset[str]
    rows: bool
    valid_until: date | None
    state: str


def opened_to(session: BureauSession) -> dict[int, Opened]:
    """By district, the newest consent of each, read through the bureau's own login and policy. One query.

    Dates count by the bureau's clock; a bureau cannot know a district's.
    """
    today = local_date(session.now())
    rows = session.execute(
        select(
            Consent.tenant_id,
            Consent.indicators,
            Consent.rows_granted,
            Consent.valid_from,
            Consent.valid_until,
            Consent.revoked_at,
        ).order_by(Consent.granted_at)
    )
    return {
        row.tenant_id: Opened(
            row.tenant_id, frozenset(row.indicators), row.rows_granted, row.valid_until,
            state_on(today, row.valid_from, row.valid_until, row.revoked_at),
        )
        for row in rows
    }  # fmt: skip


def reach(opened: dict[int, Opened]) -> tuple[frozenset[int], frozenset[int]]:
    """(districts whose figures, districts whose rows) may be read."""
    in_force = [one for one in opened.values() if one.state == IN_FORCE]
    return frozenset(one.tenant_id for one in in_force), frozenset(one.tenant_id for one in in_force if one.rows)
