"""/api/v1/campaigns/…/phases/…/summary"""

from __future__ import annotations

from typing import Any

from flask import Response

from core.hazards.paper import DOCX
from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.workbench.phase_summary.requests import READ, summary_answer, summary_of
from core.workbench.phase_summary.schemas import ScopeArgs, SummaryIn, SummarySchema
from core.workbench.phase_summary.shapes import PhaseSummary

bp = ApiBlueprint(
    "phase_summaries", __name__, url_prefix="/api/v1/campaigns/<campaign>/phases/<phase>", description="A phase of a campaign in figures"
)  # fmt: skip


@bp.get("/summary", permission=READ)
@bp.arguments(ScopeArgs, location="query")
@bp.response(200, SummarySchema)
def one(args: dict[str, Any], campaign: str, phase: str) -> PhaseSummary:
    """The figures of a phase that has begun, each by the right of its own list."""
    return summary_of(current(), campaign, phase, args["unit_id"])


@bp.post("/summary.docx", permission=READ, exports=True, repeatable="nothing is written, the answer is a file")
@bp.arguments(SummaryIn)
@bp.response(200, content_type=DOCX)
def paper(data: dict[str, Any], campaign: str, phase: str) -> Response:
    """The same as a word-processor file, with what you type of problems and next steps."""
    return summary_answer(current(), campaign, phase, data)
