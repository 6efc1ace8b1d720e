"""What comes in and goes out of the import and export centre, shared by forms and REST."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.exchange.models import EXPORT_STATES, FORMATS, STATES
from core.http.paging import PageArgs

SLUG = validate.Length(min=1, max=120)


class BatchArgs(PageArgs):
    kind = fields.String(load_default=None, allow_none=True, validate=SLUG)


class ExportArgs(PageArgs):
    """The newest first; there is no other order."""


class RowArgs(PageArgs):
    state = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(("at_fault",)))
    """at_fault: only rows that were not imported, or will not be."""


class KindSchema(Schema):
    """A kind of table."""

    slug = fields.String(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)


class ColumnSchema(Schema):
    """A column that a kind of table has."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    type = fields.String(required=True)
    required = fields.Boolean(required=True)
    aliases = fields.List(fields.String(), required=True)


class ImportKindSchema(KindSchema):
    columns = fields.List(fields.Nested(ColumnSchema), required=True)


class ExportKindSchema(KindSchema):
    filters = fields.List(fields.String(), required=True)
    formats = fields.List(fields.String(), required=True)


class KindsSchema(Schema):
    imports = fields.List(fields.Nested(ImportKindSchema), required=True)
    exports = fields.List(fields.Nested(ExportKindSchema), required=True)


class ReceiveSchema(Schema):
    kind = fields.String(required=True, validate=SLUG, error_messages={"required": "请选择表格种类"})


class MappingSchema(Schema):
    """``columns``: by place in the row, a column's name or "" for one that is left out."""

    sheet = fields.Integer(load_default=0, validate=validate.Range(min=0, max=20))
    header_row = fields.Integer(required=True, validate=validate.Range(min=1, max=2_000_000))
    columns = fields.List(
        fields.String(validate=validate.Length(max=120)), required=True, validate=validate.Length(max=200)
    )


class BatchSchema(Schema):
    """An import. ``places``: column name → place in the row, from 0."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    kind_title = fields.String(required=True)
    file_name = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    sheet = fields.Integer(required=True)
    header_row = fields.Integer(required=True)
    titles = fields.List(fields.String(), required=True)
    places = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    total = fields.Integer(required=True)
    faulty = fields.Integer(required=True)
    created = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    same = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    fault = fields.String(required=True)
    job_id = fields.UUID(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    created_by_name = fields.String(required=True, allow_none=True)
    committed_at = fields.AwareDateTime(required=True, allow_none=True)
    undone_at = fields.AwareDateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


class RowSchema(Schema):
    """A row of a file. ``cells`` by place."""

    no = fields.Integer(required=True)
    state = fields.String(required=True)
    cells = fields.List(fields.String(), required=True)
    faults = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    object_id = fields.UUID(required=True, allow_none=True)


class OrderSchema(Schema):
    """An export to be made. ``filters``: name → values, as in the query of the kind's list."""

    kind = fields.String(required=True, validate=SLUG, error_messages={"required": "请选择表格种类"})
    format = fields.String(load_default="", validate=validate.OneOf(FORMATS))
    filters = fields.Dict(
        keys=fields.String(validate=validate.Length(max=60)),
        values=fields.List(fields.String(validate=validate.Length(max=200)), validate=validate.Length(max=100)),
        load_default=dict,
        validate=validate.Length(max=60),
    )


class ExportSchema(Schema):
    """A file that was ordered."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    kind_title = fields.String(required=True)
    format = fields.String(required=True, validate=validate.OneOf(FORMATS))
    said = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(EXPORT_STATES))
    progress_done = fields.Integer(required=True)
    progress_total = fields.Integer(required=True)
    rows = fields.Integer(required=True, allow_none=True)
    photos = fields.Integer(required=True, allow_none=True)
    size = fields.Integer(required=True, allow_none=True)
    fault = fields.String(required=True)
    downloads = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
