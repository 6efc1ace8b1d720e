"""授权上级查看: which bureau sees what of this district, since when, and what it looked at."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.audit.queries import AuditFilter, entries
from core.http.blueprints import PageBlueprint
from core.http.context import RequestContext
from core.http.etag import expected_version
from core.http.forms import form
from core.kernel.errors import Invalid
from core.kernel.ids import new_id
from core.oversight.indicators import INDICATORS
from core.oversight.permissions import OversightPermission
from core.oversight.queries.consents import consents
from core.oversight.requests import opened
from core.oversight.schemas import ConsentInSchema
from core.oversight.services.consents import grant_consent, revoke_consent
from core.oversight.services.reads import READ

bp = PageBlueprint("consents", __name__, template_folder="../templates")
READS_SHOWN = 30


@bp.get("/consents", permission=OversightPermission.CONSENT)
def index() -> str:
    context = opened()
    reads = entries(context.session, AuditFilter(action=READ), limit=READS_SHOWN).items
    return render_template(
        "oversight/consents.html", rows=consents(context.session), bureaus=dict(bureaus(context)), reads=reads,
        indicators={indicator.code: indicator for indicator in INDICATORS},
    )  # fmt: skip


@bp.get("/consents/new", permission=OversightPermission.CONSENT)
def new() -> str:
    opened()
    return _form({"indicators": [indicator.code for indicator in INDICATORS]}, {})


@bp.post("/consents", permission=OversightPermission.CONSENT, creates=True)
def create() -> Response | tuple[str, int]:
    context = opened()
    try:
        args = form(ConsentInSchema)
        bureau = context.runtime.directory.by_id(args.pop("bureau_id"))
        grant_consent(context.session, actor=context.actor, bureau=bureau, **args)
    except Invalid as fault:
        return _form(form_values(), fault.fields), 422
    flash(_("已授权。上级下一次打开页面即可看到。"), "success")
    return redirect(url_for("consents.index"))


@bp.post("/consents/<uuid:consent_id>/revoke", permission=OversightPermission.CONSENT)
def revoke(consent_id: UUID) -> Response:
    context = opened()
    revoke_consent(context.session, actor=context.actor, consent_id=consent_id, version=expected_version())
    flash(_("已收回。上级现在看不到本区的任何数字。"), "success")
    return redirect(url_for("consents.index"))


def bureaus(context: RequestContext) -> list[tuple[int, str]]:
    """Bureaus of this installation."""
    return [(card.id, card.name) for card in context.runtime.directory.all() if card.is_bureau]


def form_values() -> dict[str, Any]:
    """As the person wrote it, to be shown again."""
    sent = request.form
    kept: dict[str, Any] = {name: sent[name] for name in ("bureau_id", "valid_from", "valid_until") if sent.get(name)}
    return {**kept, "indicators": sent.getlist("indicators"), "rows_granted": bool(sent.get("rows_granted"))}


def _form(values: dict[str, Any], errors: dict[str, str]) -> str:
    context = opened()
    known = {"bureau_id": "", "indicators": [], "rows_granted": False, "valid_from": "", "valid_until": ""}
    return render_template(
        "oversight/consent_new.html", values={**known, **values}, errors=errors, bureaus=bureaus(context), indicators=INDICATORS, key=new_id(),
    )  # fmt: skip
