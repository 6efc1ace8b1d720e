"""Computing a round: ordered from its page, and the bar that the page shows meanwhile."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, jsonify, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from core.assessment.pages.blueprint import bp
from core.assessment.pages.rounds import bar, show_round
from core.assessment.permissions import AssessmentPermission
from core.assessment.queries.rounds import round_card
from core.assessment.requests import order
from core.http.context import current
from core.http.etag import expected_version
from core.http.formstate import Form, roll_back
from core.kernel.errors import NotFound, XiaoanError

WRITE = AssessmentPermission.WRITE


@bp.post("/assessment/<uuid:assessment_round_id>/computation", permission=WRITE)
def compute(assessment_round_id: UUID) -> AnyResponse | tuple[str, int]:
    try:
        order(current(), assessment_round_id, expected_version())
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        roll_back()
        form = Form().refuse(fault)
        return show_round(assessment_round_id, form), form.status
    flash(_("已开始计算，可以离开本页，稍后回来看结果。"), "success")
    return redirect(url_for("assessment.round", assessment_round_id=assessment_round_id))


@bp.get("/assessment/<uuid:assessment_round_id>/computation", permission=WRITE)
def progress(assessment_round_id: UUID) -> Response:
    """What the bar on the page asks for."""
    context = current()
    found = bar(context, round_card(context.session, context.actor, assessment_round_id))
    if found is None:
        raise NotFound()
    return jsonify(found)
