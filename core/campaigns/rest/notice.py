"""/api/v1/campaigns/clauses"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import fields, validate

from core.campaigns.permissions import CampaignPermission
from core.campaigns.queries.notice import ClauseState, clause_states
from core.campaigns.rest.blueprint import bp
from core.campaigns.schemas import ClauseLineSchema
from core.campaigns.words import STANDINGS
from core.http.context import current
from core.http.paging import Page, PageArgs, Paging, page_schema

READ = CampaignPermission.READ


class ClauseArgs(PageArgs):
    """``unit_id``: for one cluster or school."""

    standing = fields.String(load_default="", validate=validate.OneOf(("", *STANDINGS)))
    unit_id = fields.UUID(load_default=None, allow_none=True)


@dataclass(frozen=True)
class ClauseLine:
    id: str
    kind: str
    paragraph: int
    quote: str
    standing: str
    reason: str
    carriers: tuple[str, ...]


@bp.get("/clauses", permission=READ)
@bp.arguments(ClauseArgs, location="query")
@bp.response(200, page_schema(ClauseLineSchema))
def list_clauses(args: dict[str, Any]) -> Page[ClauseLine]:
    """The clauses of the notice with what carries each and how it stands today."""
    context = current()
    paging = Paging.of(args)
    states = clause_states(context.session, context.actor, context.runtime.plugins, unit_id=args["unit_id"])
    return paging.cut([_line(own) for own in states.values() if args["standing"] in ("", own.standing)])


def _line(own: ClauseState) -> ClauseLine:
    clause = own.clause
    return ClauseLine(
        clause.id, str(clause.kind), clause.paragraph, clause.text, str(own.standing), own.reason,
        tuple(each.name for each in own.carriers),
    )  # fmt: skip
