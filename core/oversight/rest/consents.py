"""/api/v1/consents"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response, url_for

from core.http.blueprints import ApiBlueprint
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.oversight.permissions import OversightPermission
from core.oversight.queries.consents import ConsentCard, consent, consents
from core.oversight.requests import opened
from core.oversight.schemas import ConsentInSchema, ConsentSchema
from core.oversight.services.consents import grant_consent, revoke_consent

bp = ApiBlueprint(
    "consents", __name__, url_prefix="/api/v1/consents", description="Which bureau may look into this district"
)


@bp.get("", permission=OversightPermission.CONSENT)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(ConsentSchema))
def index(args: dict[str, Any]) -> Page[ConsentCard]:
    """All consents, newest first."""
    paging = Paging.of(args)
    rows = consents(opened().session)
    return paging.cut(rows)


@bp.post("", permission=OversightPermission.CONSENT, creates=True)
@bp.arguments(ConsentInSchema)
@bp.response(201, ConsentSchema)
def create(args: dict[str, Any]) -> Response:
    """Let a bureau look."""
    context = opened()
    bureau = context.runtime.directory.by_id(args.pop("bureau_id"))
    consent_id = grant_consent(context.session, actor=context.actor, bureau=bureau, **args)
    response = _answer(consent(context.session, consent_id))
    response.status_code = 201
    response.headers["Location"] = url_for("api_consents.one", consent_id=consent_id)
    return response


@bp.get("/<uuid:consent_id>", permission=OversightPermission.CONSENT)
@bp.response(200, ConsentSchema)
def one(consent_id: UUID) -> Response:
    """One consent, with its ETag."""
    return _answer(consent(opened().session, consent_id))


@bp.delete("/<uuid:consent_id>", permission=OversightPermission.CONSENT)
@bp.response(200, ConsentSchema)
def revoke(consent_id: UUID) -> Response:
    """Revoke; takes effect with the bureau's next request. The record stays."""
    context = opened()
    revoke_consent(context.session, actor=context.actor, consent_id=consent_id, version=expected_version())
    return _answer(consent(context.session, consent_id))


def _answer(card: ConsentCard) -> Response:
    return with_etag(make_response(jsonify(ConsentSchema().dump(card))), card.version)
