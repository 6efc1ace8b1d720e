"""What the plan of a school takes out of a request."""

from __future__ import annotations

import io
from uuid import UUID

from flask import Response, send_file

from core.files.storage import storage_of
from core.hazards.paper import DOCX
from core.hazards.permissions import HazardPermission
from core.hazards.requests import catalogue
from core.hazards.tables.words import Words
from core.http.context import RequestContext
from core.kernel.errors import NotFound
from core.papers.queries.templates import template_bytes
from core.tenancy.shelf import pack_of
from core.workbench.school_plan.paper import plan_docx
from core.workbench.school_plan.paper_kinds import SCHOOL_PLAN
from core.workbench.school_plan.queries import school_plan
from core.workbench.school_plan.shapes import SchoolPlan

READ = HazardPermission.READ


def plan_of(context: RequestContext, unit_id: UUID) -> SchoolPlan:
    """Raises NotFound for a unit out of reach."""
    if not context.actor.may(READ, unit_id):
        raise NotFound()
    words = Words(pack_of(context.session), catalogue(context))
    return school_plan(
        context.session, context.actor, words=words, plugins=context.runtime.plugins, unit_id=unit_id
    )  # fmt: skip


def plan_answer(context: RequestContext, unit_id: UUID) -> Response:
    """一校一策 as a file."""
    plan = plan_of(context, unit_id)
    template, _own = template_bytes(context.session, storage_of(context.runtime.settings), SCHOOL_PLAN)
    name = f"{plan.unit_name}-一校一策-{plan.as_of:%Y%m%d}.docx"
    return send_file(io.BytesIO(plan_docx(template, plan)), mimetype=DOCX, as_attachment=True, download_name=name)
