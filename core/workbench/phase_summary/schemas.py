"""What the summary of a phase takes in and gives out, shared by the form and REST."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

TEXT = validate.Length(max=4000)


class ScopeArgs(Schema):
    """``unit_id``: of this unit and everything below it; none: everything within reach."""

    unit_id = fields.UUID(load_default=None, allow_none=True)


class SummaryIn(ScopeArgs):
    """What only a person can say; a paragraph a line."""

    problems = fields.String(load_default="", validate=TEXT)
    next_steps = fields.String(load_default="", validate=TEXT)


class DomainSumSchema(Schema):
    title = fields.String()
    found = fields.Integer()
    major = fields.Integer()
    closed = fields.Integer()
    open = fields.Integer()
    overdue = fields.Integer()


class DutySumSchema(Schema):
    owed = fields.Integer()
    settled = fields.Integer()
    overdue = fields.Integer()


class PartSchema(Schema):
    """A line of the dossier of the same days."""

    title = fields.Function(lambda part: str(part.title), metadata={"type": "string"})
    count = fields.Integer()
    note = fields.Function(lambda part: str(part.note), metadata={"type": "string"})


class SummarySchema(Schema):
    """The figures of a phase within reach."""

    campaign = fields.String()
    phase = fields.String()
    unit = fields.String()
    since = fields.Date()
    until = fields.Date()
    as_of = fields.Date()
    tasks = fields.Integer()
    tasks_done = fields.Integer()
    tasks_overdue = fields.Integer()
    gates = fields.Integer()
    open_gates = fields.List(fields.String())
    found = fields.Integer()
    major = fields.Integer()
    closed = fields.Integer()
    open = fields.Integer()
    overdue = fields.Integer()
    domains = fields.List(fields.Nested(DomainSumSchema))
    duties = fields.Nested(DutySumSchema)
    visits = fields.Integer()
    failed_items = fields.Integer()
    parts = fields.List(fields.Nested(PartSchema))
    gaps = fields.List(fields.Nested(PartSchema))
