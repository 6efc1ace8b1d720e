"""区级驾驶舱 and its 大屏."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, render_template, request, send_file

from core.files.storage import storage_of
from core.hazards.paper import DOCX
from core.http.blueprints import PageBlueprint
from core.http.context import RequestContext
from core.http.forms import query
from core.http.paging import Paging
from core.orgs.queries import unit_options
from core.oversight import dashboard
from core.oversight.brief import brief_title
from core.oversight.gantt import gantt
from core.oversight.links import Links
from core.oversight.paper_kinds import BRIEF
from core.oversight.permissions import OversightPermission
from core.oversight.queries import listed
from core.oversight.queries.schools import schools
from core.oversight.requests import opened
from core.oversight.schemas import DashboardArgs
from core.papers.queries.templates import template_bytes

bp = PageBlueprint("district", __name__, template_folder="../templates")
CLUSTERS = ("cluster",)


@bp.get("/district", permission=OversightPermission.DISTRICT)
def board() -> str:
    context = opened()
    args = query(DashboardArgs)
    made = dashboard.build(context, dashboard.asked_of(context, args))
    page = schools(
        context.session, made.asked, paging=Paging(page=request.args.get("page", 1, type=int) or 1, page_size=20)
    )
    return render_template(
        "oversight/district.html", board=made, links=made.links, args=args, charts=made.charts, schools=page,
        gantt=gantt(made.phases, made.as_of), months=dashboard.months_to_choose(context), lists=cases(context, made),
        clusters=unit_options(context.session, made.asked.coverage, CLUSTERS), stages=stage_labels(context),
    )  # fmt: skip


@bp.get("/district/schools", permission=OversightPermission.DISTRICT)
def schools_page() -> str:
    """The table of schools alone, for paging without a new page."""
    context = opened()
    asked = dashboard.asked_of(context, query(DashboardArgs))
    page = schools(context.session, asked, paging=Paging(page=request.args.get("page", 1, type=int) or 1, page_size=20))
    return render_template("oversight/_schools.html", schools=page, links=Links(asked))


@bp.get("/district/screen", permission=OversightPermission.DISTRICT)
def screen() -> str:
    """1920×1080, dark; refreshes its blocks by itself."""
    context = opened()
    made = dashboard.build(context, dashboard.asked_of(context, query(DashboardArgs)))
    template = "oversight/_screen.html" if request.headers.get("HX-Request") else "oversight/screen.html"
    return render_template(
        template, board=made, links=made.links, charts=made.charts, gantt=gantt(made.phases, made.as_of), lists=cases(context, made),
        stages=stage_labels(context),
    )  # fmt: skip


@bp.get("/district/brief.docx", permission=OversightPermission.DISTRICT, exports=True)
def brief() -> Response:
    """安全月报 of the month that is looked at, else of the whole campaign: a draft."""
    context = opened()
    asked = dashboard.asked_of(context, query(DashboardArgs))
    template, _own = template_bytes(context.session, storage_of(context.runtime.settings), BRIEF)
    content = dashboard.brief(context, asked, template)
    return send_file(
        io.BytesIO(content), mimetype=DOCX, as_attachment=True, download_name=f"{brief_title(asked.month)}.docx"
    )


def cases(context: RequestContext, made: dashboard.Dashboard) -> dict[str, Any]:
    return {
        "major": listed.major_open(context.session, made.asked),
        "controlled": listed.controlled(context.session, made.asked),
        "escalated": listed.escalated(context.session, made.asked),
    }


def stage_labels(context: RequestContext) -> dict[str, str]:
    return {stage.code: stage.label for stage in context.pack.lifecycle.stages} if context.pack else {}
