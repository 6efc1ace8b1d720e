"""What indicators and assessment take in and give out, shared by forms and REST. Points are told in points, kept in hundredths."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from core.assessment.score import HUNDREDTHS
from core.assessment.words import APPEAL_STATES, LEAVINGS, ROUND_STATES, SOURCES, VERDICTS, VERSION_KINDS
from core.http.paging import PageArgs
from core.tenancy.packs.model import Goal

CODE = validate.Length(min=1, max=60)
LINE = validate.Length(min=1, max=120)
TEXT = validate.Length(min=1, max=2000)
MOST_ROWS = 5000
ANNOUNCE, PUBLISH, CANCEL = "announce", "publish", "cancel"
STEPS = {ANNOUNCE: "公示", PUBLISH: "公布", CANCEL: "取消"}


class Points(fields.Float):
    """Hundredths as points."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else value / HUNDREDTHS


class SpanArgs(PageArgs):
    """Local days, both included; default: this calendar year up to today."""

    starts = fields.Date(load_default=None, allow_none=True)
    ends = fields.Date(load_default=None, allow_none=True)


class FigureSchema(Schema):
    """``whole`` is null for a count."""

    part = fields.Integer()
    whole = fields.Integer(allow_none=True)


class IndicatorSchema(Schema):
    """An indicator with the figure of all units within reach."""

    code = fields.String(attribute="indicator.code")
    label = fields.String(attribute="indicator.label")
    source = fields.String(attribute="indicator.source", validate=validate.OneOf([str(own) for own in SOURCES]))
    unit = fields.String(attribute="indicator.unit")
    goal = fields.String(attribute="indicator.goal", validate=validate.OneOf([str(goal) for goal in Goal]))
    target = fields.Float(attribute="indicator.target", allow_none=True)
    clauses = fields.List(fields.String(), attribute="indicator.clauses")
    confirm = fields.Boolean(
        attribute="indicator.confirm", metadata={"description": "to be confirmed: the notice names no value"}
    )
    figure = fields.Nested(FigureSchema, allow_none=True)
    before = fields.Nested(FigureSchema, allow_none=True)
    verdict = fields.String(validate=validate.OneOf(list(VERDICTS)))
    units = fields.Integer()
    missed = fields.Integer(metadata={"description": "units that do not reach the target"})
    untyped = fields.Integer(attribute="unknown", metadata={"description": "units for which nobody typed a figure"})


class UnitFigureSchema(Schema):
    """One unit's figure."""

    unit_id = fields.UUID()
    unit_name = fields.String()
    figure = fields.Nested(FigureSchema, allow_none=True)
    before = fields.Nested(FigureSchema, allow_none=True)
    verdict = fields.String(validate=validate.OneOf(list(VERDICTS)))


class FactSchema(Schema):
    """A fact behind a figure. ``against``: it keeps the unit from the target."""

    kind = fields.String()
    id = fields.String()
    name = fields.String()
    on = fields.Date(allow_none=True)
    against = fields.Boolean()


class EntryIn(Schema):
    """A figure that the platform has no facts of. The basis names no persons."""

    unit_id = fields.UUID(required=True)
    as_of = fields.Date(required=True)
    part = fields.Integer(required=True, validate=validate.Range(min=0))
    whole = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1))
    basis = fields.String(required=True, validate=validate.Length(min=1, max=500))


class TypedRowIn(Schema):
    """``basis``: where it is another than the table's."""

    unit_id = fields.UUID(required=True)
    part = fields.Integer(required=True, validate=validate.Range(min=0))
    whole = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1))
    basis = fields.String(load_default="", validate=validate.Length(max=500))


class TypedTableIn(Schema):
    """Figures of many units, all of the same day; all are kept, or none."""

    as_of = fields.Date(required=True)
    basis = fields.String(load_default="", validate=validate.Length(max=500))
    rows = fields.List(fields.Nested(TypedRowIn), required=True, validate=validate.Length(min=1, max=MOST_ROWS))


