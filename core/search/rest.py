"""/api/v1/search"""

from __future__ import annotations

from typing import Any

from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.paging import Page, Paging, page_schema
from core.search.asking import Shown, open_to, shown
from core.search.queries import find, lines, terms_of
from core.search.schemas import HitSchema, SearchArgs

bp = ApiBlueprint(
    "search", __name__, url_prefix="/api/v1/search", description="Words and numbers across everything you may see"
)


@bp.get("", signed_in=True)
@bp.arguments(SearchArgs, location="query")
@bp.response(200, page_schema(HitSchema))
def index(args: dict[str, Any]) -> Page[Shown]:
    """Newest first inside each kind. ``total`` counts at most 100 of a kind: ask more exactly, or filter that kind's list."""
    context = current()
    paging = Paging.of(args)
    terms = terms_of(args["q"])
    kinds = [one for one in open_to(context) if args["kind"] in ("", one.kind)]
    found = find(context.session, context.actor, searchables=kinds, terms=terms)
    page = lines(context.session, context.actor, found=found, paging=paging)
    return Page(tuple(shown(line, terms) for line in page.items), page.total, page.page, page.page_size)
