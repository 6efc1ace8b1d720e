"""/api/v1/audit-entries"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.audit.permissions import AuditPermission
from core.audit.queries import AuditCard, entries_at, entry
from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.paging import Page, Paging, page_schema
from core.http.words import said
from core.workbench.queries.told import filter_of, reach_of
from core.workbench.schemas import AuditArgs, AuditEntrySchema

bp = ApiBlueprint("audit", __name__, url_prefix="/api/v1/audit-entries", description="The append-only log")


@bp.get("", permission=AuditPermission.READ)
@bp.arguments(AuditArgs, location="query")
@bp.response(200, page_schema(AuditEntrySchema))
def index(args: dict[str, Any]) -> Page[dict[str, Any]]:
    """Newest first; the total is counted to 10,000. Whoever answers for some units reads what their people did."""
    paging, session = Paging.of(args), current().session
    items, total = entries_at(
        session, filter_of(session, current().actor, args), page=paging.page, page_size=paging.page_size
    )
    return Page(tuple(_worded(item) for item in items), total, paging.page, paging.page_size)


@bp.get("/<uuid:entry_id>", permission=AuditPermission.READ)
@bp.response(200, AuditEntrySchema)
def one(entry_id: UUID) -> dict[str, Any]:
    """One entry."""
    return _worded(entry(current().session, entry_id, reach_of(current().actor)))


def _worded(card: AuditCard) -> dict[str, Any]:
    words = current().runtime.audited
    titles = {"action_title": said(words.action(card.action)), "object_title": said(words.kind(card.object_kind).title)}
    return {**vars(card), **titles}
