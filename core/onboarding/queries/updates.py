"""Versions of the pack: in force, offered, and what became of earlier offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.kernel.errors import NotFound
from core.onboarding.models import OPEN, PackProposal
from core.tenancy.merge import title_of, value_of
from core.tenancy.packs.compile import open_compiled
from core.tenancy.updating import Ahead, look_ahead


@dataclass(frozen=True)
class ProposalLine:
    """``version``: of the row, for If-Match."""

    id: UUID
    pack_version: str
    state: str
    proposed_at: datetime
    proposed_by: str
    decided_at: datetime | None
    version: int


@dataclass(frozen=True)
class ProposalView:
    """An offer with what it would change. ``kept``: the district's own changes that survive: (what it is about, value)."""

    line: ProposalLine
    ahead: Ahead
    kept: tuple[tuple[str, str], ...]
    lapsed: tuple[str, ...]


_COLUMNS = (
    PackProposal.id, PackProposal.pack_version, PackProposal.state, PackProposal.proposed_at, PackProposal.proposed_by,
    PackProposal.decided_at, PackProposal.version,
)  # fmt: skip


def proposals(session: TenantSession, *, paging: Paging) -> Page[ProposalLine]:
    """Newest first. Two queries."""
    asked = select(*_COLUMNS).order_by(PackProposal.proposed_at.desc(), PackProposal.id.desc())
    rows = session.execute(asked.offset(paging.offset).limit(paging.page_size)).all()
    total = session.scalar(select(func.count()).select_from(PackProposal)) or 0
    return Page(tuple(ProposalLine(*row) for row in rows), total, paging.page, paging.page_size)


def open_proposal(session: TenantSession) -> UUID | None:
    return session.scalar(select(PackProposal.id).where(PackProposal.state == OPEN).limit(1))


def proposal_view(session: TenantSession, *, proposal_id: UUID) -> ProposalView:
    """Raises NotFound."""
    row = session.execute(select(*_COLUMNS, PackProposal.content).where(PackProposal.id == proposal_id)).first()
    if row is None:
        raise NotFound()
    *facts, content = row
    pack = open_compiled(content)
    ahead = look_ahead(session, pack)
    named: Mapping[str, Any] = ahead.local
    before = ahead.before or pack
    return ProposalView(
        ProposalLine(*facts), ahead,
        tuple((title_of(before, path), value_of(before, path, named[path])) for path in ahead.merge.kept),
        tuple(title_of(before, path) for path in ahead.merge.lapsed),
    )  # fmt: skip
