"""/api/v1/school-plans"""

from __future__ import annotations

from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from core.hazards.paper import DOCX
from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.workbench.school_plan.requests import READ, plan_answer, plan_of
from core.workbench.school_plan.shapes import SchoolPlan

bp = ApiBlueprint("school_plans", __name__, url_prefix="/api/v1/school-plans", description="A school's risks today")


class RiskSumSchema(Schema):
    kind = fields.String()
    major = fields.Integer()
    general = fields.Integer()
    overdue = fields.Integer()


class HazardRiskSchema(Schema):
    id = fields.UUID()
    no = fields.String()
    title = fields.String()
    spot = fields.String()
    kind = fields.String()
    grade = fields.String()
    stage = fields.String()
    measures = fields.List(fields.String())
    person = fields.String()
    due_on = fields.Date(allow_none=True)
    overdue = fields.Boolean()


class FailedItemSchema(Schema):
    visit_id = fields.UUID()
    content = fields.String()
    note = fields.String()
    looked_on = fields.Date()
    hazard_no = fields.String()


class DutyRiskSchema(Schema):
    code = fields.String()
    title = fields.String()
    party = fields.String()
    due_on = fields.Date(allow_none=True)


class EndingRiskSchema(Schema):
    register = fields.String()
    title = fields.String()
    expires_on = fields.Date(allow_none=True)
    days_left = fields.Integer(allow_none=True)


class SchoolPlanSchema(Schema):
    """Each part has at most 200 lines; ``*_total`` says how many there are."""

    unit_id = fields.UUID()
    unit_name = fields.String()
    as_of = fields.Date()
    sums = fields.List(fields.Nested(RiskSumSchema))
    hazards = fields.List(fields.Nested(HazardRiskSchema))
    failed = fields.List(fields.Nested(FailedItemSchema), metadata={"description": "failed when last looked at"})
    duties = fields.List(fields.Nested(DutyRiskSchema), metadata={"description": "overdue in this school year"})
    endings = fields.List(fields.Nested(EndingRiskSchema), metadata={"description": "over, or within 90 days"})
    hazards_total = fields.Integer()
    failed_total = fields.Integer()
    duties_total = fields.Integer()
    endings_total = fields.Integer()


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
