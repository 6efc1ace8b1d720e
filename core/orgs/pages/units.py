"""组织机构: the tree and the table, a unit with its posts, parts and history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields
from werkzeug.wrappers import Response as AnyResponse

from core.http import forms
from core.http.blueprints import PageBlueprint
from core.http.context import RequestContext, current
from core.http.etag import expected_version
from core.http.formstate import Form, read, roll_back
from core.http.paging import Paging
from core.identity.permissions import PersonPermission
from core.kernel.errors import NotFound, XiaoanError
from core.orgs.known_posts import known_posts
from core.orgs.models.units import CLUSTER
from core.orgs.pages.choices import kinds, org_types, ownerships, stages, unit_choices
from core.orgs.pages.notes import notes_on
from core.orgs.permissions import OrgPermission
from core.orgs.queries import history
from core.orgs.queries.posts import posts_in
from core.orgs.queries.tree import UnitFilter, UnitLine, unit_line, unit_tree, units_page
from core.orgs.schemas import CloseSchema, MoveSchema, SupervisorsSchema, UnitArgs, UnitFactsSchema, UnitInSchema
from core.orgs.services import close_unit, create_unit, move_unit, set_supervisors, update_unit
from core.orgs.services.creation import UnitFacts
from core.orgs.words import ACTION_WORDS, FIELD_WORDS, KIND_WORDS, OWNERSHIP_WORDS, STAGE_WORDS, TREE_WORDS

READ, WRITE = OrgPermission.UNIT_READ, OrgPermission.UNIT_WRITE
IN_TREE = (
    "bureau",
    "department",
    "cluster",
    "school",
    "kindergarten",
    "training_institution",
    "agency",
    "third_party",
    "provider",
)
"""Campuses and places are shown on the page of their school."""
bp = PageBlueprint("units", __name__, template_folder="../templates")


@bp.get("/units", permission=READ)
def index() -> str:
    context = current()
    args = forms.query(UnitArgs)
    paging = Paging.of(args)
    coverage = context.actor.coverage(READ)
    page = units_page(context.session, coverage, filters=UnitFilter(**args), paging=paging)
    return render_template(
        "orgs/units.html", page=page, asked=args, sort=paging.sort, tree=unit_tree(context.session, coverage, kinds=IN_TREE),
        count=sum(1 for name in ("text", "kind", "stage", "ownership") if args[name]) + (args["state"] != "open"),
        kinds=kinds(), stages=stages(), ownerships=ownerships(), may_write=context.actor.may(WRITE), **_words(),
    )  # fmt: skip


@bp.get("/units/new", permission=WRITE)
def new() -> Response:
    return _form(Form(values=forms.query(_Preset)), None)


@bp.post("/units/new", permission=WRITE)
def create() -> AnyResponse:
    context = current()
    values, form = read(UnitInSchema)
    if values is None:
        return _form(form, None)
    parent_id, clusters = values.pop("parent_id"), values.pop("clusters")
    try:
        unit_id = create_unit(
            context.session, actor=context.actor, facts=UnitFacts(**values), parent_id=parent_id, clusters=clusters
        )
    except XiaoanError as fault:
        roll_back()
        return _form(form.refuse(fault), None)
    flash(_("已新增%(name)s。", name=values["name"]), "success")
    return redirect(url_for("units.show", unit_id=unit_id))


@bp.get("/units/<uuid:unit_id>", permission=READ)
def show(unit_id: UUID) -> str:
    return _detail(unit_id, Form())


@bp.get("/units/<uuid:unit_id>/edit", permission=WRITE)
def edit(unit_id: UUID) -> Response:
    line = _line(unit_id, write=True)
    return _form(Form(values={name: getattr(line, name) for name in UnitFactsSchema().fields}), line)


@bp.post("/units/<uuid:unit_id>/edit", permission=WRITE)
def change(unit_id: UUID) -> AnyResponse:
    context = current()
    line = _line(unit_id, write=True)
    values, form = read(UnitFactsSchema)
    if values is None:
        return _form(form, line)
    # an emptied field of a form means: take it away
    values = (
        dict.fromkeys(("org_type", "ownership", "student_count", "staff_count"))
        | {"stages": [], "address": ""}
        | values
    )
    try:
        update_unit(context.session, actor=context.actor, unit_id=unit_id, changes=values, version=expected_version())
    except XiaoanError as fault:
        roll_back()
        return _form(form.refuse(fault), line)
    flash(_("已保存。"), "success")
    return redirect(url_for("units.show", unit_id=unit_id))


@bp.post("/units/<uuid:unit_id>/move", permission=WRITE)
def move(unit_id: UUID) -> AnyResponse:
    def act(context: RequestContext, values: dict[str, Any]) -> None:
        move_unit(
            context.session, actor=context.actor, unit_id=unit_id, parent_id=values["parent_id"],
            on=values["on"] or context.today, version=expected_version(),
        )  # fmt: skip

    return _act(unit_id, MoveSchema, act)


@bp.post("/units/<uuid:unit_id>/supervisors", permission=WRITE)
def supervise(unit_id: UUID) -> AnyResponse:
    def act(context: RequestContext, values: dict[str, Any]) -> None:
        set_supervisors(
            context.session, actor=context.actor, unit_id=unit_id, supervisors=values["supervisors"], tree=values["tree"],
            on=values["on"] or context.today, version=expected_version(),
        )  # fmt: skip

    return _act(unit_id, SupervisorsSchema, act)


@bp.post("/units/<uuid:unit_id>/close", permission=WRITE)
def close(unit_id: UUID) -> AnyResponse:
    def act(context: RequestContext, values: dict[str, Any]) -> None:
        close_unit(
            context.session,
            actor=context.actor,
            unit_id=unit_id,
            last_day=values["last_day"],
            version=expected_version(),
        )

    return _act(unit_id, CloseSchema, act)


class _Preset(Schema):
    """/units/new?parent_id=…&kind=…: what a link on another page already knows."""

    parent_id = fields.UUID()
    kind = fields.String()


def _act(unit_id: UUID, schema: type[Schema], act: Callable[[RequestContext, dict[str, Any]], None]) -> AnyResponse:
    context = current()
    values, form = read(schema)
    if values is not None:
        try:
            act(context, values)
        except XiaoanError as fault:
            roll_back()
            values, form = None, form.refuse(fault)
    if values is None:
        response = make_response(_detail(unit_id, form))
        response.status_code = form.status
        return response
    flash(_("已保存。"), "success")
    return redirect(url_for("units.show", unit_id=unit_id))


def _line(unit_id: UUID, *, write: bool = False) -> UnitLine:
    context = current()
    line = unit_line(context.session, context.actor.coverage(WRITE if write else READ), unit_id)
    if line is None:
        raise NotFound()
    return line


def _detail(unit_id: UUID, form: Form) -> str:
    context = current()
    line = _line(unit_id)
    may_write = context.actor.may(WRITE, unit_id)
    standings = history.standings(context.session, unit_id)
    above = [standing for standing in standings if standing.above]
    may_grant = context.actor.may(PersonPermission.ROLE_GRANT, unit_id)
    posts = posts_in(context.session, unit_id) if context.actor.may(PersonPermission.ACCOUNT_READ, unit_id) else None
    return render_template(
        "orgs/unit.html", unit=line, stages_said="、".join(_(STAGE_WORDS[stage]) for stage in line.stages), form=form, may_write=may_write, may_grant=may_grant,
        closed=line.valid_to is not None and line.valid_to < context.today,
        above=[standing for standing in above if standing.on(context.today)],
        former=[standing for standing in above if not standing.on(context.today)],
        below=[standing for standing in standings if not standing.above and standing.on(context.today)],
        posts=posts, notes=notes_on(context, [post.id for post in posts or ()]),
        post_choices=[
            (post.code, post.label) for post in known_posts(context.pack)
            if line.org_type is None or not post.held_in or line.org_type in post.held_in
        ] if may_grant else [],
        changes=history.changes(context.session, "org_unit", unit_id) if may_write else (),
        parents=unit_choices(context, WRITE) if may_write else [],
        clusters=unit_choices(context, WRITE, kinds=("cluster", "school")) if may_write else [],
        supervising=[standing.unit_id for standing in above if standing.tree == CLUSTER and standing.on(context.today)],
        today=context.today, yesterday=context.today - timedelta(days=1), **_words(),
    )  # fmt: skip


def _form(form: Form, line: UnitLine | None) -> Response:
    context = current()
    page = render_template(
        "orgs/unit_form.html", form=form, unit=line, kinds=kinds(), stages=stages(), ownerships=ownerships(),
        org_types=org_types(context.pack), today=context.today,
        parents=[] if line else unit_choices(context, WRITE), clusters=[] if line else unit_choices(context, WRITE, kinds=("cluster",)),
    )  # fmt: skip
    response = make_response(page)
    response.status_code = form.status
    return response


def _words() -> dict[str, dict[str, str]]:
    def said(words: dict[str, str]) -> dict[str, str]:
        return {code: _(word) for code, word in words.items()}

    return {
        "kind_words": said(KIND_WORDS), "stage_words": said(STAGE_WORDS), "ownership_words": said(OWNERSHIP_WORDS),
        "tree_words": said(TREE_WORDS), "action_words": said(ACTION_WORDS), "field_words": said(FIELD_WORDS),
    }  # fmt: skip
