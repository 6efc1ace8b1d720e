"""/api/v1/campaigns, /matrix, gates"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.campaigns.permissions import CampaignPermission
from core.campaigns.queries.matrix import MatrixRow, matrix
from core.campaigns.queries.overview import CampaignCard, campaign_cards
from core.campaigns.rest.blueprint import bp
from core.campaigns.schemas import (
    AssignIn,
    CampaignSchema,
    GateIn,
    MadeSchema,
    MatrixRowSchema,
    ReasonIn,
)
from core.campaigns.services import gates, planning
from core.http.context import current
from core.http.etag import expected_version
from core.http.paging import Page, PageArgs, Paging, page_schema

READ, GATE, WRITE = CampaignPermission.READ, CampaignPermission.GATE, CampaignPermission.WRITE


@bp.get("", permission=READ)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(CampaignSchema))
def list_campaigns(args: dict[str, Any]) -> Page[CampaignCard]:
    """Campaigns, each followed by those inside it, with phases, gates and counts of tasks."""
    context = current()
    return Paging.of(args).cut(campaign_cards(context.session, context.actor))


@bp.get("/matrix", permission=READ)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(MatrixRowSchema))
def list_matrix(args: dict[str, Any]) -> Page[MatrixRow]:
    """Main tasks with the departments that answer for them; ``hole``: 未指定."""
    return Paging.of(args).cut(matrix(current().session).rows)


@bp.put("/matrix/<main_task>", permission=WRITE)
@bp.arguments(AssignIn)
@bp.response(204)
def put_main_task(data: dict[str, Any], main_task: str) -> None:
    """Says which departments answer for a main task. If-Match: the version of ``assigned``, 0 before the first."""
    context = current()
    planning.assign(
        context.session, actor=context.actor, code=planning.MAIN + main_task, version=expected_version(), **data
    )


@bp.post("/<campaign>/phases/<phase>/gates/<int:position>/confirm", permission=GATE, changes=True)
@bp.arguments(GateIn)
@bp.response(200, MadeSchema)
def confirm_gate(data: dict[str, Any], campaign: str, phase: str, position: int) -> dict[str, UUID]:
    """Confirms an exit gate. If-Match: its version, 0 before the first."""
    context = current()
    made = gates.confirm_gate(
        context.session, actor=context.actor, campaign=campaign, phase=phase, position=position,
        version=expected_version(), **data,
    )  # fmt: skip
    return {"id": made}


@bp.post("/<campaign>/phases/<phase>/gates/<int:position>/withdraw", permission=GATE, changes=True)
@bp.arguments(ReasonIn)
@bp.response(204)
def withdraw_gate(data: dict[str, Any], campaign: str, phase: str, position: int) -> None:
    """Takes a confirmation back."""
    context = current()
    gates.withdraw_gate(
        context.session, actor=context.actor, campaign=campaign, phase=phase, position=position,
        version=expected_version(), **data,
    )  # fmt: skip
