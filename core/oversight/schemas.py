"""Queries and answers of oversight, shared by pages and REST."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.oversight.indicators import CODES


class DashboardArgs(Schema):
    """What a dashboard is narrowed to."""

    month = fields.Date(
        load_default=None,
        allow_none=True,
        metadata={"description": "any day of the month; default: the whole campaign"},
    )
    cluster = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "a cluster, group or school and everything under it"},
    )
    domain = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=60))


class RateSchema(Schema):
    """``value`` is null without a denominator, and where it is too small to say anything."""

    part = fields.Integer(required=True)
    whole = fields.Integer(required=True)
    value = fields.Float(attribute="shown", allow_none=True)


class TotalsSchema(Schema):
    """Hazards found in the period and how they stand today; false alarms left out."""

    found = fields.Integer()
    open = fields.Integer()
    overdue = fields.Integer()
    soon = fields.Integer()
    controlled = fields.Integer()
    escalated = fields.Integer()
    closed = fields.Integer()
    closed_this_month = fields.Integer()
    on_the_spot = fields.Integer()
    major = fields.Integer()
    major_open = fields.Integer()
    recurrences = fields.Integer()
    closure = fields.Nested(RateSchema)
    on_time = fields.Nested(RateSchema)
    self_share = fields.Nested(RateSchema)


class OpenedTotalsSchema(Schema):
    """What the group of counts opens to a bureau."""

    found = fields.Integer()
    open = fields.Integer()
    closed = fields.Integer()
    major = fields.Integer()
    major_open = fields.Integer()
    controlled = fields.Integer()
    escalated = fields.Integer()
    closure = fields.Nested(RateSchema)
    self_share = fields.Nested(RateSchema)


class MonthSchema(Schema):
    month = fields.Date()
    found = fields.Integer()
    closed = fields.Integer()


class DomainSchema(Schema):
    domain = fields.String()
    title = fields.String()
    found = fields.Integer()
    open = fields.Integer()
    overdue = fields.Integer()
    closed = fields.Integer()
    ages = fields.List(fields.Integer(), metadata={"description": "open for 0–7, 8–15, 16–30, over 30 days"})
    closure = fields.Nested(RateSchema)


class BoxSchema(Schema):
    title = fields.String()
    n = fields.Integer()
    low = fields.Float()
    lower = fields.Float()
    median = fields.Float()
    upper = fields.Float()
    high = fields.Float()


class DistrictDashboardSchema(Schema):
    """The district's own dashboard."""

    as_of = fields.Date()
    since = fields.Date()
    until = fields.Date()
    totals = fields.Nested(TotalsSchema)
    months = fields.List(fields.Nested(MonthSchema))
    domains = fields.List(fields.Nested(DomainSchema))
    days = fields.List(fields.Nested(BoxSchema))


class DistrictFiguresSchema(Schema):
    """What one district opened to this bureau; a group that is not opened is null or empty."""

    tenant_id = fields.Integer()
    name = fields.String()
    state = fields.String(metadata={"description": "in_force | pending | expired | revoked"})
    rows = fields.Boolean()
    indicators = fields.List(fields.String())
    as_of = fields.Date(allow_none=True)
    counted_at = fields.AwareDateTime(allow_none=True)
    schools = fields.Integer(allow_none=True)
    pupils = fields.Integer(allow_none=True)
    totals = fields.Nested(OpenedTotalsSchema, allow_none=True)
    overdue = fields.Integer(allow_none=True)
    on_time = fields.Nested(RateSchema, allow_none=True)
    ages = fields.List(fields.Integer(), allow_none=True)
    days_average = fields.Float(allow_none=True)
    months = fields.List(fields.Nested(MonthSchema))


class SummarySchema(Schema):
    """All districts that this bureau may look at now; the reading is logged on both sides."""

    districts = fields.List(fields.Nested(DistrictFiguresSchema), required=True)


class ConsentInSchema(Schema):
    """A new consent."""

    bureau_id = fields.Integer(required=True, metadata={"description": "tenant id of the bureau"})
    indicators = fields.List(
        fields.String(validate=validate.OneOf(sorted(CODES))),
        load_default=lambda: sorted(CODES),
        validate=validate.Length(min=1),
        attribute="shown",
    )
    rows_granted = fields.Boolean(load_default=False)
    valid_from = fields.Date(load_default=None, allow_none=True, metadata={"description": "default: today"})
    valid_until = fields.Date(
        load_default=None, allow_none=True, metadata={"description": "last day; default: until revoked"}
    )


class ConsentSchema(Schema):
    """A consent as its district sees it."""

    id = fields.UUID(required=True)
    bureau_id = fields.Integer(required=True)
    indicators = fields.List(fields.String(), required=True)
    rows_granted = fields.Boolean(required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(allow_none=True)
    granted_by_name = fields.String()
    granted_at = fields.AwareDateTime()
    revoked_by_name = fields.String(allow_none=True)
    revoked_at = fields.AwareDateTime(allow_none=True)
    state = fields.String(validate=validate.OneOf(["in_force", "pending", "expired", "revoked"]))
    version = fields.Integer(required=True)
