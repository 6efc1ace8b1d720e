"""/api/v1/hazards/…/extension-requests"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response

from core.hazards.extensions.queries import ExtensionLine, extension_requests
from core.hazards.extensions.schemas import AskExtensionIn, DecideExtensionIn, ExtensionSchema, PaperArgs
from core.hazards.paper import DOCX
from core.hazards.permissions import HazardPermission
from core.hazards.queries import hazard_card
from core.hazards.requests import extension_answer
from core.hazards.schemas import WrittenSchema
from core.hazards.services import Written, ask_extension, decide_extension, withdraw_extension
from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.tenancy.shelf import pack_of

READ = HazardPermission.READ
bp = ApiBlueprint(
    "hazard_extensions", __name__, url_prefix="/api/v1/hazards/<uuid:hazard_id>", description="Requests for a later limit"
)  # fmt: skip


@bp.get("/extension-requests", permission=READ)
@bp.arguments(PageArgs(exclude=("sort",)), location="query")
@bp.response(200, page_schema(ExtensionSchema))
def index(args: dict[str, Any], hazard_id: UUID) -> Page[ExtensionLine]:
    """What the unit asked for and what was decided, newest first."""
    context = current()
    hazard_card(context.session, context.actor, pack_of(context.session), hazard_id)
    return Paging.of(args).cut(extension_requests(context.session, hazard_id))


@bp.post("/extension-requests", permission=READ, creates=True)
@bp.arguments(AskExtensionIn)
@bp.response(201, WrittenSchema)
def ask(data: dict[str, Any], hazard_id: UUID) -> Response:
    """Asks for a later limit; the limit stays until somebody grants it. Needs no If-Match: it takes nothing from anybody."""
    context = current()
    pack = pack_of(context.session)
    asked = ask_extension(
        context.session, actor=context.actor, pack=pack, hazard_id=hazard_id, version=None, **data
    )  # fmt: skip
    response = _written(asked, status=201)
    response.headers["Location"] = f"/api/v1/hazards/{hazard_id}/extension-requests"
    return response


@bp.post("/extension-requests/decision", permission=HazardPermission.EXTEND, changes=True)
@bp.arguments(DecideExtensionIn)
@bp.response(200, WrittenSchema)
def decide(data: dict[str, Any], hazard_id: UUID) -> Response:
    """Grants or refuses the request that waits. If-Match: the hazard's version."""
    context = current()
    decided = decide_extension(
        context.session, actor=context.actor, pack=pack_of(context.session), hazard_id=hazard_id, version=expected_version(), **data
    )  # fmt: skip
    return _written(decided)


@bp.post("/extension-requests/withdrawal", permission=READ, changes=True)
@bp.response(200, WrittenSchema)
def withdraw(hazard_id: UUID) -> Response:
    """The unit takes back the request that waits. If-Match: the hazard's version."""
    context = current()
    withdrawn = withdraw_extension(
        context.session, actor=context.actor, pack=pack_of(context.session), hazard_id=hazard_id, version=expected_version()
    )  # fmt: skip
    return _written(withdrawn)


@bp.get("/extension-request.docx", permission=READ, exports=True)
@bp.arguments(PaperArgs, location="query")
@bp.response(200, content_type=DOCX)
def paper(args: dict[str, Any], hazard_id: UUID) -> Response:
    """延期申请 as a word-processor file; the newest unless ``no`` says another."""
    return extension_answer(current(), hazard_id, no=args["no"])


def _written(written: Written, *, status: int = 200) -> Response:
    return with_etag(make_response(jsonify(WrittenSchema().dump(written)), status), written.version)
