"""Requests for a later limit, of one hazard that the caller has already read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from core.db.sessions import TenantSession
from core.hazards.extensions.models import ASKED, ExtensionRequest


@dataclass(frozen=True)
class ExtensionLine:
    """One request. ``state``: asked | granted | refused | withdrawn | void. Personal data: names."""

    no: int
    due_on: date
    until: date
    reason: str
    state: str
    asked_at: datetime
    asked_by_name: str
    asked_post: str
    decided_at: datetime | None
    decided_by_name: str
    granted_until: date | None
    note: str


_COLUMNS: tuple[Any, ...] = tuple(getattr(ExtensionRequest, name) for name in ExtensionLine.__dataclass_fields__)


def extension_requests(session: TenantSession, hazard_id: UUID) -> tuple[ExtensionLine, ...]:
    """Newest first; a hazard has a handful. One query. Whether the hazard may be seen was asked before."""
    rows = session.execute(
        select(*_COLUMNS).where(ExtensionRequest.hazard_id == hazard_id).order_by(ExtensionRequest.no.desc())
    )
    return tuple(ExtensionLine(**row._mapping) for row in rows)


def awaiting_decision() -> Select[UUID]:
    """SQL: the hazards with a request that nobody has decided."""
    return select(ExtensionRequest.hazard_id).where(ExtensionRequest.state == ASKED)
