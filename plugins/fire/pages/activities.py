"""设施器材, 消控证 and what whole units do: checks, trainings, the standard."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.sdk.domain import Invalid, Paging
from core.sdk.web import choices_of, current, faults_of, form, query, said
from plugins.fire.pages.blueprint import bp, options, units
from plugins.fire.permissions import FirePermission
from plugins.fire.queries.patrols import activities_page
from plugins.fire.requests import variant
from plugins.fire.schemas import (
    ActivityArgs,
    ActivityIn,
)
from plugins.fire.services.patrols import record_activity
from plugins.fire.words import ACTIVITIES

READ, WRITE = FirePermission.FACILITY_READ, FirePermission.FACILITY_WRITE


@bp.get("/activities", permission=READ)
def activities() -> str:
    return _activities({"kind": request.args.get("kind", "")}, {})


@bp.post("/activities", permission=WRITE, creates=True)
def create_activity() -> Response | tuple[str, int]:
    context = current()
    try:
        given = form(ActivityIn)
        record_activity(context.session, actor=context.actor, **given)
    except Invalid as fault:
        return _activities(
            {**request.form.to_dict(), "failed": request.form.getlist("failed")}, faults_of(fault, "unit_id")
        ), 422
    flash(_("已记录：%(kind)s", kind=said(ACTIVITIES[given["kind"]])), "success")
    return redirect(url_for("fire.activities"))


def _activities(values: dict[str, Any], errors: dict[str, str]) -> str:
    context = current()
    args = query(ActivityArgs)
    paging = Paging.of(args)
    coverage = context.actor.coverage(READ)
    return render_template(
        "fire/activities.html",
        page=activities_page(context.session, coverage, paging=paging, kind=args["kind"]),
        variant=variant(),
        asked=args,
        values=values,
        errors=errors,
        kinds=dict(choices_of(ACTIVITIES)),
        kind_tabs=[
            {"title": said(title), "url": url_for("fire.activities", kind=kind), "active": args["kind"] == kind}
            for kind, title in ACTIVITIES.items()
        ],
        unit_options=options(units(context.session, context.actor.coverage(WRITE))),
        may_write=context.actor.may(WRITE),
    )
