"""What the summary of a phase takes out of a request."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from flask import Response, send_file

from core.campaigns.permissions import CampaignPermission
from core.files.storage import storage_of
from core.hazards.paper import DOCX
from core.hazards.requests import catalogue
from core.hazards.tables.words import Words
from core.http.context import RequestContext
from core.kernel.errors import NotFound
from core.orgs.queries import unit_card
from core.papers.queries.templates import template_bytes
from core.tenancy.shelf import pack_of
from core.workbench.phase_summary.paper import summary_docx
from core.workbench.phase_summary.paper_kinds import PHASE_SUMMARY
from core.workbench.phase_summary.queries import phase_summary
from core.workbench.phase_summary.shapes import PhaseSummary

READ = CampaignPermission.READ


def summary_of(context: RequestContext, campaign: str, phase: str, unit_id: UUID | None) -> PhaseSummary:
    """Raises NotFound for a unit out of reach or a phase that is not there, Refused for one that has not begun."""
    if unit_id is not None and not context.actor.may(READ, unit_id):
        raise NotFound()
    return phase_summary(
        context.session, context.actor, words=Words(pack_of(context.session), catalogue(context)), plugins=context.runtime.plugins,
        issuer=_issuer(context), campaign=campaign, phase=phase, unit_id=unit_id,
    )  # fmt: skip


def _issuer(context: RequestContext) -> str:
    """Who signs for everything within reach: the district, or the unit in which the post is held."""
    if context.actor.coverage(READ).everywhere:
        return context.tenant.name
    homes = (grant.home_unit_id for grant in context.actor.grants if READ in grant.permissions)
    home = next((own for own in homes if own is not None), None)
    return context.tenant.name if home is None else unit_card(context.session, home).name


def summary_answer(context: RequestContext, campaign: str, phase: str, given: dict[str, Any]) -> Response:
    """阶段总结 as a file; what SummaryIn loaded."""
    summary = summary_of(context, campaign, phase, given["unit_id"])
    template, _own = template_bytes(context.session, storage_of(context.runtime.settings), PHASE_SUMMARY)
    content = summary_docx(template, summary, problems=given["problems"], next_steps=given["next_steps"])
    name = f"{summary.unit}-{summary.phase}-阶段总结.docx"
    return send_file(io.BytesIO(content), mimetype=DOCX, as_attachment=True, download_name=name)
