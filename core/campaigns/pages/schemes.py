"""实施方案: what each school sent, what is missing, accepted or returned."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.campaigns.pages.blueprint import bp, campaigns_of, faults_of, gallery, keep_uploads, tabs
from core.campaigns.permissions import CampaignPermission
from core.campaigns.queries.schemes import scheme_counts, schemes_page
from core.campaigns.schemas import ReviewIn, SchemeArgs, SchemeIn
from core.campaigns.services import schemes as services
from core.campaigns.words import SCHEME_STATES, SCHEME_TONES
from core.http import forms
from core.http.context import current
from core.http.etag import expected_version
from core.http.paging import Paging
from core.http.words import choices
from core.kernel.errors import Invalid
from core.tenancy.shelf import pack_of

READ, SUBMIT, REVIEW = CampaignPermission.READ, CampaignPermission.SCHEME_SUBMIT, CampaignPermission.SCHEME_REVIEW


@bp.get("/campaigns/schemes", permission=READ)
def schemes() -> str:
    return _schemes({}, "")


@bp.post("/campaigns/schemes", permission=SUBMIT)
def submit_scheme() -> Response | tuple[str, int]:
    context = current()
    try:
        with context.session.begin_nested():  # a refused form leaves nothing behind
            given = forms.form(SchemeIn)
            given["file_ids"] = keep_uploads(context)
            services.submit_scheme(context.session, actor=context.actor, version=expected_version(), **given)
    except Invalid as fault:
        return _schemes(*faults_of(fault)), 422
    flash(_("实施方案已报送。"), "success")
    return redirect(url_for("campaigns.schemes", campaign=given["campaign"]))


@bp.post("/campaigns/schemes/<uuid:scheme_id>/review", permission=REVIEW)
def review_scheme(scheme_id: UUID) -> Response | tuple[str, int]:
    context = current()
    try:
        services.review_scheme(
            context.session,
            actor=context.actor,
            scheme_id=scheme_id,
            version=expected_version(),
            **forms.form(ReviewIn),
        )
    except Invalid as fault:
        return _schemes(*faults_of(fault)), 422
    flash(_("审核结果已记录。"), "success")
    return redirect(url_for("campaigns.schemes"))


def _schemes(errors: dict[str, str], message: str) -> str:
    context = current()
    args = forms.query(SchemeArgs)
    paging = Paging.of(args)
    campaigns = campaigns_of(pack_of(context.session))
    args["campaign"] = args["campaign"] or next(iter(campaigns), "")
    return render_template(
        "campaigns/schemes.html",
        page=schemes_page(context.session, context.actor, paging=paging, **args),
        counts=scheme_counts(context.session, context.actor, campaign=args["campaign"]),
        asked=args,
        active=sum(1 for name, value in args.items() if value and name != "campaign"),
        errors=errors,
        message=message,
        tabs=tabs("campaigns.schemes"),
        campaigns=campaigns,
        states=choices(SCHEME_STATES),
        words=SCHEME_STATES,
        tones=SCHEME_TONES,
        gallery=gallery,
        mine=_mine(),
        may_review=context.actor.may(REVIEW),
    )


def _mine() -> frozenset[UUID]:
    """Units for which the reader works: what the coverage of a district is too large for a form on each line."""
    actor = current().actor
    return frozenset(grant.home_unit_id for grant in actor.grants if grant.home_unit_id and SUBMIT in grant.permissions)
