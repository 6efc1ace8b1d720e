"""/api/v1/dashboard/district and /api/v1/oversight/summary"""

from __future__ import annotations

from typing import Any

from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.oversight import dashboard
from core.oversight.permissions import OversightPermission
from core.oversight.requests import opened
from core.oversight.schemas import DashboardArgs, DistrictDashboardSchema, SummarySchema
from core.oversight.watch import WatchedDistrict, watched

bp = ApiBlueprint("dashboards", __name__, url_prefix="/api/v1", description="Figures for leaders")


@bp.get("/dashboard/district", permission=OversightPermission.DISTRICT)
@bp.arguments(DashboardArgs, location="query")
@bp.response(200, DistrictDashboardSchema)
def district(args: dict[str, Any]) -> dict[str, Any]:
    """The district's own figures, live from its ledger."""
    context = opened()
    made = dashboard.build(context, dashboard.asked_of(context, args))
    return {
        "as_of": made.as_of, "since": made.asked.since, "until": made.asked.until, "totals": made.totals, "months": made.months,
        "domains": made.domains, "days": made.boxes,
    }  # fmt: skip


@bp.get("/oversight/summary", permission=OversightPermission.BUREAU)
@bp.response(200, SummarySchema)
def summary() -> dict[str, Any]:
    """All districts as this bureau may see them; reading is logged on both sides."""
    districts = watched(current(), page="/api/v1/oversight/summary")
    return {"districts": [_told(district) for district in districts]}


def _told(district: WatchedDistrict) -> dict[str, Any]:
    figures, opened = district.figures, district.opened
    told: dict[str, Any] = {
        "tenant_id": district.tenant_id, "name": district.name, "state": district.state, "rows": district.rows,
        "indicators": sorted(opened.indicators) if opened else [], "months": [],
    }  # fmt: skip
    if figures is None:
        return told | dict.fromkeys(
            ("as_of", "counted_at", "schools", "pupils", "totals", "overdue", "on_time", "ages", "days_average")
        )
    names = (
        "as_of",
        "counted_at",
        "schools",
        "pupils",
        "totals",
        "overdue",
        "on_time",
        "ages",
        "days_average",
        "months",
    )
    return told | {name: getattr(figures, name) for name in names}
