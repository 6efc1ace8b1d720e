"""校舍总览. The ledgers' own pages are core's, derived from the registers."""

from __future__ import annotations

from flask import render_template

from core.sdk.web import PageBlueprint, current, domain_view
from plugins.buildings.meta import META
from plugins.buildings.permissions import BuildingsPermission
from plugins.buildings.queries import building_numbers

bp = PageBlueprint("buildings", "plugins.buildings", plugin="buildings", url_prefix="/buildings")


@bp.get("", permission=BuildingsPermission.OVERVIEW_READ)
def overview() -> str:
    context = current()
    reads = context.actor.may(BuildingsPermission.LEDGER_READ)
    coverage = context.actor.coverage(BuildingsPermission.LEDGER_READ)
    return render_template(
        "buildings/overview.html",
        stock=building_numbers(context.session, coverage) if reads else None,
        **domain_view(context, META, BuildingsPermission.OVERVIEW_READ),
    )
