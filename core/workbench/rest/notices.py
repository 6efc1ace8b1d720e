"""/api/v1/notices"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.paging import Page, Paging, page_schema
from core.notify.queries import NoticeCard, inbox
from core.notify.services import mark_read
from core.workbench.schemas import NoticeArgs, NoticeSchema

bp = ApiBlueprint("notices", __name__, url_prefix="/api/v1/notices", description="Your inbox")


@bp.get("", signed_in=True)
@bp.arguments(NoticeArgs, location="query")
@bp.response(200, page_schema(NoticeSchema))
def index(args: dict[str, Any]) -> Page[NoticeCard]:
    """Newest first."""
    paging = Paging.of(args)
    items, total = inbox(
        current().session,
        person_id=current().person_id,
        unread_only=args["unread"],
        page=paging.page,
        page_size=paging.page_size,
    )
    return Page(items, total, paging.page, paging.page_size)


@bp.post("/<uuid:notice_id>/read", signed_in=True, repeatable="read twice is read")
@bp.response(204)
def read(notice_id: UUID) -> None:
    """Mark as read; doing it again changes nothing."""
    mark_read(current().session, person_id=current().person_id, notice_id=notice_id)
