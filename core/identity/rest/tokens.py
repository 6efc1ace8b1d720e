"""/api/v1/tokens: keys for programs."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from flask import Response, url_for

from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.identity.permissions import TokenPermission
from core.identity.queries import OwnToken, own_tokens
from core.identity.requests import refuse_tokens
from core.identity.schemas import NewTokenSchema, TokenInSchema, TokenSchema
from core.identity.services import create_token, revoke_token
from core.identity.services.tokens import NewToken
from core.kernel.errors import NotFound, Stale

bp = ApiBlueprint("tokens", __name__, url_prefix="/api/v1/tokens", description="Your keys for programs")


class ShownOnce(Response):
    """What is sent holds the secret; what is kept for repeats of the request (Idempotency-Key) does not."""

    kept: bytes = b""

    def get_data(self, as_text: bool = False) -> Any:
        return self.kept.decode() if as_text else self.kept

    @classmethod
    def of(cls, token: NewToken) -> ShownOnce:
        def body(value: str) -> bytes:
            return json.dumps({"id": str(token.id), "value": value}).encode()

        response = cls(body(token.value), status=201, mimetype="application/json")
        response.kept = body("")
        return response


@bp.get("", signed_in=True)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(TokenSchema))
def index(args: dict[str, object]) -> Page[OwnToken]:
    """All of yours, the newest first; the secrets are not kept."""
    context = current()
    paging = Paging.of(args)
    mine = own_tokens(context.session, context.person_id)
    return paging.cut(mine)


@bp.post("", permission=TokenPermission.KEY_WRITE, creates=True)
@bp.arguments(TokenInSchema)
@bp.response(201, NewTokenSchema)
def create(values: dict[str, Any]) -> Response:
    """The value is shown in this answer only; a repeat with the same key makes no second token and tells no secret."""
    context = current()
    token = create_token(context.session, actor=context.actor, person_id=context.person_id, **values)
    response = ShownOnce.of(token)
    response.headers["Location"] = url_for("api_tokens.one", token_id=token.id)
    return with_etag(response, 1)


@bp.get("/<uuid:token_id>", signed_in=True)
@bp.response(200, TokenSchema)
def one(token_id: UUID) -> OwnToken:
    return _mine(token_id)


@bp.delete("/<uuid:token_id>", signed_in=True)
@bp.response(204)
def revoke(token_id: UUID) -> None:
    """It stops working at once. A live token is always version 1."""
    context = current()
    refuse_tokens(context)
    version = expected_version()
    if not _mine(token_id).live:
        raise NotFound()
    if version != 1:
        raise Stale()
    revoke_token(context.session, actor=context.actor, person_id=context.person_id, token_id=token_id)


def _mine(token_id: UUID) -> OwnToken:
    context = current()
    found = next((token for token in own_tokens(context.session, context.person_id) if token.id == token_id), None)
    if found is None:
        raise NotFound()
    return found
