"""历史台账: what old ledgers tell of hazards closed before this system."""

from __future__ import annotations

from flask import render_template, request

from core.hazards.history.queries import past_page
from core.hazards.history.schemas import PastArgs
from core.hazards.permissions import HazardPermission
from core.http import forms
from core.http.blueprints import PageBlueprint
from core.http.context import current
from core.http.paging import Paging

bp = PageBlueprint("history", __name__)


@bp.get("/hazards/history", permission=HazardPermission.READ)
def index() -> str:
    context = current()
    args = forms.query(PastArgs)
    paging = Paging.of(args)
    page = past_page(context.session, context.actor, text=args["text"], unit_id=args["unit_id"], paging=paging)
    return render_template(
        "history/index.html", page=page, asked=args, query=request.query_string.decode(),
        may_export=context.actor.may(HazardPermission.EXPORT),
    )  # fmt: skip
