"""What 一校一策 takes in and gives out, shared by the page and REST."""

from __future__ import annotations

from marshmallow import Schema, fields


class PlanArgs(Schema):
    unit_id = fields.UUID(load_default=None, allow_none=True)


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
