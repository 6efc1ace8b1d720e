"""What comes in and goes out, shared by forms and REST. No database."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from core.http.paging import PageArgs
from core.kernel.schoolyear import Span
from core.reports.life import Standing, State
from core.reports.services.filings import Typed
from core.reports.services.forwardings import Sent
from core.reports.services.reminders import MOST_UNITS
from core.reports.services.rounds import HandRound
from core.reports.words import REOPENINGS

NAME, SHORT, LONG = validate.Length(max=60), validate.Length(max=100), validate.Length(max=4000)
WORDS = validate.Length(max=500)
STANDINGS = ("", "owed", "late", "zero", *(str(one) for one in Standing))
STATES = ("", "none", *(str(one) for one in State))
CODE = validate.Length(max=60)


class RoundArgs(PageArgs):
    code = fields.String(load_default="", validate=CODE)
    state = fields.String(load_default="", validate=validate.OneOf(("", "open", "done", "late")))
    due_from = fields.Date(load_default=None, allow_none=True)
    due_to = fields.Date(load_default=None, allow_none=True)


class GridArgs(PageArgs):
    code = fields.String(load_default="", validate=CODE)
    round_id = fields.UUID(load_default=None, allow_none=True)
    cluster_id = fields.UUID(load_default=None, allow_none=True)
    standing = fields.String(load_default="", validate=validate.OneOf(STANDINGS))
    text = fields.String(load_default="", validate=SHORT)


class FilingArgs(PageArgs):
    round_id = fields.UUID(load_default=None, allow_none=True)
    unit_id = fields.UUID(load_default=None, allow_none=True)
    state = fields.String(load_default="", validate=validate.OneOf(STATES))


class MineArgs(PageArgs):
    done = fields.Boolean(load_default=False)


class BeginIn(Schema):
    """Which unit begins which round."""

    round_id = fields.UUID(required=True)
    unit_id = fields.UUID(required=True)


class FigureIn(Schema):
    """One figure: typed null = as computed."""

    code = fields.String(required=True, validate=CODE)
    typed = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(0, 10_000_000))
    reason = fields.String(load_default="", validate=WORDS)


class CellIn(Schema):
    """One cell of a table; text empty = as the ledger says."""

    table = fields.String(required=True, validate=CODE)
    row = fields.String(required=True, validate=SHORT)
    column = fields.String(required=True, validate=CODE)
    text = fields.String(load_default=None, allow_none=True, validate=WORDS)
    reason = fields.String(load_default=None, allow_none=True, validate=WORDS)


class DraftIn(Schema):
    """What is written; what is left out stays as it was."""

    summary = fields.String(load_default=None, allow_none=True, validate=LONG)
    receipt_no = fields.String(load_default=None, allow_none=True, validate=SHORT)
    figures = fields.List(fields.Nested(FigureIn), load_default=list, validate=validate.Length(max=50))
    cells = fields.List(fields.Nested(CellIn), load_default=list, validate=validate.Length(max=2000))
    files = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=10))
    ready = fields.Boolean(load_default=False)


class SignIn(DraftIn):
    """Signed by the signer's own name."""

    signed_as = fields.String(required=True, validate=validate.Length(min=1, max=60))


class ZeroIn(Schema):
    """The sentence as it was shown, signed by name."""

    signed_as = fields.String(required=True, validate=validate.Length(min=1, max=60))
    sentence = fields.String(required=True, validate=WORDS)
    reason = fields.String(load_default="", validate=WORDS)


class ReopenIn(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(tuple(REOPENINGS)))
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


class ReviewIn(Schema):
    words = fields.String(load_default="", validate=WORDS)


class UrgeIn(Schema):
    unit_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST_UNITS))


