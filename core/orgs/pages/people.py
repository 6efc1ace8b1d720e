"""用户管理: accounts of those who hold posts in units that one covers, and their posts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema
from werkzeug.wrappers import Response as AnyResponse

from core.http import forms
from core.http.blueprints import PageBlueprint
from core.http.context import RequestContext, current
from core.http.etag import expected_version
from core.http.formstate import Form, read, roll_back
from core.http.paging import Paging
from core.identity.permissions import PersonPermission
from core.identity.services.people import PersonFacts
from core.kernel.errors import NotFound, XiaoanError
from core.orgs.known_posts import known_posts
from core.orgs.pages.choices import unit_choices
from core.orgs.pages.notes import notes_on
from core.orgs.queries import history
from core.orgs.queries.people import PersonFilter, PersonLine, past_posts, people_page, person_line
from core.orgs.schemas import CloseSchema, PersonArgs, PersonFactsSchema, PersonInSchema, PostFactsSchema
from core.orgs.services import appoint, dismiss, staff
from core.orgs.words import ACTION_WORDS

READ, WRITE, GRANT = PersonPermission.ACCOUNT_READ, PersonPermission.ACCOUNT_WRITE, PersonPermission.ROLE_GRANT
bp = PageBlueprint("people", __name__, template_folder="../templates")


@bp.get("/people", permission=READ)
def index() -> str:
    context = current()
    args = forms.query(PersonArgs)
    paging = Paging.of(args)
    page = people_page(context.session, context.actor.coverage(READ), filters=PersonFilter(**args), paging=paging)
    return render_template(
        "orgs/people.html", page=page, asked=args, sort=paging.sort, units=unit_choices(context, READ), posts=_posts(context),
        count=sum(1 for name in ("text", "under", "post_code") if args[name]) + (args["state"] != "active"),
        may_write=context.actor.may(WRITE), today=context.today,
    )  # fmt: skip


@bp.get("/people/new", permission=WRITE)
def new() -> Response:
    preset = {name: value for name, value in request.args.items() if name in ("unit_id", "post_code")}
    return _form(Form(values=preset), None)


@bp.post("/people/new", permission=WRITE)
def create() -> AnyResponse:
    """The page that follows shows the one-time password, once."""
    context = current()
    values, form = read(PersonInSchema)
    if values is None:
        return _form(form, None)
    facts = PersonFacts(**{name: values.pop(name, None) for name in ("login", "name", "phone", "email", "locale")})
    try:
        person_id = staff.admit(context.session, actor=context.actor, facts=facts, **values)
        # the grants of this request know nothing of a person who did not exist when they were resolved
        password = staff.first_password(context.session, actor=context.actor, person_id=person_id)
    except XiaoanError as fault:
        roll_back()
        return _form(form.refuse(fault), None)
    return make_response(_detail(person_id, Form(), password=password))


@bp.get("/people/<uuid:person_id>", permission=READ)
def show(person_id: UUID) -> str:
    return _detail(person_id, Form())


@bp.get("/people/<uuid:person_id>/edit", permission=WRITE)
def edit(person_id: UUID) -> Response:
    line = _line(person_id)
    return _form(Form(values={name: getattr(line.person, name) for name in PersonFactsSchema().fields}), line)


@bp.post("/people/<uuid:person_id>/edit", permission=WRITE)
def change(person_id: UUID) -> AnyResponse:
    context, line = current(), _line(person_id)
    values, form = read(PersonFactsSchema)
    if values is None:
        return _form(form, line)
    values = dict.fromkeys(("phone", "email", "locale")) | values
    try:
        staff.change(
            context.session, actor=context.actor, person_id=person_id, changes=values, version=expected_version()
        )
    except XiaoanError as fault:
        roll_back()
        return _form(form.refuse(fault), line)
    flash(_("已保存。"), "success")
    return redirect(url_for("people.show", person_id=person_id))


@bp.post("/people/<uuid:person_id>/disable", permission=WRITE)
def disable(person_id: UUID) -> AnyResponse:
    context = current()
    staff.suspend(context.session, actor=context.actor, person_id=person_id, version=expected_version())
    flash(_("已停用，该用户的登录和令牌立即失效。"), "success")
    return redirect(url_for("people.show", person_id=person_id))


@bp.post("/people/<uuid:person_id>/enable", permission=WRITE)
def enable(person_id: UUID) -> AnyResponse:
    context = current()
    staff.restore(context.session, actor=context.actor, person_id=person_id, version=expected_version())
    flash(_("已启用。"), "success")
    return redirect(url_for("people.show", person_id=person_id))


@bp.post("/people/<uuid:person_id>/one-time-password", permission=WRITE)
def one_time_password(person_id: UUID) -> AnyResponse:
    """No redirect: the password is in this one answer and nowhere else."""
    context = current()
    password = staff.reset_password(
        context.session, actor=context.actor, person_id=person_id, version=expected_version()
    )
    return make_response(_detail(person_id, Form(), password=password))


@bp.post("/people/<uuid:person_id>/posts", permission=GRANT)
def add_post(person_id: UUID) -> AnyResponse:
    def act(context: RequestContext, values: dict[str, Any]) -> None:
        staff.require_post_for(context.session, actor=context.actor, person_id=person_id)
        values["valid_from"] = values["valid_from"] or context.today
        appoint(context.session, actor=context.actor, person_id=person_id, **values)

    return _act(person_id, PostFactsSchema, act)


@bp.post("/people/<uuid:person_id>/posts/<uuid:post_id>/dismiss", permission=GRANT)
def end_post(person_id: UUID, post_id: UUID) -> AnyResponse:
    def act(context: RequestContext, values: dict[str, Any]) -> None:
        if post_id not in {post.id for post in _line(person_id).posts}:
            raise NotFound()
        dismiss(
            context.session,
            actor=context.actor,
            post_id=post_id,
            last_day=values["last_day"],
            version=expected_version(),
        )

    return _act(person_id, CloseSchema, act)


def _act(person_id: UUID, schema: type[Schema], act: Callable[[RequestContext, dict[str, Any]], None]) -> AnyResponse:
    context = current()
    values, form = read(schema)
    if values is not None:
        try:
            act(context, values)
        except XiaoanError as fault:
            roll_back()
            values, form = None, form.refuse(fault)
    if values is None:
        response = make_response(_detail(person_id, form))
        response.status_code = form.status
        return response
    flash(_("已保存。"), "success")
    still_seen = person_line(context.session, context.actor.coverage(READ), person_id) is not None
    return redirect(url_for("people.show", person_id=person_id) if still_seen else url_for("people.index"))


def _line(person_id: UUID) -> PersonLine:
    context = current()
    line = person_line(context.session, context.actor.coverage(READ), person_id)
    if line is None:
        raise NotFound()
    return line


def _detail(person_id: UUID, form: Form, *, password: str | None = None) -> str:
    context, line = current(), _line(person_id)
    coverage = context.actor.coverage(READ)
    granting = context.actor.coverage(GRANT)
    return render_template(
        "orgs/person.html", notes=notes_on(context, [post.id for post in line.posts]), line=line, person=line.person, form=form, password=password,
        past=past_posts(context.session, coverage, person_id),
        may_write=context.actor.may(WRITE), dismissable=[post.id for post in line.posts if post.unit_id in granting],
        units=unit_choices(context, GRANT) if granting else [], posts=_posts(context),
        changes=history.changes(context.session, "person", person_id) if context.actor.may(WRITE) else (),
        action_words={code: _(word) for code, word in ACTION_WORDS.items()},
        today=context.today, yesterday=context.today - timedelta(days=1), self_=person_id == context.actor.person_id,
    )  # fmt: skip


def _form(form: Form, line: PersonLine | None) -> Response:
    context = current()
    page = render_template(
        "orgs/person_form.html", form=form, person=line.person if line else None, posts=_posts(context), today=context.today,
        units=[] if line else unit_choices(context, GRANT), post_needed=not context.actor.coverage(WRITE).everywhere,
    )  # fmt: skip
    response = make_response(page)
    response.status_code = form.status
    return response


def _posts(context: RequestContext) -> list[tuple[str, str]]:
    return [(post.code, post.label) for post in known_posts(context.pack)]
