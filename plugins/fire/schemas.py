"""What fire safety takes in and gives out, shared by forms and REST."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.sdk.web import PageArgs
from plugins.fire.acceptance import Stage, Step
from plugins.fire.words import ACTIVITIES, RESULTS, STATES

NAME = validate.Length(min=1, max=60)
NOTE = validate.Length(max=2000)


class PlaceIn(Schema):
    """A key place to be added."""

    unit_id = fields.UUID(required=True)
    name = fields.String(required=True, validate=NAME)
    kind = fields.String(required=True, validate=NAME)
    building_id = fields.UUID(load_default=None, allow_none=True)
    building = fields.String(load_default="", validate=validate.Length(max=60))
    risk_note = fields.String(load_default="", validate=NOTE)
    responsible_post = fields.String(load_default="", validate=validate.Length(max=60))
    marked = fields.Boolean(load_default=False)
    patrol_days = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1, max=366))


class PlacePatch(Schema):
    """Changes to a key place; what is absent stays."""

    name = fields.String(validate=NAME)
    kind = fields.String(validate=NAME)
    building_id = fields.UUID(allow_none=True)
    building = fields.String(validate=validate.Length(max=60))
    risk_note = fields.String(validate=NOTE)
    responsible_post = fields.String(validate=validate.Length(max=60))
    marked = fields.Boolean()
    patrol_days = fields.Integer(allow_none=True, validate=validate.Range(min=1, max=366))


class PlaceArgs(PageArgs):
    """Filters of the key places; sort by name, kind, added_on."""

    under = fields.UUID(load_default=None, allow_none=True)
    kind = fields.String(load_default=None, allow_none=True)
    text = fields.String(load_default="", validate=NOTE)
    retired = fields.Boolean(load_default=False)


class PlaceSchema(Schema):
    """A key place with its last patrol."""

    id = fields.UUID()
    unit_id = fields.UUID()
    unit_name = fields.String()
    name = fields.String()
    kind = fields.String()
    building_id = fields.UUID(allow_none=True)
    building = fields.String(metadata={"description": "in words; of one that was chosen, its name then"})
    risk_note = fields.String()
    responsible_post = fields.String()
    marked = fields.Boolean()
    patrol_days = fields.Integer(allow_none=True)
    every = fields.Integer(metadata={"description": "days between patrols in force"})
    added_on = fields.Date()
    retired_on = fields.Date(allow_none=True)
    last_on = fields.Date(allow_none=True)
    last_result = fields.String(allow_none=True)
    open_findings = fields.Integer()
    facilities = fields.Integer()
    due_on = fields.Date(allow_none=True)
    version = fields.Integer()


class AcceptanceIn(Schema):
    """A building to be registered."""

    unit_id = fields.UUID(required=True)
    building_id = fields.UUID(load_default=None, allow_none=True)
    building = fields.String(load_default="", validate=validate.Length(max=60))
    state = fields.String(required=True, validate=validate.OneOf(list(STATES)))
    reason = fields.String(load_default="", validate=NOTE)
    document_no = fields.String(load_default="", validate=validate.Length(max=80))
    document_on = fields.Date(load_default=None, allow_none=True)


class StepIn(Schema):
    """A step on the way to acceptance; which fields it needs depends on the step."""

    step = fields.String(required=True, validate=validate.OneOf([str(step) for step in Step]))
    on = fields.Date(load_default=None, allow_none=True)
    reason = fields.String(load_default="", validate=NOTE)
    note = fields.String(load_default="", validate=NOTE)
    agency = fields.String(load_default="", validate=validate.Length(max=80))
    plan = fields.String(load_default="", validate=NOTE)
    plan_due_on = fields.Date(load_default=None, allow_none=True)
    state = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["accepted", "filed"]))
    document_no = fields.String(load_default="", validate=validate.Length(max=80))
    document_on = fields.Date(load_default=None, allow_none=True)


class AcceptanceArgs(PageArgs):
    """Filters of the acceptances; sort by building, stage, document_on."""

    under = fields.UUID(load_default=None, allow_none=True)
    stage = fields.String(load_default=None, allow_none=True, validate=validate.OneOf([str(stage) for stage in Stage]))
    state = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(list(STATES)))
    path = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["A", "B"]))
    open = fields.Boolean(load_default=False)
    text = fields.String(load_default="", validate=NOTE)


class LimitSchema(Schema):
    """The district's date; ``hard`` false: passing it is warned of, not a breach."""

    due_on = fields.Date()
    hard = fields.Boolean()


