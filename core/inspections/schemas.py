"""What comes in and goes out, shared by forms and REST. No database."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, post_load, validate

from core.http.paging import PageArgs
from core.inspections.checklist import MOST_ITEMS, Content, Item
from core.inspections.services.answering import MOST_PHOTOS, Sent
from core.inspections.services.rounds import MOST_PEOPLE, MOST_RECUSALS, MOST_UNITS, RoundFacts
from core.inspections.words import KINDS, OWN_KINDS, PLANNED_KINDS, ROLES, STATES, VERDICTS

SHORT, LONG = validate.Length(max=100), validate.Length(max=2000)
MOST_ANSWERS = 50


class ItemSchema(Schema):
    """An item of a checklist."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=40))
    content = fields.String(required=True, validate=validate.Length(min=1, max=300))
    standard = fields.String(load_default="", validate=validate.Length(max=500))
    section = fields.String(load_default="", validate=SHORT)
    clauses = fields.List(fields.String(validate=SHORT), load_default=list, validate=validate.Length(max=20))
    law = fields.String(load_default="", validate=validate.Length(max=300))
    points = fields.Integer(load_default=0, validate=validate.Range(0, 100))
    weight = fields.Integer(load_default=1, validate=validate.Range(1, 100))
    photo_on_fail = fields.Boolean(load_default=False)
    domain = fields.String(load_default="", validate=SHORT)
    category = fields.String(load_default="", validate=SHORT)
    grade = fields.String(load_default="", validate=validate.OneOf(("", "general", "major")))
    place = fields.String(load_default="", validate=SHORT)

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> Item:
        return Item(**{**data, "clauses": tuple(data["clauses"])})


class ContentIn(Schema):
    """A draft of a checklist."""

    title = fields.String(required=True, validate=validate.Length(min=1, max=100))
    items = fields.List(fields.Nested(ItemSchema), required=True, validate=validate.Length(min=1, max=MOST_ITEMS))
    pass_percent = fields.Integer(load_default=0, validate=validate.Range(0, 100))
    basis = fields.String(load_default="", validate=validate.Length(max=200))
    kinds = fields.List(fields.String(validate=validate.OneOf(tuple(KINDS))), load_default=list)
    domain = fields.String(load_default="", validate=SHORT)


def content_in(data: dict[str, Any]) -> Content:
    return Content(data["title"], tuple(data["items"]), data["pass_percent"], data["basis"])


class ChecklistArgs(PageArgs):
    kind = fields.String(load_default="", validate=validate.OneOf(("", *KINDS)))
    origin = fields.String(load_default="", validate=validate.OneOf(("", "pack", "plugin", "district")))


class ChecklistSchema(Schema):
    id = fields.UUID()
    code = fields.String()
    title = fields.String()
    domain = fields.String()
    kinds = fields.List(fields.String())
    origin = fields.String()
    latest_no = fields.Integer()
    items = fields.Integer(metadata={"description": "how many"})
    has_draft = fields.Boolean()
    version = fields.Integer()


class ContentSchema(Schema):
    title = fields.String()
    items = fields.List(fields.Nested(ItemSchema))
    pass_percent = fields.Integer()
    basis = fields.String()


class VersionSchema(Schema):
    id = fields.UUID()
    no = fields.Integer()
    title = fields.String()
    digest = fields.String()
    published_at = fields.AwareDateTime()
    visits = fields.Integer()


class ChecklistCardSchema(Schema):
    line = fields.Nested(ChecklistSchema)
    content = fields.Nested(ContentSchema)
    draft = fields.Nested(ContentSchema, allow_none=True)
    versions = fields.List(fields.Nested(VersionSchema))


class MadeSchema(Schema):
    id = fields.UUID(required=True)


class TakenSchema(Schema):
    taken = fields.Integer(required=True)


class PublishedSchema(Schema):
    no = fields.Integer(required=True)


class RoundArgs(PageArgs):
    kind = fields.String(load_default="", validate=validate.OneOf(("", *PLANNED_KINDS)))
    state = fields.String(
        load_default="", validate=validate.OneOf(("", "open", "sealed", "drawn", "revealed", "cancelled"))
    )


class RecusalIn(Schema):
    """回避: somebody who is not to inspect that unit, for a reason that no post shows."""

    person_id = fields.UUID(required=True)
    unit_id = fields.UUID(required=True)


