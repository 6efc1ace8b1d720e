"""What comes in and goes out, shared by forms and REST. No database."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from core.campaigns.queries.tasks import TaskFilter
from core.campaigns.services.letters import LetterFacts
from core.campaigns.services.planning import TaskFacts
from core.campaigns.words import SCHEME_STATES, SIGNER_STATES, STANDINGS, TASK_STANDINGS, TIERS
from core.http.paging import PageArgs

SHORT, LONG = validate.Length(max=100), validate.Length(max=2000)
FILES = validate.Length(max=9)


class ScopeArgs(Schema):
    """``unit_id``: a cluster, a 中心校 or one school; without: everything in reach."""

    unit_id = fields.UUID(load_default=None, allow_none=True)


class TaskArgs(PageArgs):
    campaign = fields.String(load_default="", validate=SHORT)
    phase = fields.String(load_default="", validate=SHORT)
    category = fields.String(load_default="", validate=SHORT)
    standing = fields.String(load_default="", validate=validate.OneOf(("", *TASK_STANDINGS)))
    department = fields.String(load_default="", validate=SHORT)
    text = fields.String(load_default="", validate=SHORT)
    mine = fields.Boolean(load_default=False)
    unassigned = fields.Boolean(load_default=False)
    confirm = fields.Boolean(load_default=False)
    waiting = fields.Boolean(load_default=False)
    unit_id = fields.UUID(load_default=None, allow_none=True)


def filter_in(data: dict[str, Any]) -> TaskFilter:
    return TaskFilter(**data)


class PartIn(Schema):
    """Which unit's part of the task is meant: a school, or the bureau."""

    unit_id = fields.UUID(required=True)


class ReportIn(PartIn):
    done_on = fields.Date(required=True)
    note = fields.String(load_default="", validate=LONG)
    file_ids = fields.List(fields.UUID(), load_default=list, validate=FILES)


class PartReasonIn(PartIn):
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


class ReasonIn(Schema):
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


class LocalTaskIn(Schema):
    title = fields.String(required=True, validate=validate.Length(min=2, max=200))
    campaign = fields.String(required=True, validate=SHORT)
    phase = fields.String(load_default="", validate=SHORT)
    category = fields.String(load_default="", validate=SHORT)
    starts = fields.Date(load_default=None, allow_none=True)
    ends = fields.Date(load_default=None, allow_none=True)
    responsible = fields.List(fields.String(validate=SHORT), load_default=list, validate=validate.Length(max=20))
    open_ended = fields.Boolean(load_default=False)
    evidence = fields.Boolean(load_default=False)
    sign_off = fields.Boolean(load_default=False)
    clauses = fields.List(fields.String(validate=SHORT), load_default=list, validate=validate.Length(max=20))


def facts_in(data: dict[str, Any]) -> TaskFacts:
    return TaskFacts(**{**data, "responsible": tuple(data["responsible"]), "clauses": tuple(data["clauses"])})


class AssignIn(Schema):
    """Codes of departments of the pack."""

    responsible = fields.List(fields.String(validate=SHORT), load_default=list, validate=validate.Length(max=20))
    participating = fields.List(fields.String(validate=SHORT), load_default=list, validate=validate.Length(max=20))


class GateIn(Schema):
    note = fields.String(required=True, validate=validate.Length(min=1, max=2000))
    file_ids = fields.List(fields.UUID(), load_default=list, validate=FILES)


class LetterIn(Schema):
    campaign = fields.String(required=True, validate=SHORT)
    tier = fields.String(required=True, validate=validate.OneOf(tuple(TIERS)))
    title = fields.String(required=True, validate=validate.Length(min=2, max=100))
    body = fields.String(required=True, validate=validate.Length(min=10, max=20_000))
    posts = fields.List(fields.String(validate=SHORT), required=True, validate=validate.Length(min=1, max=30))
    sign_by = fields.Date(load_default=None, allow_none=True)
    series = fields.UUID(load_default=None, allow_none=True)


def letter_in(data: dict[str, Any]) -> LetterFacts:
    return LetterFacts(**{**data, "posts": tuple(data["posts"])})


class SignerArgs(PageArgs):
    state = fields.String(load_default="", validate=validate.OneOf(("", *SIGNER_STATES)))


class SchemeArgs(PageArgs):
    campaign = fields.String(load_default="", validate=SHORT)
    state = fields.String(load_default="", validate=validate.OneOf(("", *SCHEME_STATES)))
    text = fields.String(load_default="", validate=SHORT)


class SchemeIn(PartIn):
    campaign = fields.String(required=True, validate=SHORT)
    title = fields.String(required=True, validate=validate.Length(min=2, max=200))
    file_ids = fields.List(fields.UUID(), load_default=list, validate=FILES)


class ReviewIn(Schema):
    accept = fields.Boolean(required=True)
    reason = fields.String(load_default="", validate=validate.Length(max=500))