class TypedArgs(SpanArgs):
    """``untyped``: only units of which nobody typed a figure."""

    text = fields.String(load_default="", validate=validate.Length(max=60))
    untyped = fields.Boolean(load_default=False)


class TypedRowSchema(Schema):
    """A unit with the figure in force; ``part`` null: nobody typed one."""

    unit_id = fields.UUID()
    unit_name = fields.String()
    part = fields.Integer(allow_none=True)
    whole = fields.Integer(allow_none=True)
    as_of = fields.Date(allow_none=True)
    basis = fields.String()
    made_by_name = fields.String()


class MadeSchema(Schema):
    id = fields.UUID()


class OrderedSchema(Schema):
    """Work that was ordered: see /api/v1/jobs."""

    job_id = fields.UUID()


class KeptSchema(Schema):
    kept = fields.Integer(metadata={"description": "how many figures"})


class ExemptIn(Schema):
    """``reason``: without names of persons."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


class RoundArgs(PageArgs):
    state = fields.String(load_default="", validate=validate.OneOf(["", *ROUND_STATES]))


class RoundIn(Schema):
    """``points``: code of an item → at most so many points, as the district decided; 0 leaves it out."""

    code = fields.String(required=True, validate=CODE)
    title = fields.String(required=True, validate=LINE)
    starts = fields.Date(required=True)
    ends = fields.Date(required=True)
    points = fields.Dict(
        keys=fields.String(validate=CODE),
        values=fields.Float(validate=validate.Range(min=0, max=1000)),
        load_default=dict,
    )
    agreed = fields.Boolean(load_default=False)


class StepIn(Schema):
    step = fields.String(required=True, validate=validate.OneOf(list(STEPS)))
    reason = fields.String(load_default="", validate=validate.Length(max=500))


class RoundSchema(Schema):
    """A round in a list."""

    id = fields.UUID()
    code = fields.String()
    title = fields.String()
    starts = fields.Date()
    ends = fields.Date()
    state = fields.String(validate=validate.OneOf(list(ROUND_STATES)))
    units = fields.Integer(metadata={"description": "that take part, within reach"})
    appeals = fields.Integer(metadata={"description": "open appeals within reach"})
    appeal_until = fields.Date(allow_none=True)
    published_at = fields.AwareDateTime(allow_none=True)


class GradeSchema(Schema):
    code = fields.String()
    label = fields.String()
    units = fields.Integer()


class RoundCardSchema(Schema):
    """A whole round."""

    line = fields.Nested(RoundSchema)
    full = fields.Float(attribute="frozen.scheme.full")
    ranked = fields.Boolean(attribute="frozen.scheme.ranked")
    computed_at = fields.AwareDateTime(allow_none=True)
    announced_at = fields.AwareDateTime(allow_none=True)
    opened_by_name = fields.String()
    cancel_reason = fields.String()
    grades = fields.List(fields.Nested(GradeSchema))
    untyped = fields.Integer(
        attribute="unknown", metadata={"description": "sheets on which a figure is still to be typed"}
    )
    left = fields.Integer(metadata={"description": "units that no longer take part"})
    job_id = fields.UUID(allow_none=True, metadata={"description": "the computation ordered last, see /api/v1/jobs"})
    version = fields.Integer(metadata={"description": "for If-Match"})


class SheetArgs(PageArgs):
    """``grade``: a code of the scheme, vetoed, or left; ``waiting``: with an open appeal."""

    grade = fields.String(load_default="", validate=validate.Length(max=60))
    text = fields.String(load_default="", validate=validate.Length(max=60))
    waiting = fields.Boolean(load_default=False)


class SheetSchema(Schema):
    """A unit's result."""

    id = fields.UUID()
    unit_id = fields.UUID()
    unit_name = fields.String()
    points = Points()
    grade = fields.String()
    vetoed = fields.Boolean()
    untyped = fields.Integer(attribute="unknown")
    latest_no = fields.Integer()
    appeals = fields.Integer()
    left_on = fields.Date(allow_none=True, metadata={"description": "no longer takes part: the result counts nowhere"})
    left_why = fields.String(validate=validate.OneOf(["", *LEAVINGS]))