class AcceptanceSchema(Schema):
    """A building and how far its acceptance is."""

    id = fields.UUID()
    unit_id = fields.UUID()
    unit_name = fields.String()
    building = fields.String()
    state = fields.String()
    state_title = fields.String()
    stage = fields.String()
    stage_title = fields.String()
    path = fields.String(allow_none=True)
    reason = fields.String()
    agency = fields.String()
    assessed_on = fields.Date(allow_none=True)
    plan = fields.String()
    planned_on = fields.Date(allow_none=True)
    plan_due_on = fields.Date(allow_none=True)
    rectified_on = fields.Date(allow_none=True)
    reassessed_on = fields.Date(allow_none=True)
    document_no = fields.String()
    document_on = fields.Date(allow_none=True)
    hazard_id = fields.UUID(allow_none=True)
    limit = fields.Nested(LimitSchema, allow_none=True)
    version = fields.Integer()


class PatrolIn(Schema):
    """A patrol of one place."""

    place_id = fields.UUID(required=True)
    result = fields.String(required=True, validate=validate.OneOf(list(RESULTS)))
    note = fields.String(load_default="", validate=NOTE)


class FindingIn(Schema):
    """Something was found at a place; it becomes a hazard at once."""

    note = fields.String(required=True, validate=validate.Length(min=1, max=2000))
    category = fields.String(load_default=None, allow_none=True)


class RoundIn(Schema):
    """Several places in one walk, nothing found."""

    place_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=200))


class PatrolArgs(PageArgs):
    """Filters of the patrols."""

    result = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(list(RESULTS)))
    place_id = fields.UUID(load_default=None, allow_none=True)


class PatrolSchema(Schema):
    """One patrol."""

    id = fields.UUID()
    at = fields.AwareDateTime()
    unit_name = fields.String()
    place_id = fields.UUID()
    place_name = fields.String()
    by_name = fields.String()
    result = fields.String()
    note = fields.String()
    hazard_id = fields.UUID(allow_none=True)
    settled_at = fields.AwareDateTime(allow_none=True)


class ActivityIn(Schema):
    """A check of the whole unit, a training of all staff, or the standard reached."""

    unit_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(list(ACTIVITIES)))
    on = fields.Date(required=True)
    headcount = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=0, max=100_000))
    failed = fields.List(fields.String(), load_default=[])
    note = fields.String(load_default="", validate=NOTE)


class ActivityArgs(PageArgs):
    """Filters of the activities."""

    kind = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(list(ACTIVITIES)))


class ActivitySchema(Schema):
    """A check, training or standard."""

    id = fields.UUID()
    unit_name = fields.String()
    kind = fields.String()
    on = fields.Date()
    headcount = fields.Integer(allow_none=True)
    failed = fields.List(fields.String())
    note = fields.String()
    by_name = fields.String()


class MadeSchema(Schema):
    """The id of what was made."""

    id = fields.UUID()


class RestFindingIn(FindingIn):
    """A finding over REST; photos are uploaded before as loose files with purpose «before»."""

    place_id = fields.UUID(required=True)
    file_ids = fields.List(fields.UUID(), load_default=[], validate=validate.Length(max=9))


class MadeFindingSchema(Schema):
    """The patrol and its hazard."""

    patrol_id = fields.UUID()
    hazard_id = fields.UUID()


class RoundSchema(Schema):
    """How many places were recorded."""

    patrols = fields.Integer()
