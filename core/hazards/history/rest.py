"""/api/v1/historical-hazards"""

from __future__ import annotations

from typing import Any

from core.hazards.history.queries import PastHazard, past_page
from core.hazards.history.schemas import PastArgs, PastSchema
from core.hazards.permissions import HazardPermission
from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.paging import Page, Paging, page_schema

bp = ApiBlueprint(
    "historical_hazards", __name__, url_prefix="/api/v1/historical-hazards", description="Hazards of old ledgers"
)


@bp.get("", permission=HazardPermission.READ)
@bp.arguments(PastArgs, location="query")
@bp.response(200, page_schema(PastSchema))
def index(args: dict[str, Any]) -> Page[PastHazard]:
    """What old ledgers say was closed, as far as the caller reaches. Counted nowhere as closed here."""
    context = current()
    paging = Paging.of(args)
    return past_page(context.session, context.actor, text=args["text"], unit_id=args["unit_id"], paging=paging)
