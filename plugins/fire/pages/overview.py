"""消防总览."""

from __future__ import annotations

from flask import render_template

from core.sdk.web import current, domain_view
from plugins.fire.meta import META
from plugins.fire.pages.blueprint import bp
from plugins.fire.permissions import FirePermission
from plugins.fire.queries.overview import fire_overview
from plugins.fire.requests import variant


@bp.get("", permission=FirePermission.FACILITY_READ)
def overview() -> str:
    context = current()
    asked = variant()
    return render_template(
        "fire/overview.html",
        variant=asked,
        view=fire_overview(context.session, actor=context.actor, variant=asked, pack=context.pack),
        may_patrol=context.actor.may(FirePermission.PATROL_WRITE),
        may_write=context.actor.may(FirePermission.FACILITY_WRITE),
        **domain_view(context, META, FirePermission.FACILITY_READ),
    )
