"""/api/v1/campaigns/letters"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.campaigns.permissions import CampaignPermission
from core.campaigns.queries.letters import LetterCard, LetterLine, Signer, letter_card, letters_page, signers_page
from core.campaigns.rest.blueprint import bp
from core.campaigns.schemas import (
    LetterCardSchema,
    LetterIn,
    LetterSchema,
    MadeSchema,
    PartIn,
    SignerArgs,
    SignerSchema,
    letter_in,
)
from core.campaigns.services import letters
from core.http.context import current
from core.http.paging import Page, PageArgs, Paging, page_schema

READ, WRITE, SIGN = CampaignPermission.READ, CampaignPermission.LETTER_WRITE, CampaignPermission.LETTER_SIGN


@bp.get("/letters", permission=READ)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(LetterSchema))
def list_letters(args: dict[str, Any]) -> Page[LetterLine]:
    """Responsibility letters in force; ``due`` and ``signed`` count posts in reach."""
    context = current()
    return letters_page(context.session, context.actor, paging=Paging.of(args))


@bp.post("/letters", permission=WRITE, creates=True)
@bp.arguments(LetterIn)
@bp.response(201, MadeSchema)
def post_letter(data: dict[str, Any]) -> dict[str, UUID]:
    """Issues a text for good; with ``series`` as the next version."""
    context = current()
    return {"id": letters.issue_letter(context.session, actor=context.actor, facts=letter_in(data))}


@bp.get("/letters/<uuid:letter_id>", permission=READ)
@bp.response(200, LetterCardSchema)
def get_letter(letter_id: UUID) -> LetterCard:
    """One version with its text."""
    context = current()
    return letter_card(context.session, context.actor, letter_id)


@bp.get("/letters/<uuid:letter_id>/signers", permission=READ)
@bp.arguments(SignerArgs, location="query")
@bp.response(200, page_schema(SignerSchema))
def list_signers(args: dict[str, Any], letter_id: UUID) -> Page[Signer]:
    """Who has signed and who has not; units in which nobody holds the post are ``vacant``."""
    context = current()
    paging = Paging.of(args)
    return signers_page(context.session, context.actor, letter_id, paging=paging, **args)


@bp.post("/letters/<uuid:letter_id>/signatures", permission=SIGN, creates=True)
@bp.arguments(PartIn)
@bp.response(201, MadeSchema)
def post_signature(data: dict[str, Any], letter_id: UUID) -> dict[str, UUID]:
    """Signs in the post that the person holds in this unit."""
    context = current()
    return {"id": letters.sign_letter(context.session, actor=context.actor, letter_id=letter_id, **data)}
