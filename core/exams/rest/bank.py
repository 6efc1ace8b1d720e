"""/api/v1/exams/questions"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from core.exams.permissions import ExamPermission
from core.exams.queries.bank import QuestionFilter, QuestionLine, question, questions_page
from core.exams.requests import question_facts
from core.exams.rest.blueprint import bp
from core.exams.schemas import MadeSchema, QuestionArgs, QuestionIn, QuestionSchema
from core.exams.services.bank import change_question, retire_question, write_question
from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, Paging, page_schema
from core.tenancy.shelf import pack_of

WRITE = ExamPermission.WRITE


@bp.get("/questions", permission=WRITE)
@bp.arguments(QuestionArgs, location="query")
@bp.response(200, page_schema(QuestionSchema))
def questions(args: dict[str, Any]) -> Page[QuestionLine]:
    """The bank, last changed first."""
    paging = Paging.of(args)
    return questions_page(current().session, filters=QuestionFilter(**args), paging=paging)


@bp.post("/questions", permission=WRITE, creates=True)
@bp.arguments(QuestionIn)
@bp.response(201, MadeSchema)
def post_question(data: dict[str, Any]) -> dict[str, UUID]:
    """A question of the district's own. It names a clause of the notice or a law."""
    context = current()
    made = write_question(
        context.session, actor=context.actor, pack=pack_of(context.session), facts=question_facts(data)
    )
    return {"id": made}


@bp.get("/questions/<uuid:question_id>", permission=WRITE)
@bp.response(200, QuestionSchema)
def get_question(question_id: UUID) -> Response:
    """One question with its answer."""
    line = question(current().session, question_id)
    return with_etag(jsonify(QuestionSchema().dump(line)), line.version)


@bp.put("/questions/<uuid:question_id>", permission=WRITE)
@bp.arguments(QuestionIn)
@bp.response(204)
def put_question(data: dict[str, Any], question_id: UUID) -> None:
    """The question as it is now; sittings that began keep theirs. A retired one is in use again."""
    context = current()
    change_question(
        context.session, actor=context.actor, pack=pack_of(context.session), question_id=question_id, version=expected_version(),
        facts=question_facts(data),
    )  # fmt: skip


@bp.delete("/questions/<uuid:question_id>", permission=WRITE)
@bp.response(204)
def delete_question(question_id: UUID) -> None:
    """停用: it is not drawn any more."""
    context = current()
    retire_question(context.session, actor=context.actor, question_id=question_id, version=expected_version())
