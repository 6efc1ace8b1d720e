"""Schools' own schemes: received, returned, missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from core.access.actor import Actor
from core.campaigns.models import Scheme
from core.campaigns.permissions import CampaignPermission
from core.campaigns.queries.scope import answering
from core.db.sessions import TenantSession
from core.files.queries import FileCard, files_on
from core.http.paging import Page, Paging
from core.orgs.models import OrgUnit

SUBJECT = "campaign_scheme"
MISSING = "missing"
STATES = (MISSING, "submitted", "returned", "accepted")


@dataclass(frozen=True)
class SchemeLine:
    """One unit's scheme. ``id`` None, ``version`` 0: missing."""

    unit_id: UUID
    unit_name: str
    id: UUID | None
    state: str
    title: str
    times: int
    submitted_at: datetime | None
    submitted_by_name: str
    checked_at: datetime | None
    checked_by_name: str
    reason: str
    version: int
    files: tuple[FileCard, ...]


def schemes_page(
    session: TenantSession, actor: Actor, *, campaign: str, paging: Paging, state: str = "", text: str = ""
) -> Page[SchemeLine]:
    """Every school that owes one, what is missing first. Three queries."""
    found = func.coalesce(Scheme.state, MISSING)
    wanted = _wanted(session, actor)
    if state:
        wanted = and_(wanted, found == state)
    if text:
        wanted = and_(wanted, OrgUnit.name.contains(text, autoescape=True))
    joined = and_(Scheme.unit_id == OrgUnit.id, Scheme.campaign == campaign)
    total = session.scalar(select(func.count()).select_from(OrgUnit).outerjoin(Scheme, joined).where(wanted)) or 0
    rank = case((found == MISSING, 0), (found == "returned", 1), (found == "submitted", 2), else_=3)
    rows: Sequence[Any] = session.execute(
        select(OrgUnit.id, OrgUnit.name, Scheme)
        .outerjoin(Scheme, joined)
        .where(wanted)
        .order_by(rank, OrgUnit.name_sort, OrgUnit.id)
        .limit(paging.page_size)
        .offset(paging.offset)
    ).all()
    files = files_on(session, subject_kind=SUBJECT, subject_ids=[row.id for _, _, row in rows if row is not None])
    return Page(tuple(_line(unit, name, row, files) for unit, name, row in rows), total, paging.page, paging.page_size)


def scheme_counts(session: TenantSession, actor: Actor, *, campaign: str) -> dict[str, int]:
    """State → how many units covered. One query."""
    found = func.coalesce(Scheme.state, MISSING)
    rows = session.execute(
        select(found, func.count(OrgUnit.id))
        .select_from(OrgUnit)
        .outerjoin(Scheme, and_(Scheme.unit_id == OrgUnit.id, Scheme.campaign == campaign))
        .where(_wanted(session, actor))
        .group_by(found)
    )
    counts = {row[0]: row[1] for row in rows}
    return {state: counts.get(state, 0) for state in STATES}


def may_see_files(session: TenantSession, actor: Actor, scheme_id: UUID) -> bool:
    """Files of a scheme: whoever sees the unit."""
    unit_id = session.scalar(select(Scheme.unit_id).where(Scheme.id == scheme_id))
    return unit_id is not None and unit_id in actor.coverage(CampaignPermission.READ)


def _wanted(session: TenantSession, actor: Actor) -> ColumnElement[bool]:
    """SQL: schools and kindergartens in reach; training institutions are asked for none."""
    return and_(
        actor.coverage(CampaignPermission.READ).filter(OrgUnit.id),
        or_(OrgUnit.kind == "school", OrgUnit.kind == "kindergarten"),
        *answering(session),
    )


def _line(unit_id: UUID, name: str, row: Scheme | None, files: dict[UUID, tuple[FileCard, ...]]) -> SchemeLine:
    if row is None:
        return SchemeLine(unit_id, name, None, MISSING, "", 0, None, "", None, "", "", 0, ())
    return SchemeLine(
        unit_id, name, row.id, row.state, row.title, row.times, row.submitted_at, row.submitted_by_name, row.checked_at,
        row.checked_by_name, row.reason, row.version, files.get(row.id, ()),
    )  # fmt: skip
