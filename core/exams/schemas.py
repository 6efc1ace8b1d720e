"""What exams take in and give out, shared by forms and REST."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.exams.facts import MOST_DRAWS, MOST_QUESTIONS
from core.exams.words import AUDIENCES, CERTIFICATES, KINDS, STANDINGS, STATES
from core.http.paging import Attributes, PageArgs

CODE = validate.Length(max=60)
LINE = validate.Length(min=1, max=120)
KIND = validate.OneOf([str(kind) for kind in KINDS])
AUDIENCE = validate.OneOf([str(audience) for audience in AUDIENCES])
LETTER = validate.OneOf(list("ABCDEF"))


class QuestionArgs(PageArgs):
    """Filters of the bank."""

    text = fields.String(load_default="", validate=validate.Length(max=100))
    kind = fields.String(load_default="", validate=validate.OneOf(["", *(str(kind) for kind in KINDS)]))
    domain = fields.String(load_default="", validate=CODE, metadata={"description": "- for general ones"})
    audience = fields.String(load_default="", validate=validate.OneOf(["", *(str(one) for one in AUDIENCES)]))
    origin = fields.String(load_default="", validate=validate.OneOf(["", "pack", "district"]))
    state = fields.String(load_default="in_use", validate=validate.OneOf(["in_use", "retired", "all"]))


class OptionIn(Schema):
    letter = fields.String(required=True, validate=LETTER)
    text = fields.String(required=True, validate=validate.Length(min=1, max=300))


class QuestionIn(Schema):
    """A question. Options are not needed for true_false, whose answer is A (right) or B (wrong)."""

    kind = fields.String(required=True, validate=KIND)
    stem = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    options = fields.List(fields.Nested(OptionIn), load_default=list, validate=validate.Length(max=6))
    answer = fields.List(fields.String(validate=LETTER), required=True)
    domain = fields.String(load_default="", validate=CODE)
    audience = fields.List(fields.String(validate=AUDIENCE), load_default=list)
    clauses = fields.List(fields.String(validate=CODE), load_default=list, validate=validate.Length(max=10))
    law = fields.String(load_default="", validate=validate.Length(max=200))
    explanation = fields.String(load_default="", validate=validate.Length(max=1000))


class QuestionSchema(Schema):
    """A question of the bank, with its answer: for those who keep the bank."""

    id = fields.UUID()
    code = fields.String()
    kind = fields.String(validate=KIND)
    stem = fields.String()
    options = fields.List(fields.List(fields.String()), metadata={"description": "[letter, words]"})
    answer = fields.List(fields.String())
    domain = fields.String()
    audience = fields.List(fields.String())
    clauses = fields.List(fields.String())
    law = fields.String()
    explanation = fields.String()
    origin = fields.String(validate=validate.OneOf(["pack", "district"]))
    retired_on = fields.Date(allow_none=True)
    changed_at = fields.AwareDateTime()
    changed_by_name = fields.String()
    version = fields.Integer(metadata={"description": "for If-Match"})


class ExamArgs(PageArgs):
    """Filters of the exams."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))


class DrawSchema(Schema):
    number = fields.Integer(required=True, validate=validate.Range(min=1, max=MOST_QUESTIONS))
    domain = fields.String(load_default="", validate=CODE)
    kind = fields.String(load_default="", validate=validate.OneOf(["", *(str(kind) for kind in KINDS)]))


class ExamIn(Schema):
    """An exam as it is set up. Days are local, both included."""

    title = fields.String(required=True, validate=LINE)
    draws = fields.List(fields.Nested(DrawSchema), required=True, validate=validate.Length(min=1, max=MOST_DRAWS))
    posts = fields.List(fields.String(validate=CODE), required=True, validate=validate.Length(min=1))
    series = fields.String(load_default="", validate=CODE, metadata={"description": "code of an exam of the pack"})
    audience = fields.String(load_default="", validate=validate.OneOf(["", *(str(one) for one in AUDIENCES)]))
    pass_percent = fields.Integer(load_default=80, validate=validate.Range(min=1, max=100))
    minutes = fields.Integer(load_default=30, validate=validate.Range(min=1, max=240))
    tries = fields.Integer(load_default=3, validate=validate.Range(min=1, max=20))
    valid_months = fields.Integer(load_default=0, validate=validate.Range(min=0, max=120))
    opens_on = fields.Date(load_default=None, allow_none=True)
    closes_on = fields.Date(load_default=None, allow_none=True)


