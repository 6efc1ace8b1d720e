"""What one person did (已办) and began (我发起), as the audit log has it: only of things that have a page. Fixed numbers of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from core.audit.models import AuditEntry
from core.audit.queries import AuditFilter, AuditPage, entries
from core.audit.words import AuditWords
from core.db.sessions import TenantSession
from core.workbench.queries.told import Told, told

NO_WORK = ("auth.", "session.")
"""Coming and going is no work."""
Place = tuple[datetime, UUID]


@dataclass(frozen=True)
class OwnLine:
    """One thing. ``now``: what was last done to it, by whomever, in words; ``now_at`` when. Both empty among what was done."""

    told: Told
    now: str = ""
    now_at: datetime | None = None


@dataclass(frozen=True)
class OwnPage:
    """Newest first. ``next``: hand it in as ``before`` for the page after this one; None on the last."""

    items: tuple[OwnLine, ...]
    next: Place | None


def done_by(
    session: TenantSession, words: AuditWords, *, person_id: UUID, before: Place | None = None, limit: int = 30
) -> OwnPage:
    """Everything this person did, one line for each act."""
    page = _page(session, words, person_id, before, limit)
    return OwnPage(tuple(OwnLine(own) for own in told(session, page.items, words)), page.next)


def begun_by(
    session: TenantSession, words: AuditWords, *, person_id: UUID, before: Place | None = None, limit: int = 30
) -> OwnPage:
    """Things that nobody had touched before this person, each with what was last done to it."""
    earlier = aliased(AuditEntry)
    touched = exists().where(
        earlier.tenant_id == AuditEntry.tenant_id,
        earlier.object_kind == AuditEntry.object_kind,
        earlier.object_id == AuditEntry.object_id,
        tuple_(earlier.at, earlier.id) < tuple_(AuditEntry.at, AuditEntry.id),
    )
    page = _page(session, words, person_id, before, limit, ~touched)
    last = _last(session, page)
    lines = []
    for own in told(session, page.items, words):
        action, label, at = last[own.entry.object_kind, own.entry.object_id]
        lines.append(OwnLine(own, label or words.action(action), at))
    return OwnPage(tuple(lines), page.next)


def _page(
    session: TenantSession, words: AuditWords, person_id: UUID, before: Place | None, limit: int, *more: ColumnElement[bool]
) -> AuditPage:  # fmt: skip
    paged = [code for code, kind in words.kinds.items() if kind.endpoint and kind.argument]
    actions = [code for code in words.actions if not code.startswith(NO_WORK)]
    visible = and_(AuditEntry.object_kind.in_(paged), AuditEntry.action.in_(actions), *more)
    return entries(session, AuditFilter(actor_id=person_id, visible=visible), before=before, limit=limit)


def _last(session: TenantSession, page: AuditPage) -> dict[tuple[str, str], tuple[str, str, datetime]]:
    """The last entry of each thing on the page: (action, the district's word for it where the entry says one, when)."""
    things = {(entry.object_kind, entry.object_id) for entry in page.items}
    rows = session.execute(
        select(AuditEntry.object_kind, AuditEntry.object_id, AuditEntry.action, AuditEntry.data, AuditEntry.at)
        .ext(distinct_on(AuditEntry.object_kind, AuditEntry.object_id))
        .where(tuple_(AuditEntry.object_kind, AuditEntry.object_id).in_(things))
        .order_by(AuditEntry.object_kind, AuditEntry.object_id, AuditEntry.at.desc(), AuditEntry.id.desc())
    )
    return {(kind, thing): (action, str(data.get("label") or ""), at) for kind, thing, action, data, at in rows}
