"""What onboarding takes in and gives out, shared by forms and REST."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.onboarding.models import STATES
from core.onboarding.queries.steps import AGAIN, DONE, OPEN
from core.onboarding.steps import STEPS
from core.tenancy.merge import Side


class StepSchema(Schema):
    """A first step of the district."""

    code = fields.String(validate=validate.OneOf(list(STEPS)))
    title = fields.String()
    state = fields.String(
        validate=validate.OneOf([OPEN, DONE, AGAIN]),
        metadata={"description": "again: another version of the pack since"},
    )
    confirmed_at = fields.AwareDateTime(allow_none=True)
    confirmed_by = fields.String()


class PlacesIn(Schema):
    """What is confirmed of what was 待确认: addresses in the pack."""

    places = fields.List(
        fields.String(validate=validate.Length(min=1, max=300)), required=True, validate=validate.Length(min=1, max=500)
    )


class WaitingSchema(Schema):
    """A value that waits for the district's word (待确认)."""

    place = fields.String(metadata={"description": "its address, for confirming it"})
    label = fields.String()
    note = fields.String()
    value = fields.String(metadata={"description": "what it says now, in short"})


class ProposalSchema(Schema):
    """A version of the pack that the platform offers."""

    id = fields.UUID()
    pack_version = fields.String()
    state = fields.String(validate=validate.OneOf(STATES))
    proposed_at = fields.AwareDateTime()
    proposed_by = fields.String()
    decided_at = fields.AwareDateTime(allow_none=True)
    version = fields.Integer(metadata={"description": "for If-Match"})


class FieldChangeSchema(Schema):
    """A field of an element: before and after, in short."""

    title = fields.String()
    before = fields.String()
    after = fields.String()


class ElementChangeSchema(Schema):
    """An element of a section."""

    code = fields.String()
    label = fields.String()
    how = fields.String(validate=validate.OneOf(["added", "removed", "changed"]))
    fields_ = fields.List(fields.Nested(FieldChangeSchema), attribute="fields", data_key="fields")


class SectionDifferenceSchema(Schema):
    """A section of the pack that changes."""

    section = fields.String()
    title = fields.String()
    elements = fields.List(fields.Nested(ElementChangeSchema))


class MovedSchema(Schema):
    """Due days within a year that are no more, and that are new."""

    code = fields.String()
    title = fields.String()
    before = fields.List(fields.Date())
    after = fields.List(fields.Date())


class ConflictSchema(Schema):
    """Changed by the district and by the new version."""

    path = fields.String()
    title = fields.String()
    before = fields.String(metadata={"description": "what the version in force says"})
    theirs = fields.String(metadata={"description": "what the new version says"})
    mine = fields.String(metadata={"description": "the district's own value"})
    mine_possible = fields.Boolean()


class ProposalViewSchema(ProposalSchema):
    """An offer with what it would change."""

    in_force = fields.Integer(
        metadata={"description": "number of the version in force; send it back with the decisions"}
    )
    sections = fields.List(fields.Nested(SectionDifferenceSchema))
    moved = fields.List(fields.Nested(MovedSchema))
    kept = fields.List(fields.String())
    lapsed = fields.List(fields.String())
    conflicts = fields.List(fields.Nested(ConflictSchema))


class ApplyIn(Schema):
    """The decisions, by path of the conflict."""

    in_force = fields.Integer(required=True, validate=validate.Range(min=0, max=1_000_000))
    decisions = fields.Dict(
        keys=fields.String(validate=validate.Length(max=300)), values=fields.String(validate=validate.OneOf([str(side) for side in Side])),
        load_default=dict,
    )  # fmt: skip


class AppliedSchema(Schema):
    """The version in force now, and which of the district's own changes ended."""

    number = fields.Integer(attribute="version")
    ended = fields.List(fields.String())
