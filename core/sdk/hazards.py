"""Hazards as plugins see them: report one, know the few facts that a domain's own rules ask for. No web framework."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.hazards.services import Found, Written, report_hazard
from core.tenancy.packs.model import Canonical, Pack

Report = Callable[..., Written]
"""``report(found=…, file_ids=…)``: report_hazard with the request's session, actor, pack and plugins filled in."""


@dataclass(frozen=True)
class HazardBrief:
    """What rules of a domain may ask of a hazard. Names no person."""

    id: UUID
    no: str | None
    title: str
    unit_id: UUID
    school_id: UUID | None
    domain: str
    category: str | None
    canonical: str

    @property
    def gone(self) -> bool:
        return self.canonical in ("closed", "cancelled")


def hazard_briefs(session: TenantSession, ids: Iterable[UUID]) -> dict[UUID, HazardBrief]:
    """Those that exist. One query; whoever asks has made sure that the actor may see them."""
    wanted = set(ids)
    if not wanted:
        return {}
    columns = (
        Hazard.id, Hazard.no, Hazard.title, Hazard.unit_id, Hazard.school_id, Hazard.domain, Hazard.category, Hazard.canonical,
    )  # fmt: skip
    rows = session.execute(select(*columns).where(Hazard.id.in_(wanted)))
    return {row.id: HazardBrief(*row) for row in rows}


def closes(pack: Pack, move: str) -> bool:
    """Whether this move of the pack ends in its closing stage."""
    found = next((own for own in pack.lifecycle.moves if own.code == move), None)
    return found is not None and pack.lifecycle.canonical(found.to) is Canonical.CLOSED


__all__ = ["Found", "HazardBrief", "Report", "Written", "closes", "hazard_briefs", "report_hazard"]