class RoundIn(Schema):
    """A round. Named schools need ``unit_ids`` and ``person_ids``, 片区互查 ``cluster_id``, 四不两直 also ``wanted``."""

    kind = fields.String(required=True, validate=validate.OneOf(("special", "joint", "peer", "blind")))
    title = fields.String(required=True, validate=validate.Length(min=1, max=80))
    basis = fields.String(load_default="", validate=validate.Length(max=200))
    checklist_id = fields.UUID(required=True)
    starts = fields.Date(required=True)
    ends = fields.Date(required=True)
    unit_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=MOST_UNITS))
    person_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=MOST_PEOPLE))
    avoid = fields.List(fields.Nested(RecusalIn), load_default=list, validate=validate.Length(max=MOST_RECUSALS))
    cluster_id = fields.UUID(load_default=None, allow_none=True)
    wanted = fields.Integer(load_default=1, validate=validate.Range(1, MOST_UNITS))
    team = fields.Integer(load_default=2, validate=validate.Range(1, 10))
    most = fields.Integer(load_default=2, validate=validate.Range(1, 50))


def facts_in(data: dict[str, Any]) -> RoundFacts:
    return RoundFacts(data["kind"], data["title"], data["checklist_id"], data["starts"], data["ends"], data["basis"])


class RevisitIn(Schema):
    visit_id = fields.UUID(required=True)
    planned_on = fields.Date(required=True)
    person_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST_PEOPLE))


class WitnessIn(Schema):
    witness = fields.String(required=True, validate=validate.Length(min=1, max=200))


class ReasonIn(Schema):
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


class RoundSchema(Schema):
    id = fields.UUID()
    no = fields.Integer()
    kind = fields.String()
    title = fields.String()
    state = fields.String()
    starts = fields.Date(allow_none=True)
    ends = fields.Date(allow_none=True)
    checklist_title = fields.String()
    commitment = fields.String(allow_none=True)
    sealed_at = fields.AwareDateTime(allow_none=True)
    drawn_at = fields.AwareDateTime(allow_none=True)
    revealed_at = fields.AwareDateTime(allow_none=True)
    visits = fields.Integer()
    finished = fields.Integer()
    failed = fields.Integer()
    version = fields.Integer()


class RoundCardSchema(Schema):
    line = fields.Nested(RoundSchema)
    pool = fields.Raw(allow_none=True)
    record = fields.Raw(allow_none=True)
    faults = fields.List(fields.String())


class VisitArgs(PageArgs):
    kind = fields.String(load_default="", validate=validate.OneOf(("", *KINDS)))
    state = fields.String(load_default="", validate=validate.OneOf(("", *STATES)))
    unit_id = fields.UUID(load_default=None, allow_none=True)
    round_id = fields.UUID(load_default=None, allow_none=True)
    since = fields.Date(load_default=None, allow_none=True)
    until = fields.Date(load_default=None, allow_none=True)
    findings = fields.Boolean(load_default=False)
    todo = fields.Boolean(load_default=False)


class VisitIn(Schema):
    """自查 or 日检查 of one's own unit; begins at once."""

    kind = fields.String(required=True, validate=validate.OneOf(OWN_KINDS))
    unit_id = fields.UUID(required=True)
    checklist_id = fields.UUID(required=True)


class VisitSchema(Schema):
    id = fields.UUID()
    kind = fields.String()
    title = fields.String()
    state = fields.String()
    unit_id = fields.UUID()
    unit_name = fields.String()
    planned_on = fields.Date()
    started_at = fields.AwareDateTime(allow_none=True)
    finished_at = fields.AwareDateTime(allow_none=True)
    items = fields.Integer()
    passed = fields.Integer()
    failed = fields.Integer()
    not_applicable = fields.Integer()
    score = fields.Integer(allow_none=True, metadata={"description": "hundredths of a per cent"})
    inspectors = fields.List(fields.String())
    order_no = fields.String(allow_none=True)
    round_id = fields.UUID(allow_none=True)
    version = fields.Integer()


class HeadSchema(Schema):
    """An answer that stands; two of them for one item: somebody must choose."""

    id = fields.UUID()
    verdict = fields.String()
    points = fields.Integer(allow_none=True)
    note = fields.String()
    photos = fields.List(fields.UUID())
    device = fields.String()
    answered_at = fields.AwareDateTime()
    mine = fields.Boolean()


class EarlierSchema(Schema):
    item = fields.String()
    note = fields.String()
    hazard_no = fields.String(allow_none=True)
    hazard_id = fields.UUID(allow_none=True)
    gone = fields.Boolean(allow_none=True)


class FoundSchema(Schema):
    item = fields.String()
    hazard_id = fields.UUID()
    no = fields.String(allow_none=True)
    again = fields.Boolean()


