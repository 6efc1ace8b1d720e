"""设施器材, 消控证 and what whole units do: checks, trainings, the standard."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.sdk.domain import Invalid, Paging
from core.sdk.web import choices_of, current, expected_version, faults_of, form, query, said
from plugins.fire.buildings import building_options
from plugins.fire.pages.blueprint import bp, count, options, units
from plugins.fire.permissions import FirePermission
from plugins.fire.queries.facilities import (
    CAMPUSES,
    FacilityCard,
    FacilityFilter,
    certificates,
    due_tests,
    facilities_page,
    facility,
)
from plugins.fire.queries.patrols import activities_page
from plugins.fire.requests import buildings, variant
from plugins.fire.schemas import (
    ActivityArgs,
    ActivityIn,
    CertificateIn,
    FacilityArgs,
    FacilityIn,
    FacilityPatch,
    TestedIn,
)
from plugins.fire.services.facilities import (
    add_facility,
    change_facility,
    record_test,
    remove_facility,
    set_certificates,
)
from plugins.fire.services.patrols import record_activity
from plugins.fire.words import ACTIVITIES, FACILITIES, HOLDERS

READ, WRITE = FirePermission.FACILITY_READ, FirePermission.FACILITY_WRITE


@bp.get("/facilities", permission=READ)
def facilities() -> str:
    context = current()
    args = query(FacilityArgs)
    paging = Paging.of(args)
    coverage = context.actor.coverage(READ)
    return render_template(
        "fire/facilities.html",
        page=facilities_page(context.session, coverage, filters=FacilityFilter(**args), paging=paging),
        tests=due_tests(context.session, coverage),
        asked=args,
        sort=paging.sort,
        active=count(args, "under", "kind", "due"),
        kinds=choices_of(FACILITIES),
        unit_options=options(units(context.session, coverage)),
        may_write=context.actor.may(WRITE),
    )


@bp.get("/facilities/new", permission=WRITE)
def new_facility() -> str:
    return _form({"unit_id": request.args.get("unit_id", ""), "place_id": request.args.get("place_id", "")}, {})


@bp.post("/facilities", permission=WRITE, creates=True)
def create_facility() -> Response | tuple[str, int]:
    context = current()
    try:
        add_facility(context.session, actor=context.actor, buildings=buildings(), **form(FacilityIn))
    except Invalid as fault:
        return _form(request.form.to_dict(), faults_of(fault, "unit_id")), 422
    flash(_("已登记设施。"), "success")
    return redirect(url_for("fire.facilities"))


@bp.get("/facilities/<uuid:facility_id>", permission=WRITE)
def edit_facility(facility_id: UUID) -> str:
    context = current()
    card = facility(context.session, context.actor.coverage(WRITE), facility_id)
    return _form(vars(card), {}, card)


@bp.post("/facilities/<uuid:facility_id>", permission=WRITE)
def save_facility(facility_id: UUID) -> Response | tuple[str, int]:
    context = current()
    card = facility(context.session, context.actor.coverage(WRITE), facility_id)
    try:
        changes = form(FacilityPatch)
        if "building_id" in request.form:  # the choice is offered: nothing chosen means none
            changes.setdefault("building_id", None)
        changes.setdefault("building", "")
        changes.setdefault("maintainer", "")
        change_facility(
            context.session,
            actor=context.actor,
            facility_id=facility_id,
            version=expected_version(),
            changes=changes,
            buildings=buildings(),
        )
    except Invalid as fault:
        return _form(request.form.to_dict(), faults_of(fault, "unit_id"), card), 422
    flash(_("已保存。"), "success")
    return redirect(url_for("fire.facilities"))


@bp.post("/facilities/<uuid:facility_id>/tests", permission=WRITE)
def tested(facility_id: UUID) -> Response | tuple[str, int]:
    context = current()
    card = facility(context.session, context.actor.coverage(WRITE), facility_id)
    try:
        record_test(
            context.session, actor=context.actor, facility_id=facility_id, version=expected_version(), **form(TestedIn)
        )
    except Invalid as fault:
        return _form({**vars(card), **request.form.to_dict()}, faults_of(fault, "unit_id"), card), 422
    flash(_("已记录检测。"), "success")
    return redirect(url_for("fire.facilities"))


@bp.post("/facilities/<uuid:facility_id>/remove", permission=WRITE)
def remove(facility_id: UUID) -> Response:
    context = current()
    remove_facility(context.session, actor=context.actor, facility_id=facility_id, version=expected_version())
    flash(_("已停用。"), "success")
    return redirect(url_for("fire.facilities"))


@bp.get("/certificates", permission=READ)
def certificate_list() -> str:
    return _certificates({}, {})


@bp.post("/certificates", permission=WRITE)
def save_certificates() -> Response | tuple[str, int]:
    context = current()
    try:
        set_certificates(context.session, actor=context.actor, **form(CertificateIn))
    except Invalid as fault:
        return _certificates(request.form.to_dict(), faults_of(fault, "unit_id")), 422
    flash(_("已更新消控证数量。"), "success")
    return redirect(url_for("fire.certificate_list"))


@bp.get("/activities", permission=READ)
def activities() -> str:
    return _activities({"kind": request.args.get("kind", "")}, {})


@bp.post("/activities", permission=WRITE, creates=True)
def create_activity() -> Response | tuple[str, int]:
    context = current()
    try:
        given = form(ActivityIn)
        record_activity(context.session, actor=context.actor, **given)
    except Invalid as fault:
        return _activities(
            {**request.form.to_dict(), "failed": request.form.getlist("failed")}, faults_of(fault, "unit_id")
        ), 422
    flash(_("已记录：%(kind)s", kind=said(ACTIVITIES[given["kind"]])), "success")
    return redirect(url_for("fire.activities"))


def _form(values: dict[str, Any], errors: dict[str, str], card: FacilityCard | None = None) -> str:
    context = current()
    mine = units(context.session, context.actor.coverage(WRITE))
    here = [unit for unit in mine if card is None or unit.id == card.unit_id]
    return render_template(
        "fire/facility_form.html",
        values=values,
        errors=errors,
        facility=card,
        kinds=choices_of(FACILITIES),
        unit_options=options(mine),
        building_options=building_options(buildings(), here),
    )


def _certificates(values: dict[str, Any], errors: dict[str, str]) -> str:
    context = current()
    asked = variant()
    mine = [unit for unit in units(context.session, context.actor.coverage(WRITE)) if unit.kind in CAMPUSES]
    return render_template(
        "fire/certificates.html",
        lines=certificates(context.session, context.actor.coverage(READ), variant=asked),
        variant=asked,
        values=values,
        errors=errors,
        holders=choices_of(HOLDERS),
        unit_options=options(mine),
        may_write=context.actor.may(WRITE),
    )


def _activities(values: dict[str, Any], errors: dict[str, str]) -> str:
    context = current()
    args = query(ActivityArgs)
    paging = Paging.of(args)
    coverage = context.actor.coverage(READ)
    return render_template(
        "fire/activities.html",
        page=activities_page(context.session, coverage, paging=paging, kind=args["kind"]),
        variant=variant(),
        asked=args,
        values=values,
        errors=errors,
        kinds=dict(choices_of(ACTIVITIES)),
        kind_tabs=[
            {"title": said(title), "url": url_for("fire.activities", kind=kind), "active": args["kind"] == kind}
            for kind, title in ACTIVITIES.items()
        ],
        unit_options=options(units(context.session, context.actor.coverage(WRITE))),
        may_write=context.actor.may(WRITE),
    )
