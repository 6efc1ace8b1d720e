"""/api/v1/fire/patrols, /api/v1/fire/findings, /api/v1/fire/activities"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.sdk.domain import Page, Paging
from core.sdk.web import current, page_schema, reporter
from plugins.fire.permissions import FirePermission
from plugins.fire.queries.patrols import ActivityLine, PatrolCard, activities_page, patrols_page
from plugins.fire.rest.blueprint import bp
from plugins.fire.schemas import (
    ActivityArgs,
    ActivityIn,
    ActivitySchema,
    MadeFindingSchema,
    MadeSchema,
    PatrolArgs,
    PatrolIn,
    PatrolSchema,
    RestFindingIn,
    RoundIn,
    RoundSchema,
)
from plugins.fire.services.findings import record_finding
from plugins.fire.services.patrols import record_activity, record_normal_round, record_patrol

READ, WRITE = FirePermission.PATROL_READ, FirePermission.PATROL_WRITE


@bp.get("/patrols", permission=READ)
@bp.arguments(PatrolArgs, location="query")
@bp.response(200, page_schema(PatrolSchema))
def list_patrols(args: dict[str, Any]) -> Page[PatrolCard]:
    """Patrols, newest first."""
    context = current()
    paging = Paging.of(args)
    return patrols_page(context.session, context.actor.coverage(READ), paging=paging, **args)


@bp.post("/patrols", permission=WRITE, creates=True)
@bp.arguments(PatrolIn)
@bp.response(201, MadeSchema)
def post_patrol(given: dict[str, Any]) -> dict[str, UUID]:
    """Records a patrol; a finding is only written down (see findings)."""
    context = current()
    return {"id": record_patrol(context.session, actor=context.actor, **given)}


@bp.post("/rounds", permission=WRITE, creates=True)
@bp.arguments(RoundIn)
@bp.response(201, RoundSchema)
def post_round(given: dict[str, Any]) -> dict[str, int]:
    """Records several places of one walk as in order."""
    context = current()
    return {"patrols": record_normal_round(context.session, actor=context.actor, **given)}


@bp.post("/findings", permission=WRITE, creates=True)
@bp.arguments(RestFindingIn)
@bp.response(201, MadeFindingSchema)
def post_finding(given: dict[str, Any]) -> dict[str, UUID]:
    """Records a finding and the hazard that it is, together."""
    context = current()
    patrol_id, hazard_id = record_finding(context.session, actor=context.actor, report=reporter(context), **given)
    return {"patrol_id": patrol_id, "hazard_id": hazard_id}


@bp.get("/activities", permission=FirePermission.FACILITY_READ)
@bp.arguments(ActivityArgs, location="query")
@bp.response(200, page_schema(ActivitySchema))
def list_activities(args: dict[str, Any]) -> Page[ActivityLine]:
    """Checks, trainings and standards reached, newest first."""
    context = current()
    paging = Paging.of(args)
    coverage = context.actor.coverage(FirePermission.FACILITY_READ)
    return activities_page(context.session, coverage, paging=paging, kind=args["kind"])


@bp.post("/activities", permission=FirePermission.FACILITY_WRITE, creates=True)
@bp.arguments(ActivityIn)
@bp.response(201, MadeSchema)
def post_activity(given: dict[str, Any]) -> dict[str, UUID]:
    """Records a check, a training or the standard reached."""
    context = current()
    return {"id": record_activity(context.session, actor=context.actor, **given)}
