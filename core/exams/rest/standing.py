"""/api/v1/exams/qualifications, …/standing: what posts ask for, and where somebody lacks it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.exams.permissions import ExamPermission
from core.exams.queries.standing import Asked, Missing, UnitStanding, asked_of_posts, missing_in, units_page
from core.exams.rest.blueprint import bp
from core.exams.schemas import (
    MadeSchema,
    MissingSchema,
    QualificationIn,
    QualificationSchema,
    ResultArgs,
    UnitStandingSchema,
)
from core.exams.services.qualifications import ask_of_post, stop_asking
from core.http.context import current
from core.http.etag import expected_version
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.tenancy.shelf import pack_of

RESULTS, WRITE = ExamPermission.RESULTS, ExamPermission.WRITE


@bp.get("/qualifications", permission=RESULTS)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(QualificationSchema))
def qualifications(args: dict[str, Any]) -> Page[Asked]:
    """What the notice asks of posts, then what the district asks."""
    context = current()
    return Paging.of(args).cut(asked_of_posts(context.session, context.pack))


@bp.post("/qualifications", permission=WRITE, creates=True)
@bp.arguments(QualificationIn)
@bp.response(201, MadeSchema)
def post_qualification(data: dict[str, Any]) -> dict[str, UUID]:
    """Asks something of a post, from today on."""
    context = current()
    return {"id": ask_of_post(context.session, actor=context.actor, pack=pack_of(context.session), **data)}


@bp.delete("/qualifications/<uuid:qualification_id>", permission=WRITE)
@bp.response(204)
def delete_qualification(qualification_id: UUID) -> None:
    """Not asked any more from today on; what the notice asks stays."""
    context = current()
    stop_asking(context.session, actor=context.actor, qualification_id=qualification_id, version=expected_version())


@bp.get("/standing", permission=RESULTS)
@bp.arguments(ResultArgs, location="query")
@bp.response(200, page_schema(UnitStandingSchema))
def standing(args: dict[str, Any]) -> Page[UnitStanding]:
    """Units within reach, how many hold such posts and how many lack something, in name order."""
    context = current()
    paging = Paging.of(args)
    asked = asked_of_posts(context.session, context.pack)
    return units_page(context.session, context.actor, asked, paging=paging, short_only=args["open_only"])


@bp.get("/standing/<uuid:unit_id>", permission=RESULTS)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(MissingSchema))
def unit_standing(args: dict[str, Any], unit_id: UUID) -> Page[Missing]:
    """Who of one unit lacks what, by name."""
    context = current()
    asked = asked_of_posts(context.session, context.pack)
    return Paging.of(args).cut(missing_in(context.session, context.actor, asked, unit_id))
