"""What comes in and goes out of 历史台账."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.http.paging import PageArgs


class PastArgs(PageArgs):
    """The newest first; there is no other order."""

    text = fields.String(load_default="", validate=validate.Length(max=60))
    unit_id = fields.UUID(load_default=None, allow_none=True)


class PastSchema(Schema):
    """An entry of an old ledger. Not a case: it counts in no rate."""

    id = fields.UUID(required=True)
    old_no = fields.String(required=True)
    unit_id = fields.UUID(required=True)
    unit_name = fields.String(required=True)
    place = fields.String(required=True)
    description = fields.String(required=True)
    category = fields.String(required=True)
    grade = fields.String(required=True)
    found_on = fields.Date(required=True)
    found_by_name = fields.String(required=True)
    responsible_name = fields.String(required=True)
    measure_done = fields.String(required=True)
    due_on = fields.Date(required=True, allow_none=True)
    closed_on = fields.Date(required=True, allow_none=True)
    closed_by_name = fields.String(required=True)
    note = fields.String(required=True)
    batch_id = fields.UUID(required=True)
    row_no = fields.Integer(required=True)
