"""/api/v1/units"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify, url_for

from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, Paging, page_schema
from core.kernel.errors import NotFound
from core.orgs.permissions import OrgPermission
from core.orgs.queries.tree import UnitFilter, UnitLine, unit_line, units_page
from core.orgs.schemas import (
    CloseSchema,
    MoveSchema,
    SupervisorsSchema,
    UnitArgs,
    UnitFactsSchema,
    UnitInSchema,
    UnitSchema,
)
from core.orgs.services import close_unit, create_unit, move_unit, set_supervisors, update_unit
from core.orgs.services.creation import UnitFacts

bp = ApiBlueprint(
    "units", __name__, url_prefix="/api/v1/units", description="Bureau, departments, clusters, schools, places"
)
IF_MATCH = {"x-if-match": True}


@bp.get("", permission=OrgPermission.UNIT_READ)
@bp.arguments(UnitArgs, location="query")
@bp.response(200, page_schema(UnitSchema))
def index(args: dict[str, Any]) -> Page[UnitLine]:
    """Units that you cover."""
    context = current()
    paging = Paging.of(args)
    coverage = context.actor.coverage(OrgPermission.UNIT_READ)
    return units_page(context.session, coverage, filters=UnitFilter(**args), paging=paging)


@bp.post("", permission=OrgPermission.UNIT_WRITE, creates=True)
@bp.arguments(UnitInSchema)
@bp.response(201, UnitSchema)
def create(values: dict[str, Any]) -> Response:
    context = current()
    parent_id, clusters = values.pop("parent_id"), values.pop("clusters")
    unit_id = create_unit(
        context.session, actor=context.actor, facts=UnitFacts(**values), parent_id=parent_id, clusters=clusters
    )
    response = _answer(unit_id, status=201)
    response.headers["Location"] = url_for("api_units.one", unit_id=unit_id)
    return response


@bp.get("/<uuid:unit_id>", permission=OrgPermission.UNIT_READ)
@bp.response(200, UnitSchema)
def one(unit_id: UUID) -> Response:
    return _answer(unit_id)


@bp.patch("/<uuid:unit_id>", permission=OrgPermission.UNIT_WRITE)
@bp.arguments(UnitFactsSchema)
@bp.response(200, UnitSchema)
def change(values: dict[str, Any], unit_id: UUID) -> Response:
    context = current()
    update_unit(context.session, actor=context.actor, unit_id=unit_id, changes=values, version=expected_version())
    return _answer(unit_id)


@bp.post("/<uuid:unit_id>/move", permission=OrgPermission.UNIT_WRITE)
@bp.doc(**IF_MATCH)
@bp.arguments(MoveSchema)
@bp.response(200, UnitSchema)
def move(values: dict[str, Any], unit_id: UUID) -> Response:
    """Another administrative parent, from a day on."""
    context = current()
    move_unit(
        context.session, actor=context.actor, unit_id=unit_id, parent_id=values["parent_id"], on=values["on"] or context.today,
        version=expected_version(),
    )  # fmt: skip
    return _answer(unit_id)


@bp.put("/<uuid:unit_id>/supervisors", permission=OrgPermission.UNIT_WRITE)
@bp.arguments(SupervisorsSchema)
@bp.response(200, UnitSchema)
def supervise(values: dict[str, Any], unit_id: UUID) -> Response:
    """Exactly these clusters (group heads, guiding departments), from a day on."""
    context = current()
    set_supervisors(
        context.session, actor=context.actor, unit_id=unit_id, supervisors=values["supervisors"], tree=values["tree"],
        on=values["on"] or context.today, version=expected_version(),
    )  # fmt: skip
    return _answer(unit_id)


@bp.post("/<uuid:unit_id>/close", permission=OrgPermission.UNIT_WRITE)
@bp.doc(**IF_MATCH)
@bp.arguments(CloseSchema)
@bp.response(200, UnitSchema)
def close(values: dict[str, Any], unit_id: UUID) -> Response:
    """Its posts and links end with it; its records stay."""
    context = current()
    close_unit(
        context.session, actor=context.actor, unit_id=unit_id, last_day=values["last_day"], version=expected_version()
    )
    return _answer(unit_id)


def _answer(unit_id: UUID, *, status: int = 200) -> Response:
    context = current()
    line = unit_line(context.session, context.actor.coverage(OrgPermission.UNIT_READ), unit_id)
    if line is None and status == 201:  # a new unit lies outside the grants that were resolved before it existed
        line = unit_line(context.session, context.actor.coverage(OrgPermission.UNIT_READ).with_unit(unit_id), unit_id)
    if line is None:
        raise NotFound()
    response = jsonify(UnitSchema().dump(line))
    response.status_code = status
    return with_etag(response, line.version)
