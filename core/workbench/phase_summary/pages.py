"""阶段总结: the figures of a phase, the two things to type, the paper."""

from __future__ import annotations

from flask import Response, render_template

from core.http import forms
from core.http.blueprints import PageBlueprint
from core.http.context import current
from core.orgs.queries import unit_options
from core.workbench.phase_summary.requests import READ, summary_answer, summary_of
from core.workbench.phase_summary.schemas import ScopeArgs, SummaryIn

bp = PageBlueprint("phase_summary", __name__, template_folder="../templates")
UNITS = ("cluster", "school", "kindergarten")


@bp.get("/campaigns/<campaign>/<phase>/summary", permission=READ)
def index(campaign: str, phase: str) -> str:
    context = current()
    unit_id = forms.query(ScopeArgs)["unit_id"]
    units = unit_options(context.session, context.actor.coverage(READ), UNITS)
    return render_template(
        "workbench/phase_summary.html", summary=summary_of(context, campaign, phase, unit_id), campaign=campaign, phase=phase,
        unit_id=unit_id, units=[(str(unit.id), unit.name) for unit in units],
    )  # fmt: skip


@bp.post("/campaigns/<campaign>/<phase>/summary.docx", permission=READ, exports=True)
def paper(campaign: str, phase: str) -> Response:
    """Nothing is written down: what was typed stands in the file."""
    return summary_answer(current(), campaign, phase, forms.form(SummaryIn))