class ExamSchema(Schema):
    """An exam."""

    id = fields.UUID()
    title = fields.String()
    series = fields.String()
    audience = fields.String()
    draws = fields.List(fields.Nested(DrawSchema))
    posts = fields.List(fields.String())
    pass_percent = fields.Integer()
    minutes = fields.Integer()
    tries = fields.Integer()
    valid_months = fields.Integer(metadata={"description": "0: a pass holds for good"})
    opens_on = fields.Date(allow_none=True)
    closes_on = fields.Date(allow_none=True)
    state = fields.String(validate=validate.OneOf(list(STATES)))
    clauses = fields.List(fields.String())
    confirm = fields.Boolean(metadata={"description": "待确认: not stated by the notice"})
    version = fields.Integer(metadata={"description": "for If-Match"})


class OwnExamSchema(Attributes):
    """One's own exam."""

    id = fields.UUID()
    title = fields.String()
    minutes = fields.Integer()
    pass_percent = fields.Integer()
    questions = fields.Integer()
    opens_on = fields.Date(allow_none=True)
    closes_on = fields.Date(allow_none=True)
    tries_left = fields.Integer()
    standing = fields.String(validate=validate.OneOf(list(STANDINGS)))
    valid_until = fields.Date(allow_none=True)
    sitting_id = fields.UUID(allow_none=True)
    may_begin = fields.Boolean()


class AnswerIn(Schema):
    """An answer; an empty list takes it back."""

    no = fields.Integer(required=True, validate=validate.Range(min=1, max=MOST_QUESTIONS))
    given = fields.List(fields.String(validate=LETTER), required=True)


class AnswerSchema(Schema):
    """A question of one's own sitting; right answers only once it is final."""

    no = fields.Integer()
    kind = fields.String(validate=KIND)
    stem = fields.String()
    options = fields.List(fields.List(fields.String()))
    source = fields.String()
    given = fields.List(fields.String())
    right = fields.Boolean(allow_none=True)
    answer = fields.List(fields.String())
    explanation = fields.String()


class SittingSchema(Schema):
    """One's own sitting."""

    id = fields.UUID()
    exam_id = fields.UUID()
    title = fields.String()
    no = fields.Integer()
    tries = fields.Integer()
    pass_percent = fields.Integer()
    started_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime(metadata={"description": "by the server's clock"})
    submitted_at = fields.AwareDateTime(allow_none=True)
    state = fields.String(validate=validate.OneOf(["running", "submitted", "timed_out"]))
    over = fields.Boolean(metadata={"description": "time has run out, not marked yet"})
    questions = fields.Integer()
    right = fields.Integer(allow_none=True)
    percent = fields.Integer(allow_none=True)
    passed = fields.Boolean(allow_none=True)
    valid_until = fields.Date(allow_none=True)
    final = fields.Boolean()
    version = fields.Integer(metadata={"description": "for If-Match when handing in"})
    answers = fields.List(fields.Nested(AnswerSchema))


class ResultArgs(PageArgs):
    open_only = fields.Boolean(load_default=False, metadata={"description": "only units where somebody is missing"})


class UnitResultSchema(Attributes):
    """Counts of one unit."""

    unit_id = fields.UUID()
    unit_name = fields.String()
    asked = fields.Integer()
    passed = fields.Integer()
    failed = fields.Integer()
    not_yet = fields.Integer()


class PersonResultSchema(Attributes):
    """Whether somebody has passed: no marks, by name."""

    person_id = fields.UUID()
    person_name = fields.String()
    post_title = fields.String()
    standing = fields.String(validate=validate.OneOf(list(STANDINGS)))
    tries = fields.Integer()
    passed_on = fields.Date(allow_none=True)
    valid_until = fields.Date(allow_none=True)


class QualificationIn(Schema):
    """What the district asks of a post: one of series and certificate."""

    post_code = fields.String(required=True, validate=CODE)
    series = fields.String(load_default="", validate=CODE)
    certificate = fields.String(load_default="", validate=validate.OneOf(["", *(str(kind) for kind in CERTIFICATES)]))
    reason = fields.String(required=True, validate=validate.Length(min=1, max=200))


class QualificationSchema(Attributes):
    """What holding a post asks for; ``id`` null: the notice asks."""

    id = fields.UUID(allow_none=True)
    post_code = fields.String()
    series = fields.String()
    certificate = fields.String()
    what = fields.String()
    clauses = fields.List(fields.String())
    reason = fields.String()
    confirm = fields.Boolean()
    version = fields.Integer()


class UnitStandingSchema(Attributes):
    """How many hold a post without what it asks for."""

    unit_id = fields.UUID()
    unit_name = fields.String()
    holders = fields.Integer()
    short = fields.Integer()


class MissingSchema(Attributes):
    """Somebody lacks something."""

    post_id = fields.UUID()
    person_id = fields.UUID()
    person_name = fields.String()
    unit_id = fields.UUID()
    post_title = fields.String()
    asked = fields.Nested(QualificationSchema)


class MadeSchema(Schema):
    id = fields.UUID()
