"""工作台: what has to be done today."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from core.hazards.catalogue import catalogue_of
from core.hazards.permissions import HazardPermission
from core.hazards.queries import LedgerFilter, LedgerLine, ledger_lines
from core.http.blueprints import PageBlueprint
from core.http.context import RequestContext, current
from core.http.paging import Paging
from core.http.words import said
from core.notify.queries import inbox
from core.workbench.desk import MOST, chosen, urgent
from core.workbench.requests import cards

bp = PageBlueprint("workbench", __name__, template_folder="../templates")
SHOWN = 6


@bp.get("/", signed_in=True)
def desk() -> str | Response:
    context = current()
    if context.tenant.is_bureau:
        return redirect(url_for("bureau.board"))
    waiting = urgent(cards(context))
    person = context.actor.person_id
    notices, _total = inbox(context.session, person_id=person, page_size=SHOWN) if person else ((), 0)
    return render_template(
        "workbench/desk.html", cards=chosen(waiting), more=max(0, len(waiting) - MOST), mine=lines(context, LedgerFilter(todo="rectify")), due=lines(context, LedgerFilter(state="open")),
        notices=notices, titles=titles(context), stages=stages(context), may_report=context.actor.may(HazardPermission.REPORT),
    )  # fmt: skip


def lines(context: RequestContext, asked: LedgerFilter, *, most: int = SHOWN) -> tuple[LedgerLine, ...]:
    """The first few by the day that counts."""
    if context.pack is None or not context.actor.may(HazardPermission.READ):
        return ()
    page = ledger_lines(
        context.session, context.actor, context.pack, asked=asked, paging=Paging(page_size=most, sort="due_on")
    )
    return page.items


def titles(context: RequestContext) -> dict[str, str]:
    if context.pack is None:
        return {}
    catalogue = catalogue_of(context.pack, context.runtime.plugins, context.switched_on, today=context.today)
    return {domain.code: said(domain.title) for domain in catalogue.domains}


def stages(context: RequestContext) -> dict[str, str]:
    return {stage.code: stage.label for stage in context.pack.lifecycle.stages} if context.pack else {}
