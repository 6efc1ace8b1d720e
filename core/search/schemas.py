"""Questions and answers of the search, shared by page and REST."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.http.paging import PageArgs

MOST_ASKED = 60


class SearchArgs(PageArgs):
    """``kind`` narrows to one kind of things."""

    q = fields.String(
        required=True, validate=validate.Length(min=1, max=MOST_ASKED),
        metadata={"description": "words or numbers, all of which must stand in the thing; two characters are enough"},
    )  # fmt: skip
    kind = fields.String(load_default="", validate=validate.Length(max=40))


class PartSchema(Schema):
    """A piece of a text; ``hit``: the words asked for."""

    text = fields.String(required=True)
    hit = fields.Boolean(required=True)


class HitSchema(Schema):
    """One thing found. ``title`` is plain; ``parts`` are the same with the hit marked."""

    kind = fields.String(required=True)
    id = fields.UUID(required=True)
    title = fields.String(required=True)
    parts = fields.List(fields.Nested(PartSchema), required=True)
    number = fields.String(required=True)
    excerpt = fields.List(fields.Nested(PartSchema), required=True)
    unit = fields.String(required=True)
    state = fields.String(required=True)
    state_label = fields.String(required=True)
    link = fields.String(required=True, metadata={"description": "path of its page"})
