"""/api/v1/people: accounts of those who hold posts in units that you cover."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Response, jsonify, url_for

from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, Paging, page_schema
from core.identity.permissions import PersonPermission
from core.identity.services.people import PersonFacts
from core.kernel.errors import NotFound
from core.orgs.queries.people import PersonFilter, PersonLine, people_page, person_line
from core.orgs.schemas import OneTimeSchema, PersonArgs, PersonFactsSchema, PersonInSchema, PersonSchema
from core.orgs.services import staff

bp = ApiBlueprint("people", __name__, url_prefix="/api/v1/people", description="Accounts and their posts")
READ, WRITE = PersonPermission.ACCOUNT_READ, PersonPermission.ACCOUNT_WRITE
IF_MATCH = {"x-if-match": True}


@bp.get("", permission=READ)
@bp.arguments(PersonArgs, location="query")
@bp.response(200, page_schema(PersonSchema))
def index(args: dict[str, Any]) -> Page[dict[str, Any]]:
    """People who hold a post in units that you cover, or will."""
    context = current()
    paging = Paging.of(args)
    page = people_page(context.session, context.actor.coverage(READ), filters=PersonFilter(**args), paging=paging)
    return Page(tuple(told(line) for line in page.items), page.total, page.page, page.page_size)


@bp.post("", permission=WRITE, creates=True)
@bp.arguments(PersonInSchema)
@bp.response(201, PersonSchema)
def create(values: dict[str, Any]) -> Response:
    """An account with its first post; it cannot sign in before a one-time password is issued."""
    context = current()
    facts = PersonFacts(**{name: values.pop(name, None) for name in ("login", "name", "phone", "email", "locale")})
    person_id = staff.admit(context.session, actor=context.actor, facts=facts, **values)
    response = _answer(person_id, status=201)
    response.headers["Location"] = url_for("api_people.one", person_id=person_id)
    return response


@bp.get("/<uuid:person_id>", permission=READ)
@bp.response(200, PersonSchema)
def one(person_id: UUID) -> Response:
    return _answer(person_id)


@bp.patch("/<uuid:person_id>", permission=WRITE)
@bp.arguments(PersonFactsSchema)
@bp.response(200, PersonSchema)
def change(values: dict[str, Any], person_id: UUID) -> Response:
    context = current()
    staff.change(context.session, actor=context.actor, person_id=person_id, changes=values, version=expected_version())
    return _answer(person_id)


@bp.post("/<uuid:person_id>/disable", permission=WRITE)
@bp.doc(**IF_MATCH)
@bp.response(200, PersonSchema)
def disable(person_id: UUID) -> Response:
    """All sessions and tokens end at once."""
    context = current()
    staff.suspend(context.session, actor=context.actor, person_id=person_id, version=expected_version())
    return _answer(person_id)


@bp.post("/<uuid:person_id>/enable", permission=WRITE)
@bp.doc(**IF_MATCH)
@bp.response(200, PersonSchema)
def enable(person_id: UUID) -> Response:
    context = current()
    staff.restore(context.session, actor=context.actor, person_id=person_id, version=expected_version())
    return _answer(person_id)


@bp.post("/<uuid:person_id>/one-time-password", permission=WRITE)
@bp.doc(**IF_MATCH)
@bp.response(200, OneTimeSchema)
def one_time_password(person_id: UUID) -> dict[str, str]:
    """The old password, all sessions and tokens are void at once."""
    context = current()
    return {
        "password": staff.reset_password(
            context.session, actor=context.actor, person_id=person_id, version=expected_version()
        )
    }


def told(line: PersonLine) -> dict[str, Any]:
    return {**asdict(line.person), "posts": line.posts}


def _answer(person_id: UUID, *, status: int = 200) -> Response:
    context = current()
    line = person_line(context.session, context.actor.coverage(READ), person_id)
    if line is None:
        raise NotFound()
    response = jsonify(PersonSchema().dump(told(line)))
    response.status_code = status
    return with_etag(response, line.person.version)
