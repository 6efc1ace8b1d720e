"""值班与交接: the roster of a week, handing over, taking over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from core.http import forms
from core.http.context import RequestContext, current
from core.http.etag import expected_version
from core.http.paging import Paging
from core.http.words import said
from core.kernel.errors import XiaoanError
from core.kernel.ids import new_id
from core.orgs.queries import holders
from core.records.pages.blueprint import LocalInstant, bp, my_units, refused
from core.records.permissions import RecordPermission
from core.records.queries.duty import shifts_page
from core.records.schemas import DutyArgs, HandoverIn, ReasonIn
from core.records.scope import recordable
from core.records.services import duty as services
from core.records.services.duty import ShiftFacts

READ, WRITE = RecordPermission.READ, RecordPermission.WRITE
NAMES = {
    "unit_id": "单位",
    "starts_at": "开始",
    "ends_at": "结束",
    "person_id": "值班人员",
    "leader_id": "带班领导",
    "said": "交接事项",
    "reason": "理由",
}


class ShiftForm(Schema):
    unit_id = fields.UUID(required=True)
    starts_at = LocalInstant(required=True)
    ends_at = LocalInstant(required=True)
    person_id = fields.UUID(required=True)
    leader_id = fields.UUID(load_default=None, allow_none=True)


@bp.get("/records/duty", permission=READ)
def duty() -> str:
    """Without a span: from yesterday on, for a fortnight."""
    context = current()
    args = forms.query(DutyArgs)
    paging = Paging.of(args)
    args["since"] = args["since"] or context.today - timedelta(days=1)
    args["until"] = args["until"] or args["since"] + timedelta(days=14)
    return render_template(
        "records/duty.html", page=shifts_page(context.session, context.actor, paging=paging, **args), args=args, now=context.now(),
        may_write=context.actor.may(WRITE), mine=recordable(context.session, context.actor) if context.actor.may(WRITE) else (),
        me=context.actor.person_id,
    )  # fmt: skip


@bp.get("/records/duty/new", permission=WRITE)
def new_shift() -> str:
    return _form(current(), {}, {}, "")


@bp.post("/records/duty/new", permission=WRITE, creates=True)
def plan_shift() -> Response:
    context = current()
    try:
        with context.session.begin_nested():
            facts = ShiftFacts(**forms.form(ShiftForm))
            services.plan_shift(context.session, actor=context.actor, facts=facts)
    except XiaoanError as fault:
        return refused(fault, lambda values, errors, message: _form(context, values, errors, message))
    flash(_("已排班。"), "success")
    return redirect(url_for("records.duty"))


@bp.post("/records/duty/<uuid:shift_id>/hand-over", permission=WRITE)
def hand_over(shift_id: UUID) -> Response:
    context = current()
    said = forms.form(HandoverIn)["said"]
    services.hand_over(context.session, actor=context.actor, shift_id=shift_id, version=expected_version(), said=said)
    flash(_("已交班，等另一人接班。"), "success")
    return redirect(url_for("records.duty"))


@bp.post("/records/duty/<uuid:shift_id>/take-over", permission=WRITE)
def take_over(shift_id: UUID) -> Response:
    context = current()
    services.take_over(context.session, actor=context.actor, shift_id=shift_id, version=expected_version())
    flash(_("已接班。"), "success")
    return redirect(url_for("records.duty"))


@bp.post("/records/duty/<uuid:shift_id>/cancel", permission=WRITE)
def cancel_shift(shift_id: UUID) -> Response:
    context = current()
    reason = forms.form(ReasonIn)["reason"]
    services.cancel_shift(
        context.session, actor=context.actor, shift_id=shift_id, version=expected_version(), reason=reason
    )
    flash(_("已取消。"), "success")
    return redirect(url_for("records.duty"))


def _form(context: RequestContext, values: dict[str, Any], errors: dict[str, str], message: str) -> str:
    units = my_units(context)
    unit_id = values.get("unit_id") or request.args.get("unit_id") or (units[0][0] if units else "")
    staff = holders(context.session, UUID(unit_id)) if any(unit_id == own for own, _name in units) else ()
    start = f"{context.today.isoformat()}T17:00"
    end = f"{(context.today + timedelta(days=1)).isoformat()}T08:00"
    return render_template(
        "records/shift_new.html", values={"starts_at": start, "ends_at": end} | values, errors=errors, message=message, units=units,
        unit_id=unit_id, names=NAMES, key=new_id(),
        people=list({str(own.person_id): (str(own.person_id), f"{own.person_name}（{said(own.title)}）") for own in staff}.values()),
    )  # fmt: skip
