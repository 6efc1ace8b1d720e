"""What comes in and goes out of hazards, shared by forms and REST."""

from __future__ import annotations

from dataclasses import fields as fields_of
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from core.hazards.lifecycle import Entry, PartValue, Verification
from core.hazards.models import CANONICALS, GRADES, ORIGINS
from core.hazards.queries.filters import AGES, CHECKS, DUE_STATES, STATES, TODOS, LedgerFilter
from core.http.paging import Attributes, PageArgs
from core.identity.schemas import TEXT, line
from core.tenancy.packs.model.lifecycle import Fact

MOST_FILES = 20
FLAGS = ("recurrence", "supervised", "escalated", "on_the_spot", "on_time")
CODE = validate.Length(max=80)


def words(*, most: int = 2000, **options: Any) -> fields.String:
    """Several lines of text."""
    return fields.String(validate=[validate.Length(max=most), TEXT], **options)


def day(**options: Any) -> fields.Date:
    return fields.Date(error_messages={"invalid": "请填写日期，如 2020-09-01"}, **options)


def _files() -> fields.List[Any]:
    return fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=MOST_FILES, error="最多20个附件"))


def _flag() -> fields.String:
    """Yes, no, or no matter: as a check box an absent answer would mean «no»."""
    return fields.String(load_default=None, allow_none=True, validate=validate.OneOf(("true", "false")))


class LedgerArgs(PageArgs):
    """Sort: found_at due_on no grade unit domain closed_at stage updated_at; - in front for descending.

    ``domain``, ``stage`` and ``canonical`` may be given several times. ``age``: 0 (0–7 days) … 3 (over 30), open ones.
    ``todo``: what waits for the caller. ``check``: checks of the controls and entries in logs that are due, or overdue.
    """

    text = line(most=60, least=0, load_default="")
    unit_id = fields.UUID(load_default=None, allow_none=True)
    domain = fields.List(fields.String(validate=CODE), load_default=list)
    category = fields.String(load_default=None, allow_none=True, validate=CODE)
    grade = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(GRADES))
    stage = fields.List(fields.String(validate=CODE), load_default=list)
    canonical = fields.List(fields.String(validate=validate.OneOf(CANONICALS)), load_default=list)
    state = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(STATES))
    source = fields.String(load_default=None, allow_none=True, validate=CODE)
    origin = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(ORIGINS))
    due = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(DUE_STATES))
    check = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(CHECKS))
    found_from = day(load_default=None, allow_none=True)
    found_to = day(load_default=None, allow_none=True)
    due_from = day(load_default=None, allow_none=True)
    due_to = day(load_default=None, allow_none=True)
    closed_from = day(load_default=None, allow_none=True)
    closed_to = day(load_default=None, allow_none=True)
    recurrence = _flag()
    supervised = _flag()
    escalated = _flag()
    on_the_spot = _flag()
    on_time = _flag()
    campaign = fields.String(load_default=None, allow_none=True, validate=CODE)
    phase = fields.String(load_default=None, allow_none=True, validate=CODE)
    age = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=0, max=len(AGES) - 1))
    todo = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(TODOS))


def asked_of(args: dict[str, Any]) -> LedgerFilter:
    """The filter in loaded ``LedgerArgs``."""
    many = {"domain": "domains", "stage": "stages", "canonical": "canonicals"}
    known = {field.name for field in fields_of(LedgerFilter)}
    values: dict[str, Any] = {name: value for name, value in args.items() if name in known}
    values |= {there: tuple(args[name]) for name, there in many.items()}
    values |= {name: args[name] == "true" for name in FLAGS if args[name] is not None}
    return LedgerFilter(**values)


class FoundSchema(Schema):
    """A new hazard. ``source``: only what the reporter's post gives in that unit; empty: the usual one."""

    unit_id = fields.UUID(required=True, error_messages={"required": "请选择单位"})
    place = line(most=100, required=True)
    description = words(required=True, error_messages={"required": "请说明是什么隐患"})
    title = line(most=80, least=0, load_default="")
    domain = fields.String(load_default="", validate=CODE)
    category = fields.String(load_default=None, allow_none=True, validate=CODE)
    grade = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(GRADES))
    source = fields.String(load_default="", validate=CODE)
    source_note = line(most=200, least=0, load_default="")
    found_at = fields.AwareDateTime(load_default=None, allow_none=True)
    finder_unit_id = fields.UUID(load_default=None, allow_none=True)
    recurrence_of = fields.UUID(load_default=None, allow_none=True)
    clauses = fields.List(line(most=40), load_default=list, validate=validate.Length(max=20))
    file_ids = _files()


