"""What drafts take in and give out, shared by forms and REST."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.hazards.drafts.models import OPEN, STATES
from core.http.paging import PageArgs


class DraftArgs(PageArgs):
    """Filters of the drafts, newest first."""

    state = fields.String(load_default=OPEN, validate=validate.OneOf(STATES))
    unit_id = fields.UUID(load_default=None, allow_none=True)


class DraftSchema(Schema):
    """A draft of a hazard."""

    id = fields.UUID()
    unit_id = fields.UUID()
    unit_name = fields.String()
    register = fields.String()
    rule = fields.String()
    title = fields.String()
    detail = fields.String()
    domain = fields.String()
    category = fields.String(allow_none=True)
    entries = fields.List(fields.Dict(), metadata={"description": "entries at fault, the first few: id, title"})
    clauses = fields.List(fields.String())
    state = fields.String()
    opened_at = fields.AwareDateTime()
    decided_at = fields.AwareDateTime(allow_none=True)
    decided_by_name = fields.String()
    reason = fields.String()
    hazard_id = fields.UUID(allow_none=True)
    version = fields.Integer()


class AcceptIn(Schema):
    """The hazard's words, where they are to be others than the draft's."""

    place = fields.String(load_default="", validate=validate.Length(max=60))
    description = fields.String(load_default="", validate=validate.Length(max=2000))
    domain = fields.String(load_default="", validate=validate.Length(max=60))
    category = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=60))


class AcceptedSchema(Schema):
    """The hazard that came of it."""

    hazard_id = fields.UUID()
    no = fields.String(allow_none=True)


class DismissIn(Schema):
    """Why it is no hazard."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))
