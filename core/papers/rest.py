"""/api/v1/papers"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from core.files.storage import storage_of
from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.papers.kinds import kind_of
from core.papers.permissions import PaperPermission
from core.papers.queries.papers import PaperLine, paper_card, papers_page
from core.papers.queries.templates import KindCard, kind_cards
from core.papers.requests import issue, kinds, uploaded
from core.papers.schemas import (
    IssuedSchema,
    KindSchema,
    PaperArgs,
    PaperCardSchema,
    PaperIn,
    PaperSchema,
    ReceiptsIn,
    ReceivedSchema,
    SignedAllSchema,
    TakenSchema,
    WithdrawIn,
    WordIn,
)
from core.papers.services import papers as services
from core.papers.services import templates
from core.papers.services.receipts import receive_papers
from core.tenancy.shelf import pack_of

READ, RECEIVE = PaperPermission.READ, PaperPermission.RECEIVE
ISSUE, TEMPLATE = PaperPermission.ISSUE, PaperPermission.TEMPLATE
bp = ApiBlueprint("papers_api", __name__, url_prefix="/api/v1/papers", description="Official papers (公文)")

FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "docx"},
                        "note": {"type": "string"},
                    },
                }
            }
        },
    }
}


@bp.get("", permission=READ)
@bp.arguments(PaperArgs, location="query")
@bp.response(200, page_schema(PaperSchema))
def index(args: dict[str, Any]) -> Page[PaperLine]:
    """Papers within reach, newest first."""
    context = current()
    paging = Paging.of(args)
    return papers_page(context.session, context.actor, paging=paging, **args)


@bp.post("", permission=ISSUE, creates=True)
@bp.arguments(PaperIn)
@bp.response(201, IssuedSchema)
def post(data: dict[str, Any]) -> dict[str, UUID]:
    """Numbers, prints and sends a paper that is written by hand."""
    return {"id": issue(current(), data)}


@bp.get("/<uuid:paper_id>", permission=READ)
@bp.response(200, PaperCardSchema)
def one(paper_id: UUID) -> Response:
    """A paper with the receipts of the units within reach."""
    context = current()
    card = paper_card(context.session, context.actor, paper_id)
    return with_etag(jsonify(PaperCardSchema().dump(card)), card.version)


@bp.post("/<uuid:paper_id>/receipt", permission=RECEIVE, creates=True)
@bp.response(200, ReceivedSchema)
def receive(paper_id: UUID) -> dict[str, int]:
    """Signs for your own units."""
    context = current()
    return {"units": services.receive_paper(context.session, actor=context.actor, paper_id=paper_id)}


@bp.post("/receipts", permission=RECEIVE, creates=True)
@bp.arguments(ReceiptsIn)
@bp.response(200, SignedAllSchema)
def receive_all(data: dict[str, Any]) -> dict[str, Any]:
    """Signs several papers for your own units; each stands alone, with its own result."""
    context = current()
    return {"results": receive_papers(context.session, actor=context.actor, paper_ids=data["paper_ids"])}


@bp.post("/<uuid:paper_id>/withdrawal", permission=ISSUE, changes=True)
@bp.arguments(WithdrawIn)
@bp.response(204)
def withdraw(data: dict[str, Any], paper_id: UUID) -> None:
    """Withdraws it; the number stays used and the units are told."""
    context = current()
    services.withdraw_paper(context.session, actor=context.actor, paper_id=paper_id, version=expected_version(), **data)


@bp.get("/kinds", permission=READ)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(KindSchema))
def list_kinds(args: dict[str, Any]) -> Page[KindCard]:
    """Kinds of papers with the names that their templates may use."""
    context = current()
    return Paging.of(args).cut(kind_cards(context.session, pack_of(context.session), kinds(context).values()))


@bp.post("/kinds/<paper_kind>/template", permission=TEMPLATE, creates=True)
@bp.doc(**FILE)
@bp.response(201, TakenSchema)
def put_template(paper_kind: str) -> dict[str, int]:
    """Puts a docx in the place of the template in force; it is tried with sample values first."""
    context = current()
    stream, name, note = uploaded()
    number = templates.put_template(
        context.session, actor=context.actor, storage=storage_of(context.runtime.settings), kind=kind_of(kinds(context), paper_kind),
        stream=stream, name=name, note=note,
    )  # fmt: skip
    return {"no": number}


@bp.delete("/kinds/<paper_kind>/template", permission=TEMPLATE)
@bp.response(204)
def take_back(paper_kind: str) -> None:
    """The built-in template again; If-Match is the number of the district's template in force."""
    context = current()
    kind = kind_of(kinds(context), paper_kind)
    templates.take_back(context.session, actor=context.actor, kind=kind, no=expected_version())


@bp.put("/kinds/<paper_kind>/word", permission=TEMPLATE)
@bp.arguments(WordIn)
@bp.response(204)
def put_word(data: dict[str, Any], paper_kind: str) -> None:
    """The 机关代字 of the kind; If-Match "0" where the district had none of its own."""
    context = current()
    templates.set_word(
        context.session, actor=context.actor, pack=pack_of(context.session), kind=kind_of(kinds(context), paper_kind),
        version=expected_version(), word=data["word"],
    )  # fmt: skip