class PartSchema(Schema):
    """A part of the plan. Money in fen; a person or unit by id (then the name is looked up), or by name alone."""

    value = fields.Raw(load_default=None, allow_none=True)
    label = line(most=100, least=0, load_default="")
    waived = words(most=500, load_default="")

    @post_load
    def part(self, data: dict[str, Any], **_: Any) -> PartValue:
        value = data["value"]
        if isinstance(value, str):
            value = value.strip()[:4000].replace("\0", "") or None
        elif not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 10**15:
            value = None if value is None else str(value)[:100]
        return PartValue(value, data["label"].strip(), data["waived"].strip())


class VerificationSchema(Schema):
    gone = fields.Boolean(required=True)
    note = words(load_default="")

    @post_load
    def verification(self, data: dict[str, Any], **_: Any) -> Verification:
        return Verification(**data)


class FactsSchema(Schema):
    """Facts that moves may ask for; which ones, GET …/moves says."""

    description = words()
    place = line(most=100)
    domain = fields.String(validate=CODE)
    category = fields.String(validate=CODE)
    grade = fields.String(validate=validate.OneOf(GRADES))
    due_on = day()
    found_at = fields.AwareDateTime()
    measure_done = words()
    done_at = fields.AwareDateTime()


class EntrySchema(Schema):
    """What is put in with a move. Only what the move asks for is taken."""

    facts = fields.Nested(FactsSchema, load_default=dict)
    deadline_class = fields.String(load_default=None, allow_none=True, validate=CODE)
    ground = fields.String(load_default=None, allow_none=True, validate=CODE)
    plan = fields.Dict(
        keys=fields.String(validate=CODE),
        values=fields.Nested(PartSchema),
        load_default=dict,
        validate=validate.Length(max=40),
    )
    reason = words(load_default="")
    note = words(load_default="")
    report_to = line(most=100, least=0, load_default="")
    reported_at = fields.AwareDateTime(load_default=None, allow_none=True)
    verification = fields.Nested(VerificationSchema, load_default=None, allow_none=True)
    control_until = day(load_default=None, allow_none=True)


class MoveSchema(EntrySchema):
    move = fields.String(required=True, validate=CODE)
    file_ids = _files()


class OnTheSpotSchema(FoundSchema):
    """立查立改: the hazard and the form of the pack's shortcut in one."""

    shortcut = fields.String(required=True, validate=CODE)
    entry = fields.Nested(EntrySchema, load_default=dict)


def entry_of(data: dict[str, Any]) -> Entry:
    """The entry in loaded ``EntrySchema``."""
    names = {field.name for field in fields_of(Entry)} - {"evidence", "facts"}
    facts = {Fact(name): value for name, value in data.get("facts", {}).items() if value not in (None, "")}
    return Entry(facts=facts, **{name: data[name] for name in names if name in data})


class FollowUpSchema(Schema):
    note = words(required=True, error_messages={"required": "请写明情况"})
    track = fields.String(load_default=None, allow_none=True, validate=CODE)
    """Code of the log; none: a remark."""
    file_ids = _files()


class PutOffSchema(Schema):
    """Extension, or renewal of risk control."""

    until = day(required=True)
    reason = words(load_default="")
    file_ids = _files()


class EscalateSchema(Schema):
    escalation = fields.String(required=True, validate=CODE)
    reason = words(load_default="")
    file_ids = _files()


class SuperviseSchema(Schema):
    """``supervisor_id``: one of GET …/supervisors."""

    supervisor_id = fields.UUID(required=True, error_messages={"required": "请从列表中选择督办责任人"})
    reason = words(load_default="")


class CheckSchema(Schema):
    """A check of the controls of 带险管控."""

    holds = fields.Boolean(required=True, error_messages={"required": "请选择管控措施是否落实"})
    note = words(required=True, error_messages={"required": "请写明看到了什么"})
    file_ids = _files()


class GradeSchema(Schema):
    grade = fields.String(required=True, validate=validate.OneOf(GRADES))
    deadline_class = fields.String(load_default=None, allow_none=True, validate=CODE)
    reason = words(load_default="")


class RecurrenceSchema(Schema):
    recurrence_of = fields.UUID(required=True)


class AmendSchema(Schema):
    title = line(most=80)
    description = words()
    place = line(most=100)
    domain = fields.String(validate=CODE)
    category = fields.String(allow_none=True, validate=CODE)
    source_note = line(most=200, least=0)
    clauses = fields.List(line(most=40), validate=validate.Length(max=20))


class ViewSchema(Schema):
    title = line(most=20, required=True)
    query = line(most=2000, least=0, load_default="")


class WrittenSchema(Attributes):
    """What a write leaves behind."""

    id = fields.UUID(required=True)
    no = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    stage = fields.String(required=True)
    stage_label = fields.String(required=True)
    canonical = fields.String(required=True)
    version = fields.Integer(required=True)


