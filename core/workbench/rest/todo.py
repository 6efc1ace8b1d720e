"""/api/v1/todo"""

from __future__ import annotations

from typing import Any

from flask import url_for

from core.hooks.meta import DeskCard
from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.http.words import said
from core.workbench.desk import urgent
from core.workbench.requests import cards
from core.workbench.schemas import TodoSchema

bp = ApiBlueprint("todo", __name__, url_prefix="/api/v1/todo", description="What waits for you")


@bp.get("", signed_in=True)
@bp.arguments(PageArgs(exclude=("sort",)), location="query")
@bp.response(200, page_schema(TodoSchema))
def index(args: dict[str, Any]) -> Page[dict[str, Any]]:
    """Everything that waits for you, late first; ``page`` leads to the things themselves. Nothing waits in a bureau."""
    context = current()
    waiting = [] if context.tenant.is_bureau else urgent(cards(context))
    return Paging.of(args).cut([_line(card) for card in waiting])


def _line(card: DeskCard) -> dict[str, Any]:
    page = url_for(card.endpoint, **dict(card.args))  # type: ignore[arg-type]  # arguments of a list are texts
    return {"title": said(card.title), "count": card.count, "tone": card.tone, "hint": said(card.hint), "page": page}
