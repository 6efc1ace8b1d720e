"""/api/v1/statistics/entries"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, Paging, page_schema
from core.kernel.errors import NotFound
from core.kernel.schoolyear import Span
from core.statistics.permissions import StatisticsPermission
from core.statistics.queries.typed import EntryCard, EntryFilter, entries_page, entry_by_id
from core.statistics.rest.blueprint import bp
from core.statistics.schemas import EntryArgs, EntryInSchema, EntrySchema, FiguresSchema
from core.statistics.services import Typed, correct_entry, type_entry

READ, TYPE = StatisticsPermission.READ, StatisticsPermission.TYPE


@bp.get("/entries", permission=READ)
@bp.arguments(EntryArgs, location="query")
@bp.response(200, page_schema(EntrySchema))
def list_entries(args: dict[str, Any]) -> Page[EntryCard]:
    """Hand-typed figures, newest period first."""
    context = current()
    paging = Paging.of(args)
    return entries_page(context.session, context.actor.coverage(READ), asked=EntryFilter(**args), paging=paging)


@bp.post("/entries", permission=TYPE, creates=True)
@bp.arguments(EntryInSchema)
@bp.response(201, EntrySchema)
def post_entry(data: dict[str, Any]) -> Response:
    """The first figures of a school for a table and a period."""
    context = current()
    made = type_entry(
        context.session, actor=context.actor, table=data["table"], unit_id=data["unit_id"],
        span=Span(data["starts"], data["ends"]), typed=_typed(data),
    )  # fmt: skip
    answer = _answer(made.id)
    answer.status_code = 201
    return answer


@bp.get("/entries/<uuid:statistics_entry_id>", permission=READ)
@bp.response(200, EntrySchema)
def get_entry(statistics_entry_id: UUID) -> Response:
    """One school's hand-typed figures of a table and a period."""
    return _answer(statistics_entry_id)


@bp.put("/entries/<uuid:statistics_entry_id>", permission=TYPE)
@bp.arguments(FiguresSchema)
@bp.response(200, EntrySchema)
def put_entry(data: dict[str, Any], statistics_entry_id: UUID) -> Response:
    """Other figures for the same period."""
    context = current()
    correct_entry(
        context.session,
        actor=context.actor,
        entry_id=statistics_entry_id,
        version=expected_version(),
        typed=_typed(data),
    )
    return _answer(statistics_entry_id)


def _typed(data: dict[str, Any]) -> Typed:
    return Typed(figures=data["figures"], words=data["words"], reasons=data["reasons"])


def _answer(entry_id: UUID) -> Response:
    context = current()
    card = entry_by_id(context.session, context.actor.coverage(READ), entry_id)
    if card is None:
        raise NotFound()
    return with_etag(jsonify(EntrySchema().dump(card)), card.version)
