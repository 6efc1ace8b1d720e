"""隐患草稿: what rules of registers found at the units one answers for; one tap makes it a hazard."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.hazards.drafts.models import ACCEPTED, DISMISSED, OPEN, WITHDRAWN
from core.hazards.drafts.queries import DraftCard, draft_card, drafts_page
from core.hazards.drafts.schemas import AcceptIn, DismissIn, DraftArgs
from core.hazards.drafts.services import accept_draft, dismiss_draft
from core.hazards.permissions import HazardPermission
from core.hazards.requests import catalogue, who_and_what
from core.http.blueprints import PageBlueprint
from core.http.context import RequestContext, current
from core.http.etag import expected_version
from core.http.forms import form, query
from core.http.paging import Paging
from core.http.words import said
from core.kernel.errors import Invalid
from core.registers.feature import registers_of
from core.tenancy.shelf import pack_of

READ = HazardPermission.READ
bp = PageBlueprint("hazard_drafts", "core.hazards")
STATES = {OPEN: "待处理", ACCEPTED: "已转隐患", DISMISSED: "已排除", WITHDRAWN: "已自动撤回"}


@bp.get("/hazards/drafts", permission=READ)
def drafts() -> str:
    context = current()
    args = query(DraftArgs)
    paging = Paging.of(args)
    tabs = [
        {"title": said(title), "url": url_for("hazard_drafts.drafts", state=state), "active": args["state"] == state}
        for state, title in STATES.items()
    ]
    page = drafts_page(context.session, context.actor.coverage(READ), paging=paging, **args)
    return render_template("hazards/drafts.html", page=page, tabs=tabs, state=args["state"])


@bp.get("/hazards/drafts/<uuid:draft_id>", permission=READ)
def draft(draft_id: UUID) -> str:
    return _page(draft_id, {}, {})


@bp.post("/hazards/drafts/<uuid:draft_id>/accept", permission=HazardPermission.REPORT)
def accept(draft_id: UUID) -> Response | tuple[str, int]:
    context = current()
    draft_card(context.session, context.actor.coverage(READ), draft_id)
    try:
        with context.session.begin_nested():  # a refused form leaves nothing behind
            written = accept_draft(
                context.session,
                **who_and_what(context),
                draft_id=draft_id,
                version=expected_version(),
                **form(AcceptIn),
            )
    except Invalid as fault:
        return _page(draft_id, request.form.to_dict(), _faults(fault)), 422
    flash(_("已转为隐患%(no)s。", no=f" {written.no}" if written.no else ""), "success")
    return redirect(url_for("hazards.detail", hazard_id=written.id))


@bp.post("/hazards/drafts/<uuid:draft_id>/dismiss", permission=HazardPermission.REGISTER)
def dismiss(draft_id: UUID) -> Response | tuple[str, int]:
    context = current()
    draft_card(context.session, context.actor.coverage(READ), draft_id)
    try:
        dismiss_draft(
            context.session, actor=context.actor, draft_id=draft_id, version=expected_version(), **form(DismissIn)
        )
    except Invalid as fault:
        return _page(draft_id, request.form.to_dict(), _faults(fault)), 422
    flash(_("已排除。"), "success")
    return redirect(url_for("hazard_drafts.drafts"))


def _page(draft_id: UUID, values: dict[str, str], errors: dict[str, str]) -> str:
    context = current()
    card = draft_card(context.session, context.actor.coverage(READ), draft_id)
    known = catalogue(context)
    place = next((str(entry["title"]) for entry in card.entries), card.unit_name)
    filled: dict[str, Any] = {
        "place": place[:60],
        "description": f"{card.title}。{card.detail}",
        "category": card.category or "",
    }
    pack = pack_of(context.session)
    domain = next((own for own in known.domains if own.code == card.domain), None)
    quotes = [(clause.id, clause.quote) for clause in pack.clauses if clause.id in card.clauses]
    return render_template(
        "hazards/draft.html", draft=card, values={**filled, **values}, errors=errors, state=STATES[card.state], clauses=quotes,
        categories=[(own.code, own.title) for own in domain.categories] if domain is not None else [],
        may_accept=context.actor.may(HazardPermission.REPORT, card.unit_id),
        may_open=_may_open(context, card),
        may_dismiss=context.actor.may(HazardPermission.REGISTER, card.unit_id),
    )  # fmt: skip


def _may_open(context: RequestContext, card: DraftCard) -> bool:
    """Whether the register may be read there: who answers for hazards does not read every register."""
    register = registers_of(context.runtime.plugins).in_force(context.session).get(card.register)
    return register is not None and card.unit_id in register.reach(context.actor)


def _faults(fault: Invalid) -> dict[str, str]:
    return {name: said(right) for name, right in fault.fields.items()} or {"reason": said(fault.phrase)}
