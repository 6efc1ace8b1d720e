"""Drafts as far as one reaches; fixed numbers of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from core.access.actor import Coverage
from core.db.sessions import TenantSession
from core.hazards.drafts.models import OPEN, HazardDraft
from core.http.paging import Page, Paging
from core.kernel.errors import NotFound
from core.orgs.models import OrgUnit


@dataclass(frozen=True)
class DraftCard:
    """A draft. ``entries``: the entries at fault, {"id", "title"} each."""

    id: UUID
    unit_id: UUID
    unit_name: str
    register: str
    rule: str
    title: str
    detail: str
    domain: str
    category: str | None
    entries: Sequence[Any]
    clauses: Sequence[str]
    state: str
    opened_at: datetime
    decided_at: datetime | None
    decided_by_name: str
    reason: str
    hazard_id: UUID | None
    version: int


def drafts_page(
    session: TenantSession, coverage: Coverage, *, state: str = OPEN, unit_id: UUID | None = None, paging: Paging
) -> Page[DraftCard]:
    """Newest first. Two queries."""
    where = [coverage.filter(HazardDraft.unit_id), HazardDraft.state == state]
    if unit_id is not None:
        where.append(HazardDraft.unit_id == unit_id)
    total = session.scalar(select(func.count()).select_from(HazardDraft).where(*where)) or 0
    newest = (HazardDraft.opened_at.desc(), HazardDraft.id.desc())
    rows = session.execute(_cards().where(*where).order_by(*newest).limit(paging.page_size).offset(paging.offset))
    return Page(tuple(DraftCard(*row) for row in rows), total, paging.page, paging.page_size)


def draft_card(session: TenantSession, coverage: Coverage, draft_id: UUID) -> DraftCard:
    """Raises NotFound, also for one out of reach."""
    row = session.execute(_cards().where(HazardDraft.id == draft_id, coverage.filter(HazardDraft.unit_id))).first()
    if row is None:
        raise NotFound()
    return DraftCard(*row)


def open_drafts(session: TenantSession, coverage: Coverage) -> int:
    """How many wait for a decision. One query."""
    where = (coverage.filter(HazardDraft.unit_id), HazardDraft.state == OPEN)
    return session.scalar(select(func.count()).select_from(HazardDraft).where(*where)) or 0


def _cards() -> Select[Any]:
    return select(
        HazardDraft.id, HazardDraft.unit_id, OrgUnit.name, HazardDraft.register, HazardDraft.rule, HazardDraft.title,
        HazardDraft.detail, HazardDraft.domain, HazardDraft.category, HazardDraft.entries, HazardDraft.clauses, HazardDraft.state,
        HazardDraft.opened_at, HazardDraft.decided_at, HazardDraft.decided_by_name, HazardDraft.reason, HazardDraft.hazard_id,
        HazardDraft.version,
    ).join(OrgUnit, OrgUnit.id == HazardDraft.unit_id)  # fmt: skip
