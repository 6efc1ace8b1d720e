"""/api/v1/school-plans"""

from __future__ import annotations

from uuid import UUID

from flask import Response

from core.hazards.paper import DOCX
from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.workbench.school_plan.requests import READ, plan_answer, plan_of
from core.workbench.school_plan.schemas import SchoolPlanSchema
from core.workbench.school_plan.shapes import SchoolPlan

bp = ApiBlueprint("school_plans", __name__, url_prefix="/api/v1/school-plans", description="A school's risks today")


@bp.get("/<uuid:unit_id>", permission=READ)
@bp.response(200, SchoolPlanSchema)
def one(unit_id: UUID) -> SchoolPlan:
    """What is wrong at the school today, each part by the right of its own list."""
    return plan_of(current(), unit_id)


@bp.get("/<uuid:unit_id>/paper.docx", permission=READ, exports=True)
@bp.response(200, content_type=DOCX)
def paper(unit_id: UUID) -> Response:
    """The same as a word-processor file."""
    return plan_answer(current(), unit_id)
