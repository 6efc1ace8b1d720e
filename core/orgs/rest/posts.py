"""/api/v1/posts: who holds which post where."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify, url_for

from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, Paging, page_schema
from core.identity.permissions import PersonPermission
from core.kernel.errors import Invalid, NotFound
from core.orgs.queries.posts import HeldPost, post, posts_in, posts_of
from core.orgs.schemas import CloseSchema, PostArgs, PostInSchema, PostPatchSchema, PostSchema
from core.orgs.services import appoint, change_post, dismiss
from core.orgs.services.staff import require_post_for

bp = ApiBlueprint(
    "posts", __name__, url_prefix="/api/v1/posts", description="Who holds which post where, from when to when"
)
READ, GRANT = PersonPermission.ACCOUNT_READ, PersonPermission.ROLE_GRANT


@bp.get("", permission=READ)
@bp.arguments(PostArgs, location="query")
@bp.response(200, page_schema(PostSchema))
def index(args: dict[str, Any]) -> Page[HeldPost]:
    """Posts of a unit or of a person, past ones too, in units that you cover."""
    context = current()
    paging = Paging.of(args)
    coverage = context.actor.coverage(READ)
    if args["unit_id"] is not None:
        found = posts_in(context.session, args["unit_id"])
    elif args["person_id"] is not None:
        found = posts_of(context.session, [args["person_id"]])[args["person_id"]]
    else:
        raise Invalid(fields={"unit_id": "请给出单位或人员"})
    seen = tuple(held for held in found if held.unit_id in coverage and args["person_id"] in (None, held.person_id))
    return paging.cut(seen)


@bp.post("", permission=GRANT, creates=True)
@bp.arguments(PostInSchema)
@bp.response(201, PostSchema)
def create(values: dict[str, Any]) -> Response:
    """Appoints. Nobody gives what they do not hold in that unit."""
    context = current()
    require_post_for(context.session, actor=context.actor, person_id=values["person_id"])
    values["valid_from"] = values["valid_from"] or context.today
    post_id = appoint(context.session, actor=context.actor, **values)
    response = _answer(post_id, status=201)
    response.headers["Location"] = url_for("api_posts.one", post_id=post_id)
    return response


@bp.get("/<uuid:post_id>", permission=READ)
@bp.response(200, PostSchema)
def one(post_id: UUID) -> Response:
    return _answer(post_id)


@bp.patch("/<uuid:post_id>", permission=GRANT)
@bp.arguments(PostPatchSchema)
@bp.response(200, PostSchema)
def change(values: dict[str, Any], post_id: UUID) -> Response:
    context = current()
    change_post(context.session, actor=context.actor, post_id=post_id, version=expected_version(), **values)
    return _answer(post_id)


@bp.post("/<uuid:post_id>/dismiss", permission=GRANT)
@bp.doc(**{"x-if-match": True})
@bp.arguments(CloseSchema)
@bp.response(200, PostSchema)
def end(values: dict[str, Any], post_id: UUID) -> Response:
    """The post ends with that day; yesterday ends it at once."""
    context = current()
    dismiss(
        context.session, actor=context.actor, post_id=post_id, last_day=values["last_day"], version=expected_version()
    )
    return _answer(post_id)


def _answer(post_id: UUID, *, status: int = 200) -> Response:
    context = current()
    found = post(context.session, post_id)
    if not (context.actor.may(READ, found.unit_id) or context.actor.may(GRANT, found.unit_id)):
        raise NotFound()
    response = jsonify(PostSchema().dump(found))
    response.status_code = status
    return with_etag(response, found.version)
