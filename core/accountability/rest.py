"""/api/v1/accountability"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from core.accountability.permissions import AccountabilityPermission
from core.accountability.queries.matters import Count, MatterLine, SignLine, counts, matter_card, matters_page, signs
from core.accountability.queries.rules import RuleLine, rule_line, rules_page
from core.accountability.requests import acceptance_answer, campaign_span, decide, progress_answer, take_step
from core.accountability.schemas import (
    CountSchema,
    MadeSchema,
    MatterArgs,
    MatterCardSchema,
    MatterIn,
    MatterSchema,
    ProgressPaperArgs,
    RuleArgs,
    RuleFactsIn,
    RuleIn,
    RuleSchema,
    SignSchema,
    SpanArgs,
    StepIn,
)
from core.accountability.services.rules import RuleFacts, add_rule, change_rule, replace_rule
from core.hazards.paper import DOCX
from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.tenancy.shelf import pack_of

READ, WRITE, RULE = AccountabilityPermission.READ, AccountabilityPermission.WRITE, AccountabilityPermission.RULE
bp = ApiBlueprint(
    "accountability_api", __name__, url_prefix="/api/v1/accountability",
    description="Measures about units, the counters of the notice, the list of rules",
)  # fmt: skip


@bp.get("/matters", permission=READ)
@bp.arguments(MatterArgs, location="query")
@bp.response(200, page_schema(MatterSchema))
def matters(args: dict[str, Any]) -> Page[MatterLine]:
    """Matters within reach, newest first."""
    context = current()
    paging = Paging.of(args)
    return matters_page(context.session, context.actor, paging=paging, **args)


@bp.post("/matters", permission=WRITE, creates=True)
@bp.arguments(MatterIn)
@bp.response(201, MadeSchema)
def post_matter(data: dict[str, Any]) -> dict[str, UUID]:
    """Decides a measure about a unit; its people are told."""
    return {"id": decide(current(), data)}


@bp.get("/matters/<uuid:matter_id>", permission=READ)
@bp.response(200, MatterCardSchema)
def matter(matter_id: UUID) -> Response:
    """A matter with its steps."""
    context = current()
    card = matter_card(context.session, context.actor, matter_id)
    return with_etag(jsonify(MatterCardSchema().dump(card)), card.version)


@bp.post("/matters/<uuid:matter_id>/steps", permission=READ, changes=True)
@bp.arguments(StepIn)
@bp.response(204)
def step(data: dict[str, Any], matter_id: UUID) -> None:
    """Progress, acceptance asked, given or refused, extension, end, calling off: who may, the step decides."""
    take_step(current(), matter_id, expected_version(), data)


@bp.get("/matters/<uuid:matter_id>/progress.docx", permission=READ, exports=True)
@bp.arguments(ProgressPaperArgs, location="query")
@bp.response(200, content_type=DOCX)
def progress_paper(args: dict[str, Any], matter_id: UUID) -> Response:
    """督办整改进展报告 of a quarter, from the progress that was reported."""
    return progress_answer(current(), matter_id, quarter=args["quarter"])


@bp.get("/matters/<uuid:matter_id>/acceptance.docx", permission=READ, exports=True)
@bp.response(200, content_type=DOCX)
def acceptance_paper(matter_id: UUID) -> Response:
    """督办整改验收申请; 404 while nobody asked for acceptance."""
    return acceptance_answer(current(), matter_id)


@bp.get("/counters", permission=READ)
@bp.arguments(SpanArgs, location="query")
@bp.response(200, page_schema(CountSchema))
def counters(args: dict[str, Any]) -> Page[Count]:
    """The counters that the notice asks for (五个一批); none in a district whose notice asks for none."""
    context = current()
    paging, pack = Paging.of(args), pack_of(context.session)
    return paging.cut(counts(context.session, context.actor, pack, span=campaign_span(pack, context.today, **args)))


@bp.get("/signs", permission=WRITE)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(SignSchema))
def list_signs(args: dict[str, Any]) -> Page[SignLine]:
    """Units at which the ledger shows what the notice's grounds name, in name order."""
    context = current()
    return Paging.of(args).cut(signs(context.session, context.actor, pack_of(context.session)))


@bp.get("/rules", permission=READ)
@bp.arguments(RuleArgs, location="query")
@bp.response(200, page_schema(RuleSchema))
def rules(args: dict[str, Any]) -> Page[RuleLine]:
    """制度措施清单 within reach, last changed first."""
    context = current()
    paging = Paging.of(args)
    return rules_page(context.session, context.actor, paging=paging, **args)


@bp.post("/rules", permission=RULE, creates=True)
@bp.arguments(RuleIn)
@bp.response(201, MadeSchema)
def post_rule(data: dict[str, Any]) -> dict[str, UUID]:
    """A new line."""
    context = current()
    unit_id = data.pop("unit_id")
    made = add_rule(
        context.session, actor=context.actor, pack=pack_of(context.session), unit_id=unit_id, facts=RuleFacts(**data)
    )
    return {"id": made}


@bp.get("/rules/<uuid:rule_id>", permission=READ)
@bp.response(200, RuleSchema)
def rule(rule_id: UUID) -> Response:
    """One line."""
    context = current()
    line = rule_line(context.session, context.actor, rule_id)
    return with_etag(jsonify(RuleSchema().dump(line)), line.version)


@bp.put("/rules/<uuid:rule_id>", permission=RULE)
@bp.arguments(RuleFactsIn)
@bp.response(204)
def put_rule(data: dict[str, Any], rule_id: UUID) -> None:
    """The line as it is now."""
    context = current()
    change_rule(
        context.session, actor=context.actor, pack=pack_of(context.session), rule_id=rule_id, version=expected_version(),
        facts=RuleFacts(**data),
    )  # fmt: skip


@bp.delete("/rules/<uuid:rule_id>", permission=RULE)
@bp.response(204)
def delete_rule(rule_id: UUID) -> None:
    """废止: it stays on the list as what was."""
    context = current()
    replace_rule(context.session, actor=context.actor, rule_id=rule_id, version=expected_version())
