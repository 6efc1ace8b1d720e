"""Forms on a hazard's page: moves and acts. A refused form comes back with what was typed and what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema
from werkzeug.wrappers import Response

from core.hazards.pages.blueprint import bp
from core.hazards.pages.detail import page
from core.hazards.pages.entries import posted_entry
from core.hazards.pages.uploads import keep_uploads
from core.hazards.permissions import HazardPermission
from core.hazards.requests import who_and_what
from core.hazards.schemas import (
    AmendSchema,
    CheckSchema,
    EscalateSchema,
    FollowUpSchema,
    GradeSchema,
    PutOffSchema,
    RecurrenceSchema,
    SuperviseSchema,
)
from core.hazards.services import (
    Written,
    add_follow_up,
    amend_hazard,
    check_controls,
    escalate,
    extend,
    link_recurrence,
    move_hazard,
    regrade,
    renew_control,
    supervise,
)
from core.http import forms
from core.http.context import RequestContext, current
from core.http.etag import expected_version
from core.http.problems import STATUS
from core.http.words import said
from core.kernel.errors import NotFound, PreconditionNeeded, Stale, XiaoanError
from core.tenancy.shelf import pack_of

READ = HazardPermission.READ
Given = Callable[[RequestContext], dict[str, Any]]
"""Reads the form: the arguments of a service. Raises Invalid naming its fields."""


@bp.post("/hazards/<uuid:hazard_id>/moves/<code>", permission=READ)
def move(hazard_id: UUID, code: str) -> Response:
    def given(context: RequestContext) -> dict[str, Any]:
        entry = posted_entry(pack_of(context.session).lifecycle)
        return {**who_and_what(context), "move": code, "entry": entry, "file_ids": keep_uploads(context)}

    return tried(hazard_id, f"move.{code}", move_hazard, given)


@bp.post("/hazards/<uuid:hazard_id>/amend", permission=READ)
def amend(hazard_id: UUID) -> Response:
    return tried(
        hazard_id, "amend", amend_hazard, lambda context: {**who_and_what(context), "changes": forms.form(AmendSchema)}
    )


@bp.post("/hazards/<uuid:hazard_id>/follow-ups", permission=READ, creates=True)
def follow_up(hazard_id: UUID) -> Response:
    return tried(hazard_id, "follow_up", add_follow_up, sent(FollowUpSchema, files=True), versioned=False)


@bp.post("/hazards/<uuid:hazard_id>/checks", permission=READ, creates=True)
def check(hazard_id: UUID) -> Response:
    return tried(hazard_id, "check", check_controls, sent(CheckSchema, files=True), versioned=False)


@bp.post("/hazards/<uuid:hazard_id>/extension", permission=READ)
def put_off(hazard_id: UUID) -> Response:
    return tried(hazard_id, "extension", extend, sent(PutOffSchema))


@bp.post("/hazards/<uuid:hazard_id>/control", permission=READ)
def control(hazard_id: UUID) -> Response:
    return tried(hazard_id, "control", renew_control, sent(PutOffSchema))


@bp.post("/hazards/<uuid:hazard_id>/escalations", permission=READ)
def take_up(hazard_id: UUID) -> Response:
    return tried(hazard_id, "escalation", escalate, sent(EscalateSchema))


@bp.post("/hazards/<uuid:hazard_id>/supervision", permission=READ)
def put_under_supervision(hazard_id: UUID) -> Response:
    return tried(hazard_id, "supervision", supervise, sent(SuperviseSchema))


@bp.post("/hazards/<uuid:hazard_id>/grade", permission=READ)
def judge(hazard_id: UUID) -> Response:
    return tried(hazard_id, "grade", regrade, sent(GradeSchema))


@bp.post("/hazards/<uuid:hazard_id>/recurrence", permission=READ)
def recurred(hazard_id: UUID) -> Response:
    return tried(hazard_id, "recurrence", link_recurrence, sent(RecurrenceSchema))


def sent(schema: type[Schema], *, files: bool = False) -> Given:
    """What an act takes that needs nothing but the actor, the pack and the form."""

    def given(context: RequestContext) -> dict[str, Any]:
        values = forms.form(schema)
        values.pop("file_ids", None)
        who = {"actor": context.actor, "pack": pack_of(context.session)}
        return {**who, **values, **({"file_ids": keep_uploads(context)} if files else {})}

    return given


def tried(
    hazard_id: UUID, form: str, service: Callable[..., Written], given: Given, *, versioned: bool = True
) -> Response:
    """Does it, or shows the page again: what was typed stays, what is wrong or was changed by others is said.

    What cannot be seen at all passes through as it is.
    """
    context = current()
    try:
        with context.session.begin_nested():  # a refused form leaves nothing behind, not even its uploads' rows
            seen = {"version": expected_version()} if versioned else {}
            written = service(context.session, hazard_id=hazard_id, **seen, **given(context))
    except (NotFound, PreconditionNeeded):
        raise
    except XiaoanError as fault:
        return _again(hazard_id, form, fault)
    flash(_("已办理，现在是“%(stage)s”。", stage=written.stage_label), "success")
    return redirect(url_for("hazards.detail", hazard_id=hazard_id))


def _again(hazard_id: UUID, form: str, fault: XiaoanError) -> Response:
    values: dict[str, Any] = {
        name: text for name, text in request.form.items() if name not in ("csrf_token", "version")
    }
    message = said(fault.phrase)
    errors = {name: said(right) for name, right in fault.fields.items()}
    stale = fault.changes if isinstance(fault, Stale) else None
    current().session.expire_all()
    html = page(hazard_id, tried=form, values=values, errors=errors, message=message, stale=stale)
    return make_response(html, next(STATUS[kind] for kind in type(fault).__mro__ if kind in STATUS))
