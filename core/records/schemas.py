"""What comes in and goes out, shared by forms and REST. No database."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from core.http.paging import PageArgs
from core.records.incident_words import CATEGORIES, GRADES, REPORTS
from core.records.services.plans import KINDS as PLAN_KINDS

SHORT, LONG = validate.Length(max=100), validate.Length(max=4000)
FILES: dict[str, Any] = {"load_default": list, "validate": validate.Length(max=20)}
NUMBER = validate.Range(min=0, max=200_000)


class RecordArgs(PageArgs):
    kind = fields.String(load_default="", validate=validate.Length(max=60))
    topic = fields.String(load_default="", validate=validate.Length(max=60))
    state = fields.String(load_default="", validate=validate.OneOf(("", "planned", "held", "struck")))
    unit_id = fields.UUID(load_default=None)
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)
    text = fields.String(load_default="", validate=SHORT)


class TopicArgs(PageArgs):
    kind = fields.String(
        load_default="", validate=validate.Length(max=60), metadata={"description": "empty: safety lessons"}
    )
    since = fields.Date(load_default=None, metadata={"description": "empty: from the school year's first day"})
    until = fields.Date(load_default=None, metadata={"description": "empty: to the school year's last day"})


class SchoolTopicsSchema(Schema):
    unit_id = fields.UUID()
    unit_name = fields.String()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), metadata={"description": "topic → how often"})


class FactsIn(Schema):
    """What is told of a record; ``details``: the kind's own fields."""

    unit_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.Length(min=1, max=60))
    held_on = fields.Date(required=True)
    title = fields.String(load_default="", validate=SHORT)
    topics = fields.List(fields.String(validate=SHORT), load_default=list, validate=validate.Length(max=20))
    place = fields.String(load_default="", validate=SHORT)
    people = fields.Integer(load_default=None, allow_none=True, validate=NUMBER)
    minutes = fields.Integer(load_default=None, allow_none=True, validate=NUMBER)
    times = fields.Integer(load_default=1, validate=validate.Range(min=1, max=100))
    summary = fields.String(load_default="", validate=LONG)
    details = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), load_default=dict)


class RecordIn(FactsIn):
    file_ids = fields.List(fields.UUID(), metadata={"description": "one's own loose uploads"}, **FILES)


class CorrectionIn(RecordIn):
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


class ReasonIn(Schema):
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


class MadeSchema(Schema):
    id = fields.UUID(required=True)


class RecordSchema(Schema):
    id = fields.UUID()
    kind = fields.String()
    title = fields.String()
    topics = fields.List(fields.String())
    held_on = fields.Date()
    unit_id = fields.UUID()
    unit_name = fields.String()
    place = fields.String()
    people = fields.Integer(allow_none=True)
    minutes = fields.Integer(allow_none=True)
    times = fields.Integer()
    state = fields.String()
    recorded_by_name = fields.String()
    recorded_at = fields.AwareDateTime()
    files = fields.Integer(metadata={"description": "how many"})
    version = fields.Integer()


class WordingSchema(Schema):
    no = fields.Integer()
    content = fields.Dict()
    reason = fields.String()
    at = fields.AwareDateTime()
    by_name = fields.String()


class FileRefSchema(Schema):
    id = fields.UUID()
    name = fields.String()
    media_type = fields.String()
    size = fields.Integer()


class RecordCardSchema(Schema):
    line = fields.Nested(RecordSchema)
    summary = fields.String()
    details = fields.Dict()
    strike_reason = fields.String()
    files = fields.List(fields.Nested(FileRefSchema))
    wordings = fields.List(fields.Nested(WordingSchema))


class KindArgs(PageArgs):
    """Pages of the kinds."""


class KindFieldSchema(Schema):
    code = fields.String()
    label = fields.String()
    input = fields.String()
    choices = fields.Dict(allow_none=True)
    required = fields.Boolean()


class TopicSchema(Schema):
    code = fields.String()
    label = fields.String()
    owed = fields.Boolean(metadata={"description": "an obligation of the district asks for it"})


class KindSchema(Schema):
    code = fields.String()
    label = fields.String()
    fields_ = fields.List(fields.Nested(KindFieldSchema), data_key="fields")
    topics = fields.List(fields.Nested(TopicSchema))
    evidence = fields.Boolean(metadata={"description": "a file must come with it"})


