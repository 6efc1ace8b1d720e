"""开通向导 and 区域包更新."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.http.blueprints import PageBlueprint
from core.http.context import current
from core.http.etag import expected_version
from core.http.forms import form, query
from core.http.paging import PageArgs, Paging
from core.http.words import said
from core.kernel.errors import Invalid, NotFound
from core.onboarding.queries.steps import first_steps
from core.onboarding.queries.updates import open_proposal, proposal_view, proposals
from core.onboarding.schemas import PlacesIn
from core.onboarding.services.confirming import confirm_step, confirm_values
from core.onboarding.services.updates import apply_proposal, decline_proposal
from core.onboarding.steps import STEPS
from core.tenancy.merge import Side
from core.tenancy.permissions import TenancyPermission

bp = PageBlueprint("onboarding", __name__, template_folder="templates")
READ, WRITE = TenancyPermission.SETTING_READ, TenancyPermission.SETTING_WRITE
SIDE = "side:"
"""Beginning of the name of a decision's form field; the conflict's path follows."""


@bp.get("/onboarding", permission=WRITE)
def overview() -> str:
    context = current()
    return render_template(
        "onboarding/overview.html", own=first_steps(context.session), steps=STEPS, offer=open_proposal(context.session)
    )


@bp.post("/onboarding/<step>/confirm", permission=WRITE)
def confirm(step: str) -> Response:
    context = current()
    confirm_step(context.session, actor=context.actor, step=step)
    flash(_("已确认：%(step)s", step=said(STEPS[step])), "success")
    following = list(STEPS)[list(STEPS).index(step) + 1 :]
    return redirect(url_for("onboarding.overview", _anchor=following[0] if following else step))


@bp.post("/onboarding/values", permission=WRITE)
def values() -> Response:
    """Only what is ticked is confirmed; nothing ticked says so."""
    context = current()
    try:
        count = confirm_values(context.session, actor=context.actor, **form(PlacesIn))
    except Invalid as fault:
        flash(said(next(iter(fault.fields.values()), fault.phrase)), "warning")
    else:
        flash(_("已确认%(n)s项，从现在起按此执行。", n=count), "success")
    return redirect(url_for("onboarding.overview", _anchor="values"))


@bp.get("/pack/updates", permission=WRITE)
def updates() -> str:
    page = proposals(current().session, paging=Paging.of(query(PageArgs)))
    return render_template("onboarding/updates.html", page=page)


@bp.get("/pack/updates/<uuid:proposal_id>", permission=WRITE)
def update(proposal_id: UUID) -> str:
    return _view(proposal_id, {}, {})


@bp.post("/pack/updates/<uuid:proposal_id>/apply", permission=WRITE)
def apply(proposal_id: UUID) -> Response | tuple[str, int]:
    context = current()
    chosen = {name.removeprefix(SIDE): value for name, value in request.form.items() if name.startswith(SIDE) and value}
    try:
        in_force = int(request.form.get("in_force", ""))
        decisions = {path: Side(value) for path, value in chosen.items()}
    except ValueError as fault:
        raise NotFound() from fault
    try:
        applied = apply_proposal(
            context.session,
            actor=context.actor,
            proposal_id=proposal_id,
            decisions=decisions,
            version=expected_version(),
            in_force=in_force,
        )
    except Invalid as fault:
        context.session.rollback()
        return _view(proposal_id, chosen, fault.fields), 422
    flash(_("第%(n)s版区域包已生效。", n=applied.version), "success")
    return redirect(url_for("onboarding.updates"))


@bp.post("/pack/updates/<uuid:proposal_id>/decline", permission=WRITE)
def decline(proposal_id: UUID) -> Response:
    context = current()
    decline_proposal(context.session, actor=context.actor, proposal_id=proposal_id, version=expected_version())
    flash(_("没有采用这个版本，现行版本不变。"), "success")
    return redirect(url_for("onboarding.updates"))


def _view(proposal_id: UUID, chosen: dict[str, str], errors: dict[str, str]) -> str:
    view = proposal_view(current().session, proposal_id=proposal_id)
    return render_template("onboarding/update.html", view=view, chosen=chosen, errors=errors, side=SIDE)