class DocumentArgs(Schema):
    """``standing``: only clauses that stand so; ``unit_id``: for one cluster or school."""

    text = fields.String(load_default="", validate=SHORT)
    domain = fields.String(load_default="", validate=SHORT)
    standing = fields.String(load_default="", validate=validate.OneOf(("", *STANDINGS)))
    unit_id = fields.UUID(load_default=None, allow_none=True)


class PlanTaskSchema(Schema):
    code = fields.String()
    row = fields.String(metadata={"description": "code of the row it stands in"})
    origin = fields.String(metadata={"description": "code of the row it copies (同10月); empty: its own words"})
    no = fields.String()
    label = fields.String()
    campaign = fields.String()
    phase = fields.String()
    category = fields.String()
    window = fields.String()
    starts = fields.Date(allow_none=True)
    ends = fields.Date(allow_none=True)
    responsible = fields.List(fields.String())
    participating = fields.List(fields.String())
    open_ended = fields.Boolean()
    evidence = fields.Boolean()
    sign_off = fields.Boolean()
    remark = fields.String()
    clauses = fields.List(fields.String())
    confirm = fields.Boolean(metadata={"description": "rests on a value nobody has confirmed"})
    note = fields.String()


class AssignedSchema(Schema):
    responsible = fields.List(fields.String())
    participating = fields.List(fields.String())
    version = fields.Integer()


class TaskSchema(Schema):
    task = fields.Nested(PlanTaskSchema)
    assigned = fields.Nested(AssignedSchema)
    standing = fields.String()
    parts = fields.Integer()
    done = fields.Integer()
    waiting = fields.Integer()
    returned = fields.Integer()
    unassigned = fields.Boolean()
    days_left = fields.Integer(allow_none=True)


class TaskPartSchema(Schema):
    unit_id = fields.UUID()
    unit_name = fields.String()
    bureau = fields.Boolean()
    state = fields.String()
    done_on = fields.Date(allow_none=True)
    note = fields.String()
    reported_at = fields.AwareDateTime(allow_none=True)
    signed_at = fields.AwareDateTime(allow_none=True)
    reason = fields.String()
    version = fields.Integer(metadata={"description": "for If-Match; 0 before the first report"})


class CodeSchema(Schema):
    code = fields.String(required=True)


class MadeSchema(Schema):
    id = fields.UUID(required=True)


class GateSchema(Schema):
    position = fields.Integer()
    words = fields.String()
    confirmed_at = fields.AwareDateTime(allow_none=True)
    note = fields.String()
    reason = fields.String()
    version = fields.Integer()


class PhaseSchema(Schema):
    code = fields.String()
    label = fields.String()
    starts = fields.Date()
    ends = fields.Date()
    confirm = fields.Boolean()
    standing = fields.String()
    open_gates = fields.Integer()
    gates = fields.List(fields.Nested(GateSchema))
    tasks = fields.Dict(keys=fields.String(), values=fields.Integer())


class CampaignSchema(Schema):
    code = fields.String()
    label = fields.String()
    within = fields.String()
    depth = fields.Integer()
    starts = fields.Date()
    ends = fields.Date()
    confirm = fields.Boolean()
    standing = fields.String()
    phases = fields.List(fields.Nested(PhaseSchema))
    tasks = fields.Dict(keys=fields.String(), values=fields.Integer())


class LetterSchema(Schema):
    id = fields.UUID()
    series = fields.UUID()
    no = fields.Integer()
    campaign = fields.String()
    tier = fields.String()
    title = fields.String()
    posts = fields.List(fields.String())
    sign_by = fields.Date(allow_none=True)
    issued_at = fields.AwareDateTime()
    due = fields.Integer()
    signed = fields.Integer()


class LetterCardSchema(Schema):
    line = fields.Nested(LetterSchema)
    body = fields.String()
    digest = fields.String()
    newest = fields.Boolean()


class SignerSchema(Schema):
    unit_id = fields.UUID()
    unit_name = fields.String()
    post_code = fields.String()
    post_title = fields.String()
    person_name = fields.String()
    state = fields.String()
    signed_at = fields.AwareDateTime(allow_none=True)


class SchemeSchema(Schema):
    unit_id = fields.UUID()
    unit_name = fields.String()
    id = fields.UUID(allow_none=True)
    state = fields.String()
    title = fields.String()
    times = fields.Integer()
    submitted_at = fields.AwareDateTime(allow_none=True)
    checked_at = fields.AwareDateTime(allow_none=True)
    reason = fields.String()
    version = fields.Integer()


class MatrixRowSchema(Schema):
    code = fields.String()
    no = fields.String()
    label = fields.String()
    clauses = fields.List(fields.String())
    assigned = fields.Nested(AssignedSchema)
    hole = fields.Boolean()


class ClauseLineSchema(Schema):
    id = fields.String()
    kind = fields.String()
    paragraph = fields.Integer()
    quote = fields.String()
    standing = fields.String()
    reason = fields.String()
    carriers = fields.List(fields.String(), metadata={"description": "elements of the pack or of modules"})
