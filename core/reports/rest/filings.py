"""/api/v1/reports/filings"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, Paging, page_schema
from core.reports.permissions import ReportPermission
from core.reports.queries.filings import FilingFilter, FilingLine, filing_card, filings_page
from core.reports.requests import attached, zero_sentence_of
from core.reports.rest.blueprint import bp
from core.reports.schemas import (
    BeginIn,
    DraftIn,
    FilingArgs,
    FilingCardSchema,
    FilingSchema,
    MadeSchema,
    ReopenIn,
    ReviewIn,
    SignIn,
    ZeroIn,
    typed_of,
)
from core.reports.services import filings, reviews

READ, WRITE, SIGN, REVIEW = (
    ReportPermission.READ, ReportPermission.WRITE, ReportPermission.SIGN, ReportPermission.REVIEW,
)  # fmt: skip


@bp.get("/filings", permission=READ)
@bp.arguments(FilingArgs, location="query")
@bp.response(200, page_schema(FilingSchema))
def list_filings(args: dict[str, Any]) -> Page[FilingLine]:
    """What is owed, begun or not; ``filing_id`` is null where nobody has begun."""
    context = current()
    paging = Paging.of(args)
    return filings_page(context.session, context.actor, asked=FilingFilter(**args), paging=paging)


@bp.post("/filings", permission=READ, creates=True)
@bp.arguments(BeginIn)
@bp.response(201, MadeSchema)
def post_filing(data: dict[str, Any]) -> dict[str, UUID]:
    """Begins one's own filing: the draft comes with its figures."""
    context = current()
    return {"id": filings.begin(context.session, actor=context.actor, **data)}


@bp.get("/filings/<uuid:filing_id>", permission=READ)
@bp.response(200, FilingCardSchema)
def get_filing(filing_id: UUID) -> Response:
    """One filing with every version that was ever submitted."""
    return _shown(filing_id)


@bp.put("/filings/<uuid:filing_id>/draft", permission=READ)
@bp.arguments(DraftIn)
@bp.response(200, FilingCardSchema)
def put_draft(data: dict[str, Any], filing_id: UUID) -> Response:
    """Writes the draft; with ``ready`` it waits for a signature."""
    context = current()
    attached(context, filing_id, data["files"])
    filings.save_draft(
        context.session, actor=context.actor, filing_id=filing_id, version=expected_version(), typed=typed_of(data), ready=data["ready"]
    )  # fmt: skip
    return _shown(filing_id)


@bp.post("/filings/<uuid:filing_id>/sign", permission=SIGN, changes=True)
@bp.arguments(SignIn)
@bp.response(200, FilingCardSchema)
def post_sign(data: dict[str, Any], filing_id: UUID) -> Response:
    """Signs and submits; the version never changes again."""
    context = current()
    attached(context, filing_id, data["files"])
    filings.sign(
        context.session, actor=context.actor, filing_id=filing_id, version=expected_version(), signed_as=data["signed_as"],
        typed=typed_of(data),
    )  # fmt: skip
    return _shown(filing_id)


@bp.post("/filings/<uuid:filing_id>/zero", permission=SIGN, changes=True)
@bp.arguments(ZeroIn)
@bp.response(200, FilingCardSchema)
def post_zero(data: dict[str, Any], filing_id: UUID) -> Response:
    """零报告: signs the sentence of ``zero_sentence``, word for word."""
    context = current()
    filings.sign_zero(context.session, actor=context.actor, filing_id=filing_id, version=expected_version(), **data)
    return _shown(filing_id)


@bp.post("/filings/<uuid:filing_id>/reopen", permission=READ, changes=True)
@bp.arguments(ReopenIn)
@bp.response(200, FilingCardSchema)
def post_reopen(data: dict[str, Any], filing_id: UUID) -> Response:
    """更正 or 补充: what was submitted stays and counts until the new version is signed."""
    context = current()
    filings.reopen(context.session, actor=context.actor, filing_id=filing_id, version=expected_version(), **data)
    return _shown(filing_id)


@bp.post("/filings/<uuid:filing_id>/drop", permission=READ, changes=True)
@bp.response(200, FilingCardSchema)
def post_drop(filing_id: UUID) -> Response:
    """Lets go of a correction that was begun."""
    context = current()
    filings.drop_correction(context.session, actor=context.actor, filing_id=filing_id, version=expected_version())
    return _shown(filing_id)


@bp.post("/filings/<uuid:filing_id>/hand-on", permission=REVIEW, changes=True)
@bp.arguments(ReviewIn)
@bp.response(200, FilingCardSchema)
def post_hand_on(data: dict[str, Any], filing_id: UUID) -> Response:
    """片区核转."""
    context = current()
    reviews.hand_on(context.session, actor=context.actor, filing_id=filing_id, version=expected_version(), **data)
    return _shown(filing_id)


@bp.post("/filings/<uuid:filing_id>/accept", permission=REVIEW, changes=True)
@bp.arguments(ReviewIn)
@bp.response(200, FilingCardSchema)
def post_accept(data: dict[str, Any], filing_id: UUID) -> Response:
    """审核通过: locked from now on."""
    context = current()
    reviews.accept(context.session, actor=context.actor, filing_id=filing_id, version=expected_version(), **data)
    return _shown(filing_id)


@bp.post("/filings/<uuid:filing_id>/return", permission=REVIEW, changes=True)
@bp.arguments(ReviewIn)
@bp.response(200, FilingCardSchema)
def post_return(data: dict[str, Any], filing_id: UUID) -> Response:
    """退回, with words."""
    context = current()
    reviews.send_back(context.session, actor=context.actor, filing_id=filing_id, version=expected_version(), **data)
    return _shown(filing_id)


def _shown(filing_id: UUID) -> Response:
    context = current()
    card = filing_card(context.session, context.actor, filing_id)
    body = FilingCardSchema().dump(card) | {"zero_sentence": zero_sentence_of(card.line)}
    return with_etag(jsonify(body), card.line.version)
