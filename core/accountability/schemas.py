"""What accountability takes in and gives out, shared by forms and REST."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.accountability.words import RULE_STATES, SIGNS, STATES, STEPS
from core.http.paging import PageArgs
from core.tenancy.packs.model import Measure

LINE = validate.Length(min=1, max=120)
TEXT = validate.Length(min=1, max=4000)
MEASURE = validate.OneOf([str(measure) for measure in Measure])


class MatterArgs(PageArgs):
    """Filters of the matters."""

    measure = fields.String(load_default="", validate=validate.OneOf(["", *(str(measure) for measure in Measure)]))
    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))
    unit_id = fields.UUID(load_default=None, allow_none=True)


class MatterIn(Schema):
    """A measure about a unit. Facts name no persons."""

    measure = fields.String(required=True, validate=MEASURE)
    unit_id = fields.UUID(required=True)
    title = fields.String(required=True, validate=LINE)
    facts = fields.String(required=True, validate=TEXT)
    ground = fields.String(load_default="", validate=validate.Length(max=60))
    persons = fields.Integer(load_default=0, validate=validate.Range(min=0, max=1000))
    decided_on = fields.Date(load_default=None, allow_none=True)
    due_on = fields.Date(load_default=None, allow_none=True)
    hazard_id = fields.UUID(load_default=None, allow_none=True)
    paper_id = fields.UUID(load_default=None, allow_none=True)


class StepIn(Schema):
    """What happened."""

    step = fields.String(required=True, validate=validate.OneOf(list(STEPS)))
    text = fields.String(required=True, validate=TEXT)
    due_on = fields.Date(load_default=None, allow_none=True, metadata={"description": "the new day, for extended"})


class ProgressPaperArgs(Schema):
    """``quarter``: which one; none: the newest."""

    quarter = fields.String(
        load_default="", validate=validate.Regexp(r"^([0-9]{4}-Q[1-4])?$"), metadata={"description": "2026-Q4"}
    )


class MatterSchema(Schema):
    """A matter in a list."""

    id = fields.UUID()
    no = fields.String()
    measure = fields.String(validate=MEASURE)
    title = fields.String()
    unit_name = fields.String()
    decided_on = fields.Date()
    due_on = fields.Date(allow_none=True)
    state = fields.String(validate=validate.OneOf(list(STATES)))
    late = fields.Boolean()
    silent = fields.Boolean(metadata={"description": "挂牌督办 without progress for a quarter"})


class StepSchema(Schema):
    step = fields.String(validate=validate.OneOf(list(STEPS)))
    text = fields.String()
    due_on = fields.Date(allow_none=True)
    at = fields.AwareDateTime()
    by_name = fields.String()


class MatterCardSchema(Schema):
    """A whole matter."""

    line = fields.Nested(MatterSchema)
    unit_id = fields.UUID()
    ground = fields.String()
    facts = fields.String()
    clauses = fields.List(fields.String())
    persons = fields.Integer()
    hazard_id = fields.UUID(allow_none=True)
    hazard_title = fields.String(allow_none=True)
    paper_id = fields.UUID(allow_none=True)
    paper_no = fields.String(allow_none=True, metadata={"description": "of a paper that you may see"})
    made_by_name = fields.String()
    closed_on = fields.Date(allow_none=True)
    version = fields.Integer(metadata={"description": "for If-Match"})
    steps = fields.List(fields.Nested(StepSchema))


class MadeSchema(Schema):
    id = fields.UUID()


class SpanArgs(PageArgs):
    """A span of local days; default: the campaign in force."""

    starts = fields.Date(load_default=None, allow_none=True)
    ends = fields.Date(load_default=None, allow_none=True)


class CountSchema(Schema):
    """A counter that the notice asks for."""

    code = fields.String(attribute="counter.code")
    label = fields.String(attribute="counter.label")
    unit = fields.String(attribute="counter.unit")
    clauses = fields.List(fields.String(), attribute="counter.clauses")
    figure = fields.Integer()


class SignSchema(Schema):
    """What the ledger shows at a unit; a proposal, nothing more."""

    unit_id = fields.UUID()
    unit_name = fields.String()
    sign = fields.String(validate=validate.OneOf([str(sign) for sign in SIGNS]))
    hazards = fields.Integer()
    oldest_on = fields.Date(allow_none=True)
    decided = fields.Integer(metadata={"description": "matters under way about the unit"})


class RuleArgs(PageArgs):
    """Filters of the list of rules."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *RULE_STATES]))
    domain = fields.String(load_default="", validate=validate.Length(max=40))
    unit_id = fields.UUID(load_default=None, allow_none=True)


class RuleFactsIn(Schema):
    """A line of the list as it is written."""

    title = fields.String(required=True, validate=LINE)
    problem = fields.String(required=True, validate=TEXT)
    domain = fields.String(load_default="", validate=validate.Length(max=40))
    responsible = fields.String(
        load_default="", validate=validate.Length(max=60), metadata={"description": "a post or department"}
    )
    due_on = fields.Date(load_default=None, allow_none=True)
    in_force_on = fields.Date(load_default=None, allow_none=True)
    hazard_id = fields.UUID(load_default=None, allow_none=True)


class RuleIn(RuleFactsIn):
    unit_id = fields.UUID(required=True)


class RuleSchema(Schema):
    """A line of 制度措施清单."""

    id = fields.UUID()
    unit_id = fields.UUID()
    unit_name = fields.String()
    title = fields.String()
    domain = fields.String()
    problem = fields.String()
    hazard_id = fields.UUID(allow_none=True)
    hazard_title = fields.String(allow_none=True)
    responsible = fields.String()
    due_on = fields.Date(allow_none=True)
    in_force_on = fields.Date(allow_none=True)
    state = fields.String(validate=validate.OneOf(list(RULE_STATES)))
    changed_at = fields.AwareDateTime()
    changed_by_name = fields.String()
    version = fields.Integer(metadata={"description": "for If-Match"})
    late = fields.Boolean()
