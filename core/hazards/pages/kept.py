"""随手拍 without network: what a phone kept arrives here, photos and words in one, and gets its receipt. Once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, flash, jsonify, request, url_for
from flask_babel import gettext as _
from marshmallow import EXCLUDE, Schema, fields, validate
from werkzeug.datastructures import MultiDict

from core.hazards.pages.blueprint import bp
from core.hazards.pages.new import written_report
from core.hazards.permissions import HazardPermission
from core.hazards.queries.receipt import Receipt, receipt_of
from core.http import csrf, forms
from core.http.context import RequestContext, current

REPORT = HazardPermission.REPORT
OLDEST = timedelta(days=90)
BEFORE = "evidence.before"
SOON = timedelta(minutes=2)
"""What is sent at once was found now."""


class KeptSchema(Schema):
    """What the phone says beside the form. Ages in seconds: its clock may be wrong, how long it waited is not."""

    id = fields.UUID(required=True)
    age_s = fields.Integer(load_default=0, validate=validate.Range(min=0))


@bp.get("/hazards/new/kept", permission=REPORT)
def ready() -> Response:
    """Who would be sending now, and the token for it: the kept page may be of yesterday's session."""
    context = current()
    identity = context.identity
    token = csrf.token(identity.csrf_key) if identity and identity.csrf_key else ""
    return jsonify({"csrf": token, "scope": f"{context.tenant.id}.{context.actor.person_id}"})


@bp.post("/hazards/new/kept", permission=REPORT, creates=True)
def take() -> Response:
    """A report; the second time its id comes the receipt of the first is given. Refusals are problem+json."""
    context = current()
    told = forms.loaded(KeptSchema(unknown=EXCLUDE), MultiDict(request.form.items()))
    receipt = receipt_of(context.session, context.actor, told["id"])
    if receipt is None:
        written = written_report(context, taken=_taken(context), id=told["id"], **_found_at(context, told["age_s"]))
        receipt = Receipt(written.id, written.no, written.title)
        if timedelta(seconds=told["age_s"]) <= SOON:  # the phone goes on to the hazard's page, which says it
            flash(_("已上报%(no)s。", no=f" {written.no}" if written.no else ""), "success")
    url = url_for("hazards.detail", hazard_id=receipt.id)
    return jsonify({"id": str(receipt.id), "state": "sent", "no": receipt.no, "title": receipt.title, "url": url})


def _found_at(context: RequestContext, age_s: int) -> dict[str, Any]:
    waited = min(timedelta(seconds=age_s), OLDEST)
    return {"found_at": context.now() - waited} if waited > SOON else {}


def _taken(context: RequestContext) -> dict[str, Any]:
    """When each photo was made, in the order of the files."""
    ages = [int(text) for text in request.form.getlist(f"age.{BEFORE}") if text.isdecimal() and len(text) < 10]
    return {BEFORE: [context.now() - timedelta(seconds=age) for age in ages]}