class LineSchema(Attributes):
    """A row of the ledger."""

    id = fields.UUID(required=True)
    no = fields.String(required=True, allow_none=True)
    unit_id = fields.UUID(required=True)
    unit_name = fields.String(required=True)
    school_name = fields.String(required=True, allow_none=True)
    place = fields.String(required=True)
    domain = fields.String(required=True)
    category = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    grade = fields.String(required=True)
    graded = fields.Boolean(required=True)
    source = fields.String(required=True)
    found_at = fields.AwareDateTime(required=True)
    stage = fields.String(required=True)
    canonical = fields.String(required=True)
    ground = fields.String(required=True, allow_none=True)
    due_on = fields.Date(required=True, allow_none=True)
    due_state = fields.String(required=True)
    days = fields.Integer(required=True, allow_none=True)
    responsible_name = fields.String(required=True)
    funds_cents = fields.Integer(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    on_the_spot = fields.Boolean(required=True)
    escalated_to = fields.String(required=True, allow_none=True)
    supervision_no = fields.String(required=True, allow_none=True)
    recurrence_of = fields.UUID(required=True, allow_none=True)
    control_until = fields.Date(required=True, allow_none=True)
    check_due_on = fields.Date(required=True, allow_none=True)
    version = fields.Integer(required=True)


class CardSchema(LineSchema):
    """One hazard."""

    description = fields.String(required=True)
    deadline_class = fields.String(required=True, allow_none=True)
    origin = fields.String(required=True)
    source_note = fields.String(required=True)
    found_by_name = fields.String(required=True)
    finder_unit_id = fields.UUID(required=True, allow_none=True)
    plan = fields.Dict(required=True)
    original_due_on = fields.Date(required=True, allow_none=True)
    extensions = fields.Integer(required=True)
    measure_done = fields.String(required=True)
    done_at = fields.AwareDateTime(required=True, allow_none=True)
    rectified_by_name = fields.String(required=True)
    rectified_at = fields.AwareDateTime(required=True, allow_none=True)
    reported_to = fields.String(required=True)
    reported_at = fields.AwareDateTime(required=True, allow_none=True)
    verified_by_name = fields.String(required=True)
    verified_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_by_name = fields.String(required=True)
    escalations = fields.List(fields.Dict(), required=True)
    supervisor = fields.String(required=True, allow_none=True)
    supervisor_id = fields.UUID(required=True, allow_none=True)
    watcher_id = fields.UUID(required=True, allow_none=True)
    campaign = fields.String(required=True)
    phase = fields.String(required=True)
    clauses = fields.List(fields.String(), required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class AskSchema(Schema):
    """One field of a move's form."""

    field = fields.String(required=True)
    label = fields.String(required=True)
    kind = fields.String(required=True)
    filled = fields.Boolean(required=True)
    right = fields.String(required=True)
    hint = fields.String(required=True)
    at_least = fields.Integer(required=True)
    zero_ok = fields.Boolean(required=True)
    waivable = fields.Boolean(required=True)
    grounds = fields.List(fields.String(), required=True)


class OpenMoveSchema(Schema):
    """A move that the caller may make now. ``refusal``: why not, although the move itself is open."""

    code = fields.String(required=True)
    label = fields.String(required=True)
    hint = fields.String(required=True)
    to = fields.String(required=True)
    to_label = fields.String(required=True)
    canonical = fields.String(required=True)
    moves = fields.List(fields.String(), required=True)
    grounds = fields.List(fields.String(), required=True)
    refusal = fields.String(required=True)
    closes_off = fields.List(fields.String(), required=True)
    """Labels of the moves that are closed to the caller once they have made this one."""
    asks = fields.List(fields.Nested(AskSchema), required=True)


class WaitSchema(Schema):
    """A move that waits for somebody."""

    label = fields.String(required=True)
    who = fields.String(required=True)


class MovesSchema(Schema):
    """What the caller may do now, with the version that If-Match wants; ``waits_for``: whose turn it is."""

    moves = fields.List(fields.Nested(OpenMoveSchema), required=True)
    stage = fields.String(required=True)
    canonical = fields.String(required=True)
    waits_for = fields.List(fields.Nested(WaitSchema), required=True)
    version = fields.Integer(required=True)


class SupervisorArgs(PageArgs):
    """By name; there is no other order."""

    text = line(most=60, least=0, load_default="")


class SupervisorSchema(Attributes):
    """Somebody whom an order of supervision may name."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    title = fields.String(required=True)
    unit_name = fields.String(required=True)


class EventSchema(Attributes):
    """One entry of the timeline."""

    id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    kind = fields.String(required=True)
    code = fields.String(required=True)
    label = fields.String(required=True)
    actor_name = fields.String(required=True)
    from_stage = fields.String(required=True, allow_none=True)
    to_stage = fields.String(required=True)
    canonical = fields.String(required=True)
    note = fields.String(required=True)
    changes = fields.Dict(required=True)