class VersionArgs(Schema):
    no = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1))


class ItemSchema(Schema):
    """An item with its figure, its points and the facts behind them."""

    code = fields.String(attribute="item.code")
    label = fields.String(attribute="item.label")
    clauses = fields.List(fields.String(), attribute="item.clauses")
    indicator = fields.String(attribute="indicator.code")
    points = fields.Float(attribute="item.points", metadata={"description": "at most"})
    bonus = fields.Boolean(attribute="item.bonus")
    figure = fields.Nested(FigureSchema, attribute="kept.line.figure", allow_none=True)
    before = fields.Nested(FigureSchema, attribute="kept.line.before", allow_none=True)
    verdict = fields.String(attribute="kept.line.verdict", validate=validate.OneOf(list(VERDICTS)))
    taken = Points(attribute="kept.line.taken")
    given = Points(attribute="kept.line.given")
    corrected_from = Points(attribute="kept.corrected.taken", allow_none=True)
    facts_total = fields.Integer(attribute="kept.facts.total")
    facts = fields.List(fields.Nested(FactSchema), attribute="kept.facts.kept")


class VetoSchema(Schema):
    code = fields.String(attribute="veto.code")
    label = fields.String(attribute="veto.label")
    clauses = fields.List(fields.String(), attribute="veto.clauses")
    holds = fields.Boolean()
    facts = fields.List(fields.Nested(FactSchema), attribute="facts.kept")


class VersionSchema(Schema):
    no = fields.Integer()
    kind = fields.String(validate=validate.OneOf(list(VERSION_KINDS)))
    points = Points()
    reason = fields.String()
    made_at = fields.AwareDateTime()
    made_by_name = fields.String()


class AppealSchema(Schema):
    """An appeal with its decision."""

    id = fields.UUID()
    item = fields.String()
    label = fields.String()
    text = fields.String()
    made_at = fields.AwareDateTime()
    made_by_name = fields.String()
    state = fields.String(validate=validate.OneOf(list(APPEAL_STATES)))
    taken = Points(allow_none=True)
    decision = fields.String()
    decided_at = fields.AwareDateTime(allow_none=True)
    decided_by_name = fields.String()
    version = fields.Integer(metadata={"description": "for If-Match of the decision"})


class SheetCardSchema(Schema):
    """A unit's sheet in one version."""

    id = fields.UUID()
    unit_id = fields.UUID()
    unit_name = fields.String()
    round = fields.Nested(RoundSchema, attribute="round.line")
    no = fields.Integer()
    latest_no = fields.Integer()
    points = Points()
    grade = fields.String()
    left_on = fields.Date(allow_none=True, metadata={"description": "no longer takes part: the result counts nowhere"})
    left_why = fields.String(validate=validate.OneOf(["", *LEAVINGS]))
    left_reason = fields.String()
    scored = fields.List(fields.Nested(ItemSchema), attribute="items")
    vetoes = fields.List(fields.Nested(VetoSchema))
    versions = fields.List(fields.Nested(VersionSchema))
    appeals = fields.List(fields.Nested(AppealSchema))
    version = fields.Integer()


class AppealIn(Schema):
    """Against an item or a veto of the sheet, by its code."""

    item = fields.String(required=True, validate=CODE)
    text = fields.String(required=True, validate=TEXT)


class DecisionIn(Schema):
    """``points``: what the item costs after the appeal was upheld."""

    uphold = fields.Boolean(required=True)
    decision = fields.String(required=True, validate=TEXT)
    points = fields.Float(load_default=0, validate=validate.Range(min=0, max=1000))
