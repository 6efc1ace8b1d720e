"""/api/v1/exams/mine, …/sittings: one's own, nobody else's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from core.exams.permissions import ExamPermission
from core.exams.queries.sittings import OwnExam, own_exams, sitting_card
from core.exams.rest.blueprint import bp
from core.exams.schemas import AnswerIn, MadeSchema, OwnExamSchema, SittingSchema
from core.exams.services.sittings import answer, begin_sitting, hand_in
from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, PageArgs, Paging, page_schema

TAKE = ExamPermission.TAKE


@bp.get("/mine", permission=TAKE)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(OwnExamSchema))
def mine(args: dict[str, Any]) -> Page[OwnExam]:
    """Exams that one is asked to pass, or has sat."""
    context = current()
    return Paging.of(args).cut(own_exams(context.session, context.person_id))


@bp.post("/<uuid:exam_id>/sittings", permission=TAKE, creates=True)
@bp.response(201, MadeSchema)
def post_sitting(exam_id: UUID) -> dict[str, UUID]:
    """Begins a sitting, or gives the one that is running. Its time runs by the server's clock."""
    context = current()
    made = begin_sitting(context.session, actor=context.actor, pack=context.pack, exam_id=exam_id)
    return {"id": made}


@bp.get("/sittings/<uuid:sitting_id>", permission=TAKE)
@bp.response(200, SittingSchema)
def get_sitting(sitting_id: UUID) -> Response:
    """One's own sitting with what was answered; right answers once it is final."""
    context = current()
    card = sitting_card(context.session, context.person_id, sitting_id)
    return with_etag(jsonify(SittingSchema().dump(card)), card.version)


@bp.post("/sittings/<uuid:sitting_id>/answers", permission=TAKE, repeatable="the same answer twice is the same answer")
@bp.arguments(AnswerIn)
@bp.response(204)
def post_answer(data: dict[str, Any], sitting_id: UUID) -> None:
    """Keeps the answer to one question; refused once it is handed in or time is over."""
    context = current()
    answer(context.session, actor=context.actor, sitting_id=sitting_id, **data)


@bp.post("/sittings/<uuid:sitting_id>/submission", permission=TAKE, changes=True)
@bp.response(200, SittingSchema)
def submit(sitting_id: UUID) -> Response:
    """Hands in and marks; refused the second time."""
    context = current()
    hand_in(context.session, actor=context.actor, sitting_id=sitting_id, version=expected_version())
    card = sitting_card(context.session, context.person_id, sitting_id)
    return with_etag(jsonify(SittingSchema().dump(card)), card.version)