class WorkSchema(Schema):
    """A visit as a phone carries it out."""

    visit_id = fields.UUID()
    title = fields.String()
    kind = fields.String()
    state = fields.String()
    unit_name = fields.String()
    version = fields.Integer()
    rev = fields.Integer()
    digest = fields.String()
    content = fields.Nested(ContentSchema)
    heads = fields.Dict(keys=fields.String(), values=fields.List(fields.Nested(HeadSchema)))
    photos = fields.List(fields.UUID())
    findings = fields.List(fields.Nested(FoundSchema))
    signed = fields.List(fields.List(fields.String()))
    earlier = fields.List(fields.Nested(EarlierSchema))
    csrf = fields.String(metadata={"description": "of this session, for a page that was kept without network"})


class AnswerIn(Schema):
    """One version of one answer; the ids are made on the device."""

    id = fields.UUID(required=True)
    item = fields.String(required=True, validate=validate.Length(min=1, max=40))
    verdict = fields.String(required=True, validate=validate.OneOf(tuple(VERDICTS)))
    points = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(0, 100))
    note = fields.String(load_default="", validate=LONG)
    photos = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=MOST_PHOTOS))
    bases = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=20))
    device = fields.String(required=True, validate=validate.Length(min=1, max=40))
    answered_at = fields.AwareDateTime(required=True)

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> Sent:
        ids: tuple[UUID, ...] = tuple(data["bases"])
        return Sent(**{**data, "bases": ids, "photos": tuple(data["photos"])})


class AnswersIn(Schema):
    answers = fields.List(fields.Nested(AnswerIn), required=True, validate=validate.Length(min=1, max=MOST_ANSWERS))


class ReceiptSchema(Schema):
    id = fields.UUID(required=True)
    state = fields.String(required=True, metadata={"description": "kept | conflict | late | refused"})
    fault = fields.String()


class ReceiptsSchema(Schema):
    receipts = fields.List(fields.Nested(ReceiptSchema), required=True)
    heads = fields.Dict(keys=fields.String(), values=fields.List(fields.Nested(HeadSchema)))
    digest = fields.String()
    rev = fields.Integer()


class PhotoIn(Schema):
    """Fields beside the part ``file``."""

    id = fields.UUID(required=True)
    item = fields.String(required=True, validate=validate.Length(min=1, max=40))
    taken_at = fields.AwareDateTime(load_default=None, allow_none=True)


class SignatureIn(Schema):
    """Fields beside the part ``file`` (a PNG of the drawn name)."""

    id = fields.UUID(required=True)
    role = fields.String(required=True, validate=validate.OneOf(tuple(ROLES)))
    name = fields.String(required=True, validate=validate.Length(min=1, max=40))
    digest = fields.String(required=True, validate=validate.Length(equal=64))
    signed_at = fields.AwareDateTime(required=True)


class FindingIn(Schema):
    id = fields.UUID(required=True)
    item = fields.String(required=True, validate=validate.Length(min=1, max=40))


class ReportedSchema(Schema):
    id = fields.UUID(required=True)
    hazard_id = fields.UUID(required=True)
    no = fields.String(allow_none=True)
    title = fields.String()
    again = fields.Boolean()


class FinishIn(Schema):
    summary = fields.String(load_default="", validate=LONG)


class ResultSchema(Schema):
    score = fields.Integer(allow_none=True)
    passed = fields.Integer()
    failed = fields.Integer()
    not_applicable = fields.Integer()
    in_order = fields.Boolean()


class OrderIn(Schema):
    due_on = fields.Date(load_default=None, allow_none=True)


class OrderSchema(Schema):
    id = fields.UUID(required=True)
    no = fields.String()
    due_on = fields.Date()
    file_id = fields.UUID()


class AnsweredSchema(Schema):
    code = fields.String()
    section = fields.String()
    content = fields.String()
    standard = fields.String()
    clauses = fields.List(fields.String())
    verdict = fields.String()
    got = fields.Integer(allow_none=True)
    note = fields.String()
    photos = fields.List(fields.UUID())
    torn = fields.Boolean()
    finding = fields.Nested(FoundSchema, allow_none=True)


class VisitCardSchema(Schema):
    line = fields.Nested(VisitSchema)
    checklist_title = fields.String()
    checklist_no = fields.Integer()
    answers = fields.List(fields.Nested(AnsweredSchema))
    earlier = fields.List(fields.Nested(EarlierSchema))
    summary = fields.String()
    may_conduct = fields.Boolean()