class DrillIn(Schema):
    unit_id = fields.UUID(required=True)
    planned_on = fields.Date(required=True)
    topics = fields.List(fields.String(validate=SHORT), load_default=list, validate=validate.Length(max=20))
    scenario = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    title = fields.String(load_default="", validate=SHORT)
    place = fields.String(load_default="", validate=SHORT)
    commander = fields.String(load_default="", validate=SHORT)
    summary = fields.String(load_default="", validate=LONG)
    target_s = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1, max=43_200))
    plan_id = fields.UUID(load_default=None, allow_none=True)


class ByHandIn(Schema):
    started_at = fields.AwareDateTime(required=True)
    seconds = fields.Integer(required=True, validate=validate.Range(min=1, max=43_200))


class HeadsIn(Schema):
    expected = fields.Integer(required=True, validate=NUMBER)
    present = fields.Integer(required=True, validate=NUMBER)


class FindingIn(Schema):
    text = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    place = fields.String(required=True, validate=validate.Length(min=1, max=100))


class ReviewIn(Schema):
    good = fields.String(load_default="", validate=LONG)
    problems = fields.String(load_default="", validate=LONG)
    plan_revision = fields.String(load_default="none", validate=validate.OneOf(("none", "needed", "done")))
    revision_note = fields.String(load_default="", validate=LONG)


class ReviewApiIn(ReviewIn):
    file_ids = fields.List(fields.UUID(), **FILES)


class FindingSchema(Schema):
    id = fields.UUID()
    place = fields.String()
    text = fields.String()
    hazard_id = fields.UUID(allow_none=True)
    hazard_no = fields.String(allow_none=True)


class DrillSchema(Schema):
    record_id = fields.UUID()
    stage = fields.String()
    scenario = fields.String()
    commander = fields.String()
    plan_id = fields.UUID(allow_none=True)
    target_s = fields.Integer()
    started_at = fields.AwareDateTime(allow_none=True)
    stopped_at = fields.AwareDateTime(allow_none=True)
    seconds = fields.Integer(allow_none=True)
    within = fields.Boolean(allow_none=True)
    expected = fields.Integer(allow_none=True)
    present = fields.Integer(allow_none=True)
    missing = fields.Integer(allow_none=True)
    good = fields.String()
    problems = fields.String()
    plan_revision = fields.String()
    revision_note = fields.String()
    findings = fields.List(fields.Nested(FindingSchema))
    version = fields.Integer()


class HazardRefSchema(Schema):
    hazard_id = fields.UUID(required=True)


class IncidentArgs(PageArgs):
    state = fields.String(load_default="", validate=validate.OneOf(("", "open", "closed")))
    category = fields.String(load_default="", validate=validate.OneOf(("", *CATEGORIES)))
    late = fields.Boolean(load_default=False)


class ReportIn(Schema):
    """Numbers of people, never names."""

    grade = fields.String(required=True, validate=validate.OneOf(tuple(GRADES)))
    facts = fields.String(required=True, validate=validate.Length(min=1, max=4000))
    measures = fields.String(load_default="", validate=LONG)
    cause = fields.String(load_default="", validate=LONG)
    dead = fields.Integer(load_default=0, validate=NUMBER)
    injured = fields.Integer(load_default=0, validate=NUMBER)
    missing = fields.Integer(load_default=0, validate=NUMBER)
    loss_fen = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=0, max=10**14))
    told_to = fields.List(fields.String(validate=SHORT), load_default=list, validate=validate.Length(max=10))


class IncidentIn(ReportIn):
    """首报"""

    unit_id = fields.UUID(required=True)
    category = fields.String(required=True, validate=validate.OneOf(tuple(CATEGORIES)))
    title = fields.String(required=True, validate=validate.Length(min=1, max=100))
    occurred_at = fields.AwareDateTime(required=True)
    known_at = fields.AwareDateTime(required=True)
    place = fields.String(load_default="", validate=SHORT)


class FurtherIn(ReportIn):
    """续报，终报"""

    final = fields.Boolean(load_default=False)


