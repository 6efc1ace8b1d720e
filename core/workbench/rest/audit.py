"""/api/v1/audit-entries"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.audit.permissions import AuditPermission
from core.audit.queries import AuditCard, entries_at, entry
from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.paging import Page, Paging, page_schema
from core.workbench.schemas import AuditArgs, AuditEntrySchema, where_of

bp = ApiBlueprint("audit", __name__, url_prefix="/api/v1/audit-entries", description="The append-only log")


@bp.get("", permission=AuditPermission.READ)
@bp.arguments(AuditArgs, location="query")
@bp.response(200, page_schema(AuditEntrySchema))
def index(args: dict[str, Any]) -> Page[AuditCard]:
    """Newest first; the total is counted to 10,000."""
    paging = Paging.of(args)
    items, total = entries_at(current().session, where_of(args), page=paging.page, page_size=paging.page_size)
    return Page(items, total, paging.page, paging.page_size)


@bp.get("/<uuid:entry_id>", permission=AuditPermission.READ)
@bp.response(200, AuditEntrySchema)
def one(entry_id: UUID) -> AuditCard:
    """One entry."""
    return entry(current().session, entry_id)
