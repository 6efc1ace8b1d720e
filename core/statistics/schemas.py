"""What comes in and goes out of statistical tables, shared by forms and REST."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from core.http.paging import PageArgs
from core.statistics.local import ADDED

CODE = validate.Regexp(r"^[a-z][a-z0-9_-]{0,39}$", error="没有这张统计表")
COLUMN = validate.Regexp(r"^[a-z][a-z0-9_]{0,39}$", error="没有这一列")
LONGEST_SPAN = 1500
"""Days: four years and a little."""


class SpanSchema(Schema):
    """A period of local days, both included."""

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        starts, ends = data.get("starts"), data.get("ends")
        if (starts is None) != (ends is None):
            raise ValidationError("开始和结束日期要一起填", "ends" if ends is None else "starts")
        if starts and ends and ends < starts:
            raise ValidationError("结束日期不能早于开始日期", "ends")
        if starts and ends and (ends - starts).days > LONGEST_SPAN:
            raise ValidationError("期间太长，最多四年", "ends")


class SheetArgs(SpanSchema):
    """Which period and whose figures; default: the last period that has begun, all that the caller reaches."""

    starts = fields.Date(load_default=None, metadata={"description": "first day"})
    ends = fields.Date(load_default=None, metadata={"description": "last day"})
    unit_id = fields.UUID(
        load_default=None, metadata={"description": "a school, cluster or group and everything under it"}
    )


class PageSheetArgs(SheetArgs):
    """As a page asks: ``period`` is ``first..last``, chosen from the list; days typed by hand go before it."""

    table = fields.String(load_default=None, validate=CODE)
    period = fields.String(load_default="", validate=validate.Regexp(r"^(\d{4}-\d{2}-\d{2}\.\.\d{4}-\d{2}-\d{2})?$"))
    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1000))


class TableSchema(Schema):
    code = fields.String(required=True)
    title = fields.String(required=True)
    confirm = fields.Boolean(
        required=True, metadata={"description": "its columns are inferred and wait for the district to confirm"}
    )
    note = fields.String(required=True)
    by = fields.String(required=True, metadata={"description": "kinds | units | domains"})
    clauses = fields.List(fields.String(), required=True)


class DifferenceSchema(Schema):
    row = fields.String(required=True)
    column = fields.String(required=True)
    title = fields.String(required=True)
    value = fields.Raw(required=True)
    ledger = fields.Integer(required=True)
    reason = fields.String(required=True)


class SheetSchema(Schema):
    """``heads``: the tree of columns; ``cells`` of a row: [value, part, whole, ledger, reason] in the order of the leaves.
    Money is in fen, a percentage in hundredths of a per cent."""

    table = fields.String(required=True)
    title = fields.String(required=True)
    starts = fields.String(required=True)
    ends = fields.String(required=True)
    since = fields.String(required=True)
    heads = fields.List(fields.Dict(), required=True)
    rows = fields.List(fields.Dict(), required=True)
    above = fields.List(fields.List(fields.String()), required=True)
    below = fields.List(fields.List(fields.String()), required=True)
    small = fields.Integer(required=True)
    left_out = fields.Integer(required=True)
    confirm = fields.Boolean(required=True)
    note = fields.String(required=True)
    differences = fields.List(fields.Nested(DifferenceSchema), required=True)


class FiguresSchema(Schema):
    """Hand-typed figures: column → whole number (money in fen), column → one of its words, column → reason."""

    figures = fields.Dict(keys=fields.String(validate=COLUMN), values=fields.Integer(strict=True), load_default=dict)
    words = fields.Dict(keys=fields.String(validate=COLUMN), values=fields.String(), load_default=dict)
    reasons = fields.Dict(keys=fields.String(validate=COLUMN), values=fields.String(), load_default=dict)


class EntryInSchema(SpanSchema, FiguresSchema):
    table = fields.String(required=True, validate=CODE)
    unit_id = fields.UUID(required=True)
    starts = fields.Date(required=True)
    ends = fields.Date(required=True)


class EntryArgs(PageArgs):
    table = fields.String(load_default=None, validate=CODE)
    unit_id = fields.UUID(load_default=None)


class EntrySchema(Schema):
    id = fields.UUID(required=True)
    unit_id = fields.UUID(required=True)
    unit_name = fields.String(required=True)
    table = fields.String(required=True)
    starts = fields.Date(required=True)
    ends = fields.Date(required=True)
    figures = fields.Dict(required=True)
    words = fields.Dict(required=True)
    reasons = fields.Dict(required=True)
    set_at = fields.AwareDateTime(required=True)
    set_by_name = fields.String(required=True)
    version = fields.Integer(required=True)


class AddedSchema(Schema):
    code = fields.String(load_default="", validate=validate.Length(max=40))
    label = fields.String(required=True, validate=validate.Length(min=1, max=40))
    type = fields.String(load_default="int", validate=validate.OneOf([str(kind) for kind in ADDED]))
    unit = fields.String(load_default="", validate=validate.Length(max=8))


class ColumnsSchema(Schema):
    """The district's own columns: everything it changed, each time as a whole."""

    labels = fields.Dict(keys=fields.String(validate=COLUMN), values=fields.String(), load_default=dict)
    hidden = fields.List(fields.String(validate=COLUMN), load_default=list)
    added = fields.List(fields.Nested(AddedSchema), load_default=list)
