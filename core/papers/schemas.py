"""What the papers take in and give out, shared by forms and REST."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.http.paging import PageArgs
from core.http.words import said

TEXT_MAX, LINE_MAX, MOST = 20_000, 200, 5_000


class PaperArgs(PageArgs):
    """Filters of the papers."""

    kind = fields.String(load_default="", validate=validate.Length(max=60))
    text = fields.String(load_default="", validate=validate.Length(max=80))
    waiting = fields.Boolean(load_default=False, metadata={"description": "only with receipts still missing"})


class PaperIn(Schema):
    """A paper to issue; what ``values`` holds depends on the kind (GET /papers/kinds)."""

    kind = fields.String(required=True, validate=validate.Length(min=1, max=60))
    values = fields.Dict(
        keys=fields.String(validate=validate.Length(max=40)),
        values=fields.String(validate=validate.Length(max=TEXT_MAX)),
        required=True,
        metadata={"description": "by name: line, text (paragraphs by line breaks) or date (YYYY-MM-DD)"},
    )
    to = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST, error="请选择主送单位"))
    issued_on = fields.Date(load_default=None, allow_none=True, metadata={"description": "default: today"})


class ReceiptsIn(Schema):
    """Papers to sign for."""

    paper_ids = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1, max=100, error="请选择1至100份公文")
    )


class SignedSchema(Schema):
    """What became of one paper."""

    paper_id = fields.UUID()
    units = fields.Integer(metadata={"description": "signed for just now; 0: was signed before, or see fault"})
    fault = fields.Function(
        lambda signed: said(signed.fault), metadata={"type": "string", "description": "why not; empty: signed"}
    )


class SignedAllSchema(Schema):
    """One result for each paper, in the order of the ids."""

    results = fields.List(fields.Nested(SignedSchema))


class WithdrawIn(Schema):
    reason = fields.String(required=True, validate=validate.Length(min=1, max=LINE_MAX, error="请写明作废理由"))


class WordIn(Schema):
    word = fields.String(required=True, validate=validate.Length(min=1, max=20))


class PaperSchema(Schema):
    """A paper in a list."""

    id = fields.UUID()
    kind = fields.String()
    no = fields.String()
    title = fields.String()
    issued_on = fields.Date()
    issued_by_name = fields.String()
    withdrawn = fields.Boolean()
    sent = fields.Integer(metadata={"description": "units within reach that it went to"})
    received = fields.Integer(metadata={"description": "of these, how many have signed for it"})


class ReceiptSchema(Schema):
    """One unit's receipt."""

    unit_id = fields.UUID()
    unit_name = fields.String()
    received_at = fields.AwareDateTime(allow_none=True)
    received_by_name = fields.String()
    mine = fields.Boolean()


class PaperCardSchema(Schema):
    """A whole paper."""

    id = fields.UUID()
    kind = fields.String()
    no = fields.String()
    title = fields.String()
    issued_on = fields.Date()
    issued_at = fields.AwareDateTime()
    issued_by_name = fields.String()
    values = fields.Dict()
    file_id = fields.UUID()
    withdrawn_at = fields.AwareDateTime(allow_none=True)
    withdrawn_by_name = fields.String()
    withdraw_reason = fields.String()
    version = fields.Integer(metadata={"description": "for If-Match"})
    receipts = fields.List(fields.Nested(ReceiptSchema))


class IssuedSchema(Schema):
    id = fields.UUID()


class ReceivedSchema(Schema):
    units = fields.Integer(metadata={"description": "how many receipts were signed now"})


class NameSchema(Schema):
    """A name that templates of the kind may use."""

    name = fields.String()
    title = fields.String()
    typed = fields.String(metadata={"description": "line, text, date; empty: filled in by the product"})
    required = fields.Boolean()


class TemplateSchema(Schema):
    """A template that the district has or had."""

    id = fields.UUID()
    no = fields.Integer()
    file_id = fields.UUID(allow_none=True, metadata={"description": "null: the built-in one again"})
    note = fields.String()
    at = fields.AwareDateTime()
    by_name = fields.String()


class KindSchema(Schema):
    """A kind of paper in this district."""

    code = fields.String(attribute="kind.code")
    title = fields.String(attribute="kind.title")
    by_hand = fields.Boolean(attribute="kind.by_hand")
    word = fields.String(attribute="word.word", metadata={"description": "机关代字"})
    word_version = fields.Integer(attribute="word.version", metadata={"description": "for If-Match"})
    names = fields.List(fields.Nested(NameSchema), attribute="kind.names")
    current = fields.Nested(TemplateSchema, allow_none=True, metadata={"description": "null: the built-in one"})


class TakenSchema(Schema):
    no = fields.Integer(metadata={"description": "of the template within its kind"})
