"""What comes in and goes out, shared by forms and REST. No database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from core.http.paging import PageArgs
from core.kernel.obligations import Standing

LONGEST_DAYS = 800
STATE = validate.OneOf([str(state) for state in Standing])
WORD = validate.Length(max=80)


class SpanArgs(PageArgs):
    """``since`` and ``until``: due days, both included."""

    since = fields.Date(load_default=None, allow_none=True)
    until = fields.Date(load_default=None, allow_none=True)

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        since, until = data.get("since"), data.get("until")
        if isinstance(since, date) and isinstance(until, date):
            if until < since:
                raise ValidationError("不能早于开始日期", "until")
            if until - since > timedelta(days=LONGEST_DAYS):
                raise ValidationError("最多800天", "until")


class DueArgs(SpanArgs):
    """Filters of the list."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *(str(state) for state in Standing)]))
    code = fields.String(load_default="", validate=WORD)
    activity = fields.String(load_default="", validate=WORD)
    clause = fields.String(load_default="", validate=WORD)
    key = fields.String(load_default="", validate=validate.Length(max=120))
    unit_id = fields.UUID(load_default=None, allow_none=True)
    under = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "a cluster and what it supervises"}
    )


class DutyArgs(DueArgs):
    """Of the sums: every state is told."""

    class Meta:
        exclude = ("state", "key")


class CalendarArgs(Schema):
    month = fields.String(load_default="", validate=validate.Regexp(r"^((19|20|21)\d{2}-(0[1-9]|1[0-2]))?$"))
    unit_id = fields.UUID(load_default=None, allow_none=True)


class DueSchema(Schema):
    """One unit, one occurrence; as `xiaoan due --json`."""

    date = fields.Date(allow_none=True)
    due_at = fields.String(allow_none=True, metadata={"description": "overdue from here on, Asia/Shanghai"})
    org_code = fields.String()
    org_name = fields.String()
    obligation = fields.String()
    title = fields.String()
    period = fields.String()
    source = fields.List(fields.String(), metadata={"description": "ids of clauses"})
    state = fields.String(validate=STATE)
    key = fields.String()
    activity = fields.String()
    party = fields.List(fields.String())
    unit_id = fields.UUID()
    done = fields.Integer()
    wanted = fields.Integer(allow_none=True)
    own_missing = fields.Boolean(
        metadata={"description": "its own number (n) is not entered, so wanted is to be confirmed"}
    )


class SumSchema(Schema):
    """One obligation or report over the units that owe it: pairs of unit and occurrence by state."""

    obligation = fields.String()
    title = fields.String()
    source = fields.List(fields.String())
    total = fields.Integer()
    states = fields.Dict(keys=fields.String(), values=fields.Integer())
    done = fields.Integer()


class SourceSchema(Schema):
    """Facts of one feature that count. ``readable`` false: they cannot be read now, so what they would count is missing."""

    kind = fields.String()
    title = fields.String()
    activities = fields.List(fields.String())
    readable = fields.Boolean()


class FeedSchema(Schema):
    id = fields.UUID()
    made_at = fields.AwareDateTime()
    version = fields.Constant(1)


class NewFeedSchema(Schema):
    id = fields.UUID()
    address = fields.String(metadata={"description": "bears the secret; it is never shown again"})


class NumberArgs(PageArgs):
    unit_id = fields.UUID(load_default=None, allow_none=True)


class NumberIn(Schema):
    number = fields.Integer(required=True, strict=False, validate=validate.Range(0, 1000))


class NumberForm(NumberIn):
    unit_id = fields.UUID(required=True)
    name = fields.String(required=True, validate=WORD)


class NumberSchema(Schema):
    unit_id = fields.UUID()
    unit_code = fields.String()
    unit_name = fields.String()
    name = fields.String()
    titles = fields.List(fields.String())
    base = fields.Integer()
    number = fields.Integer(allow_none=True)
    version = fields.Integer()
