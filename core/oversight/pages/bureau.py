"""上级监测: consenting districts side by side, and single hazards where a district granted them."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request
from flask_babel import gettext as _

from core.http.blueprints import PageBlueprint
from core.http.context import current
from core.http.paging import Paging
from core.kernel.errors import NotFound
from core.oversight import charts
from core.oversight.charts.bureau import Point
from core.oversight.figures import Chart
from core.oversight.indicators import INDICATORS
from core.oversight.permissions import OversightPermission
from core.oversight.queries.granted_rows import granted_rows
from core.oversight.queries.rollups import OTHER
from core.oversight.watch import WatchedDistrict, district_names, domain_titles, looking, watched

bp = PageBlueprint("bureau", __name__, template_folder="../templates")
GRADES = ("general", "major")
STAGES = (
    "discovered",
    "registered",
    "planned",
    "rectifying",
    "reported",
    "verified",
    "closed",
    "risk_controlled",
    "cancelled",
)


@bp.get("/bureau", permission=OversightPermission.BUREAU)
def board() -> str:
    context = current()
    districts = watched(context, page="/bureau")
    shown = [district for district in districts if district.figures is not None]
    return render_template(
        "oversight/bureau.html", districts=districts, shown=shown, small=small(shown), funnel=funnel_of(shown, {**domain_titles(context), OTHER: _("其他领域")}),
        longest=max((len(district.figures.reporting) for district in shown if district.figures), default=0),
        indicators={indicator.code: indicator.title for indicator in INDICATORS},
    )  # fmt: skip


@bp.get("/bureau/districts/<int:tenant_id>", permission=OversightPermission.BUREAU)
def rows(tenant_id: int) -> str:
    """Single hazards of a district that granted rows; 404 for any other."""
    context = current()
    name = district_names(context).get(tenant_id)
    if name is None:
        raise NotFound()
    grade, canonical = request.args.get("grade") or None, request.args.get("canonical") or None
    if grade not in (None, *GRADES) or canonical not in (None, *STAGES):
        raise NotFound()
    paging = Paging(page=max(1, request.args.get("page", 1, type=int) or 1), page_size=20)
    with looking(context, page="/bureau/districts", rows_of=tenant_id) as (session, _opened):
        page = granted_rows(session, districts=[tenant_id], paging=paging, grade=grade, canonical=canonical)
    return render_template(
        "oversight/bureau_rows.html", page=page, name=name, tenant_id=tenant_id, grade=grade, canonical=canonical, titles=domain_titles(context),
        stages=STAGES,
    )  # fmt: skip


def small(districts: Sequence[WatchedDistrict]) -> list[Chart]:
    return charts.multiples(
        [
            (str(district.tenant_id), district.name, district.figures.months)
            for district in districts
            if district.figures and district.figures.months
        ]
    )


def funnel_of(districts: Sequence[WatchedDistrict], titles: dict[str, str]) -> Chart:
    return charts.funnel(
        [
            Point(district.name, titles.get(part.domain, part.domain), part.on_time)
            for district in districts
            if district.figures
            for part in district.figures.domains
            if part.on_time.whole
        ]
    )