class ExemptIn(UrgeIn):
    """Units, and why."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


class CancelIn(Schema):
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


class CountSchema(Schema):
    """How many units it concerned."""

    units = fields.Integer()


class ForwardIn(Schema):
    recipient = fields.String(required=True, validate=validate.Length(min=1, max=100))
    sent_on = fields.Date(required=True)
    receipt_no = fields.String(load_default="", validate=SHORT)
    note = fields.String(load_default="", validate=WORDS)


class RoundIn(Schema):
    """A round that is opened by hand."""

    code = fields.String(required=True, validate=CODE)
    period_title = fields.String(required=True, validate=validate.Length(min=1, max=60))
    span_from = fields.Date(required=True)
    span_to = fields.Date(required=True)
    due_on = fields.Date(required=True)

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        if data["span_to"] < data["span_from"]:
            raise ValidationError("不能早于开始", "span_to")


def typed_of(data: dict[str, Any]) -> Typed:
    """What DraftIn or SignIn loaded."""
    cells = [((own["table"], own["row"], own["column"]), own) for own in data["cells"]]
    return Typed(
        summary=data["summary"],
        receipt_no=data["receipt_no"],
        figures={own["code"]: own["typed"] for own in data["figures"]},
        reasons={own["code"]: own["reason"] for own in data["figures"]},
        files=tuple(data["files"]),
        cells={place: own["text"] for place, own in cells if own["text"] is not None},
        cell_reasons={place: own["reason"] for place, own in cells if own["reason"] is not None},
    )


def sent_of(data: dict[str, Any]) -> Sent:
    return Sent(**data)


def hand_round_of(data: dict[str, Any]) -> HandRound:
    span = Span(data["span_from"], data["span_to"])
    return HandRound(data["code"], data["period_title"], span, data["due_on"])


class MadeSchema(Schema):
    id = fields.UUID(required=True)


class RecipientSchema(Schema):
    label = fields.Function(lambda pair: pair[0], metadata={"type": "string"})
    outside = fields.Function(lambda pair: pair[1], metadata={"type": "boolean"})


class RoundSchema(Schema):
    id = fields.UUID()
    code = fields.String()
    key = fields.String()
    title = fields.String()
    period_title = fields.String()
    span_from = fields.Date()
    span_to = fields.Date()
    opens_on = fields.Date()
    due_on = fields.Date(allow_none=True)
    due_at = fields.AwareDateTime(allow_none=True)
    zero = fields.Boolean()
    confirm = fields.Boolean()
    recipients = fields.List(fields.Nested(RecipientSchema))
    clauses = fields.List(fields.String())
    origin = fields.String()
    version = fields.Integer()
    cancelled_at = fields.AwareDateTime(allow_none=True)
    cancelled_by_name = fields.String()
    cancel_reason = fields.String()
    expected = fields.Integer()
    exempt = fields.Integer(metadata={"description": "need not file after all, and have not"})
    asked = fields.Integer(metadata={"description": "expected less exempt; of a cancelled round only who filed"})
    filed = fields.Integer()
    in_time = fields.Integer()
    zeros = fields.Integer()
    returned = fields.Integer()
    waiting = fields.Integer()
    accepted = fields.Integer()
    missing = fields.Integer()
    late = fields.Integer()


class ForwardingSchema(Schema):
    id = fields.UUID()
    recipient = fields.String()
    sent_on = fields.Date()
    receipt_no = fields.String()
    filed = fields.Integer()
    note = fields.String()
    at = fields.AwareDateTime()
    by_name = fields.String()


class ExemptionSchema(Schema):
    unit_id = fields.UUID()
    unit_name = fields.String()
    cause = fields.String(validate=validate.OneOf(("closed", "district")))
    reason = fields.String()
    at = fields.AwareDateTime()
    by_name = fields.String()


class StandingSchema(Schema):
    standing = fields.String()
    late = fields.Boolean()
    zero = fields.Boolean()


class FilingSchema(Schema):
    round_id = fields.UUID()
    unit_id = fields.UUID()
    unit_name = fields.String()
    on_behalf = fields.String()
    code = fields.String()
    title = fields.String()
    period_title = fields.String()
    span_from = fields.Date()
    span_to = fields.Date()
    due_on = fields.Date(allow_none=True)
    due_at = fields.AwareDateTime(allow_none=True)
    filing_id = fields.UUID(allow_none=True)
    state = fields.String(allow_none=True)
    ready = fields.Boolean()
    late = fields.Boolean()
    zero = fields.Boolean()
    latest_no = fields.Integer()
    accepted_no = fields.Integer(allow_none=True)
    submitted_at = fields.AwareDateTime(allow_none=True)
    version = fields.Integer()
    found = fields.Nested(StandingSchema)


class VersionSchema(Schema):
    no = fields.Integer()
    kind = fields.String()
    content = fields.Function(lambda card: card.content.to_json(), metadata={"type": "object"})
    digest = fields.String()
    sentence = fields.String()
    reason = fields.String()
    late = fields.Boolean()
    signed_as = fields.String()
    submitted_at = fields.AwareDateTime()
    by_name = fields.String()
    by_post = fields.String()


class ReviewSchema(Schema):
    version_no = fields.Integer()
    step = fields.String()
    verdict = fields.String()
    words = fields.String()
    at = fields.AwareDateTime()
    by_name = fields.String()
    by_post = fields.String()


class FilingCardSchema(Schema):
    line = fields.Nested(FilingSchema)
    draft = fields.Function(
        lambda card: card.draft.to_json() if card.draft else None, metadata={"type": "object", "nullable": True}
    )
    reopened = fields.String()
    reopen_reason = fields.String()
    recipients = fields.List(fields.Nested(RecipientSchema))
    clauses = fields.List(fields.String())
    versions = fields.List(fields.Nested(VersionSchema))
    reviews = fields.List(fields.Nested(ReviewSchema))
    zero_sentence = fields.String(metadata={"description": "what a zero report signs; empty where there is none"})


class UrgedSchema(Schema):
    told = fields.Integer()
    already = fields.Integer()
    nothing = fields.Integer()
    nobody = fields.Integer()


class ReceiptSchema(Schema):
    at = fields.AwareDateTime()
    kind = fields.String()
    by_name = fields.String()
    told = fields.Integer()
    read = fields.Integer()
    read_at = fields.AwareDateTime(allow_none=True)


class GridCellSchema(Schema):
    found = fields.Nested(StandingSchema, allow_none=True)
    filing_id = fields.UUID(allow_none=True)
    submitted_at = fields.AwareDateTime(allow_none=True)


class GridRowSchema(Schema):
    unit_id = fields.UUID()
    unit_name = fields.String()
    cluster_name = fields.String(allow_none=True)
    on_behalf = fields.String()
    cells = fields.List(fields.Nested(GridCellSchema))
    receipt = fields.Nested(ReceiptSchema, allow_none=True)


class GridSchema(Schema):
    """The list envelope, with the periods that the cells stand in."""

    rounds = fields.List(fields.Nested(RoundSchema))
    items = fields.List(fields.Nested(GridRowSchema))
    total = fields.Integer()
    page = fields.Integer()
    page_size = fields.Integer()
