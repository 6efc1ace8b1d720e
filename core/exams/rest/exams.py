"""/api/v1/exams: setting up, opening, closing, results by unit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from core.exams.permissions import ExamPermission
from core.exams.queries.exams import ExamLine, exam, exams_page
from core.exams.queries.results import PersonResult, UnitResult, person_results, unit_results
from core.exams.requests import exam_facts
from core.exams.rest.blueprint import bp
from core.exams.schemas import (
    ExamArgs,
    ExamIn,
    ExamSchema,
    MadeSchema,
    PersonResultSchema,
    ResultArgs,
    UnitResultSchema,
)
from core.exams.services import exams as services
from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.tenancy.shelf import pack_of

RESULTS, WRITE = ExamPermission.RESULTS, ExamPermission.WRITE


@bp.get("", permission=RESULTS)
@bp.arguments(ExamArgs, location="query")
@bp.response(200, page_schema(ExamSchema))
def exams(args: dict[str, Any]) -> Page[ExamLine]:
    """Exams, newest first; drafts for those who write them."""
    context = current()
    paging = Paging.of(args)
    return exams_page(context.session, paging=paging, drafts=context.actor.may(WRITE), **args)


@bp.post("", permission=WRITE, creates=True)
@bp.arguments(ExamIn)
@bp.response(201, MadeSchema)
def post_exam(data: dict[str, Any]) -> dict[str, UUID]:
    """A draft."""
    context = current()
    made = services.draft_exam(
        context.session, actor=context.actor, pack=pack_of(context.session), facts=exam_facts(data)
    )
    return {"id": made}


@bp.get("/<uuid:exam_id>", permission=RESULTS)
@bp.response(200, ExamSchema)
def get_exam(exam_id: UUID) -> Response:
    """One exam."""
    context = current()
    line = exam(context.session, exam_id, drafts=context.actor.may(WRITE))
    return with_etag(jsonify(ExamSchema().dump(line)), line.version)


@bp.put("/<uuid:exam_id>", permission=WRITE)
@bp.arguments(ExamIn)
@bp.response(204)
def put_exam(data: dict[str, Any], exam_id: UUID) -> None:
    """A draft as it is now; what was opened is not changed."""
    context = current()
    services.change_exam(
        context.session, actor=context.actor, pack=pack_of(context.session), exam_id=exam_id, version=expected_version(),
        facts=exam_facts(data),
    )  # fmt: skip


@bp.delete("/<uuid:exam_id>", permission=WRITE)
@bp.response(204)
def delete_exam(exam_id: UUID) -> None:
    """Deletes a draft."""
    context = current()
    services.drop_exam(context.session, actor=context.actor, exam_id=exam_id, version=expected_version())


@bp.post("/<uuid:exam_id>/opening", permission=WRITE, changes=True)
@bp.response(204)
def open_exam(exam_id: UUID) -> None:
    """Opens it; refused where the bank is too small for its rules of drawing."""
    context = current()
    services.open_exam(context.session, actor=context.actor, exam_id=exam_id, version=expected_version())


@bp.post("/<uuid:exam_id>/closing", permission=WRITE, changes=True)
@bp.response(204)
def close_exam(exam_id: UUID) -> None:
    """Nobody can begin any more."""
    context = current()
    services.close_exam(context.session, actor=context.actor, exam_id=exam_id, version=expected_version())


@bp.get("/<uuid:exam_id>/results", permission=RESULTS)
@bp.arguments(ResultArgs, location="query")
@bp.response(200, page_schema(UnitResultSchema))
def results(args: dict[str, Any], exam_id: UUID) -> Page[UnitResult]:
    """Counts of the units within reach, in name order. No marks, no ranking."""
    context = current()
    paging = Paging.of(args)
    return unit_results(context.session, context.actor, exam_id, paging=paging, **args)


@bp.get("/<uuid:exam_id>/units/<uuid:unit_id>", permission=RESULTS)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(PersonResultSchema))
def unit_people(args: dict[str, Any], exam_id: UUID, unit_id: UUID) -> Page[PersonResult]:
    """Who of one unit has passed, by name. No marks."""
    context = current()
    return Paging.of(args).cut(person_results(context.session, context.actor, exam_id, unit_id))