class IncidentSchema(Schema):
    id = fields.UUID()
    no = fields.Integer()
    title = fields.String()
    category = fields.String()
    grade = fields.String()
    unit_id = fields.UUID()
    unit_name = fields.String()
    occurred_at = fields.AwareDateTime()
    known_at = fields.AwareDateTime()
    place = fields.String()
    state = fields.String()
    next_kind = fields.String()
    next_due_at = fields.AwareDateTime(allow_none=True)
    late = fields.Boolean()
    version = fields.Integer()


class ReportSchema(Schema):
    no = fields.Integer()
    kind = fields.String(validate=validate.OneOf(tuple(REPORTS)))
    grade = fields.String()
    facts = fields.String()
    measures = fields.String()
    cause = fields.String()
    dead = fields.Integer()
    injured = fields.Integer()
    missing = fields.Integer()
    loss_fen = fields.Integer(allow_none=True)
    told_to = fields.List(fields.String())
    due_at = fields.AwareDateTime(allow_none=True)
    late = fields.Boolean()
    sent_at = fields.AwareDateTime()
    sent_by_name = fields.String()


class IncidentCardSchema(Schema):
    line = fields.Nested(IncidentSchema)
    reports = fields.List(fields.Nested(ReportSchema))


class DutyArgs(PageArgs):
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)
    unit_id = fields.UUID(load_default=None)


class ShiftIn(Schema):
    unit_id = fields.UUID(required=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    person_id = fields.UUID(required=True)
    leader_id = fields.UUID(load_default=None, allow_none=True)


class HandoverIn(Schema):
    said = fields.String(required=True, validate=validate.Length(min=1, max=1000))


class ShiftSchema(Schema):
    id = fields.UUID()
    unit_id = fields.UUID()
    unit_name = fields.String()
    on_date = fields.Date()
    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime()
    leader_name = fields.String()
    person_name = fields.String()
    state = fields.String()
    handover_note = fields.String(allow_none=True)
    handed_over_at = fields.AwareDateTime(allow_none=True)
    handed_over_name = fields.String()
    taken_over_at = fields.AwareDateTime(allow_none=True)
    taken_over_name = fields.String()
    version = fields.Integer()


class PlanArgs(PageArgs):
    due = fields.Boolean(load_default=False, metadata={"description": "review over its day"})
    retired = fields.Boolean(load_default=False)
    unit_id = fields.UUID(load_default=None)


class PlanIn(Schema):
    unit_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(tuple(PLAN_KINDS)))
    title = fields.String(required=True, validate=validate.Length(min=1, max=100))
    topic = fields.String(load_default="", validate=SHORT)
    body = fields.String(load_default="", validate=validate.Length(max=50_000))
    in_force_on = fields.Date(load_default=None, allow_none=True)


class PlanApiIn(PlanIn):
    file_ids = fields.List(fields.UUID(), **FILES)


class RevisionIn(Schema):
    body = fields.String(load_default="", validate=validate.Length(max=50_000))
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))
    in_force_on = fields.Date(load_default=None, allow_none=True)


class RevisionApiIn(RevisionIn):
    file_ids = fields.List(fields.UUID(), **FILES)


class RevisedSchema(Schema):
    no = fields.Integer(required=True)


class PlanSchema(Schema):
    id = fields.UUID()
    unit_id = fields.UUID()
    unit_name = fields.String()
    kind = fields.String()
    title = fields.String()
    topic = fields.String()
    latest_no = fields.Integer()
    review_on = fields.Date()
    due = fields.Boolean()
    retired_on = fields.Date(allow_none=True)
    version = fields.Integer()


class PlanWordingSchema(Schema):
    no = fields.Integer()
    body = fields.String()
    reason = fields.String()
    in_force_on = fields.Date()
    issued_at = fields.AwareDateTime()
    issued_by_name = fields.String()
    files = fields.List(fields.Nested(FileRefSchema))


class PlanCardSchema(Schema):
    line = fields.Nested(PlanSchema)
    wordings = fields.List(fields.Nested(PlanWordingSchema))


def tuples(data: dict[str, Any], *names: str) -> dict[str, Any]:
    """Lists as the frozen facts hold them."""
    return {name: tuple(value) if name in names else value for name, value in data.items()}
