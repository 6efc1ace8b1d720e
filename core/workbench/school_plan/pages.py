"""一校一策: the page of one school, and its paper."""

from __future__ import annotations

from flask import Response, render_template

from core.http.blueprints import PageBlueprint
from core.http.context import current
from core.http.forms import query
from core.kernel.errors import Invalid
from core.orgs.queries import unit_options
from core.workbench.school_plan.requests import READ, plan_answer, plan_of
from core.workbench.school_plan.schemas import PlanArgs

bp = PageBlueprint("school_plan", __name__, template_folder="../templates")
SCHOOLS = ("school", "kindergarten", "training_institution")


@bp.get("/school-plan", permission=READ)
def index() -> str:
    """Of the school that was chosen; of the only one within reach without asking."""
    context = current()
    units = unit_options(context.session, context.actor.coverage(READ), SCHOOLS)
    unit_id = query(PlanArgs)["unit_id"] or (units[0].id if len(units) == 1 else None)
    return render_template(
        "workbench/school_plan.html", units=[(str(unit.id), unit.name) for unit in units],
        plan=plan_of(context, unit_id) if unit_id is not None else None,
    )  # fmt: skip


@bp.get("/school-plan.docx", permission=READ, exports=True)
def paper() -> Response:
    unit_id = query(PlanArgs)["unit_id"]
    if unit_id is None:
        raise Invalid(fields={"unit_id": "请选择单位"})
    return plan_answer(current(), unit_id)
