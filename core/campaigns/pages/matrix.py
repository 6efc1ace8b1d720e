"""责任分工 and 履职清单."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.campaigns.pages.blueprint import bp, campaigns_of, departments_of, phase_options, tabs
from core.campaigns.permissions import CampaignPermission
from core.campaigns.queries import duties as queries
from core.campaigns.queries.matrix import matrix as matrix_of
from core.campaigns.queries.tasks import tasks_page
from core.campaigns.schemas import AssignIn, TaskArgs, filter_in
from core.campaigns.services import planning as services
from core.campaigns.words import ROLES, STANDING_TONES, STANDINGS
from core.http import forms
from core.http.context import current
from core.http.etag import expected_version
from core.http.paging import Paging
from core.tenancy.shelf import pack_of

READ, WRITE = CampaignPermission.READ, CampaignPermission.WRITE
MATRIX_ROWS = 50


@bp.get("/campaigns/matrix", permission=READ)
def matrix() -> str:
    context = current()
    return render_template(
        "campaigns/matrix.html",
        matrix=matrix_of(context.session),
        tabs=tabs("campaigns.matrix"),
        words=ROLES,
        departments=departments_of(pack_of(context.session)),
        may_write=context.actor.coverage(WRITE).everywhere,
    )


@bp.post("/campaigns/matrix/<main_task>", permission=WRITE)
def assign_main_task(main_task: str) -> Response:
    context = current()
    services.assign(
        context.session,
        actor=context.actor,
        code=services.MAIN + main_task,
        version=expected_version(),
        **forms.form(AssignIn),
    )
    flash(_("已指定责任处室。"), "success")
    return redirect(url_for("campaigns.matrix", _anchor=main_task))


@bp.get("/campaigns/tasks/matrix", permission=READ)
def task_matrix() -> str:
    """Tasks × departments; a task of the bureau that nobody is named for says so."""
    context = current()
    args = forms.query(TaskArgs)
    paging = Paging.of({**args, "page_size": max(args["page_size"], MATRIX_ROWS)})
    for name in ("page", "page_size", "sort"):
        args.pop(name)
    pack = pack_of(context.session)
    return render_template(
        "campaigns/task_matrix.html",
        page=tasks_page(context.session, context.actor, filters=filter_in(args), paging=paging),
        asked=args,
        active=sum(1 for value in args.values() if value),
        departments=departments_of(pack),
        campaigns=campaigns_of(pack),
        phase_options=phase_options(pack, args["campaign"]),
        categories=list(dict.fromkeys(own.category for own in pack.tasks if own.category)),
        words=ROLES,
    )


@bp.get("/campaigns/duties", permission=READ)
def duties() -> str:
    context = current()
    return render_template(
        "campaigns/duties.html",
        lists=queries.duty_lists(context.session, context.actor, context.runtime.plugins),
        tabs=tabs("campaigns.duties"),
        words={"roles": ROLES, "standings": STANDINGS, "tones": STANDING_TONES},
    )
