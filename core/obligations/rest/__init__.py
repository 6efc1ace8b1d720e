"""/api/v1/due"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify, url_for

from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.http.words import said
from core.kernel.errors import NotFound, Stale
from core.obligations.lines import due_line
from core.obligations.permissions import ObligationPermission
from core.obligations.queries import DueRow, due_rows, duty_tallies, missing_sources, pack_duties
from core.obligations.queries.ground import sources_of
from core.obligations.queries.own import FeedLine, NumberLine, numbers_page, own_feeds
from core.obligations.requests import asked_of
from core.obligations.schemas import (
    DueArgs,
    DueSchema,
    DutyArgs,
    FeedSchema,
    NewFeedSchema,
    NumberArgs,
    NumberForm,
    NumberSchema,
    SourceSchema,
    SumSchema,
)
from core.obligations.services import make_feed, revoke_feed, set_number

READ, WRITE = ObligationPermission.READ, ObligationPermission.NUMBER_WRITE
bp = ApiBlueprint(
    "due", __name__, url_prefix="/api/v1/due", description="What falls due, for whom, why, and how it stands"
)


@bp.get("", permission=READ)
@bp.arguments(DueArgs, location="query")
@bp.response(200, page_schema(DueSchema))
def list_due(args: dict[str, Any]) -> Page[dict[str, Any]]:
    """Units that you cover and what falls due for them, by due day; without days: this month."""
    context = current()
    paging = Paging.of(args)
    page = due_rows(
        context.session, context.runtime.plugins, coverage=context.actor.coverage(READ),
        asked=asked_of(context, args), paging=paging,
    )  # fmt: skip
    return Page(tuple(_row(row) for row in page.items), page.total, page.page, page.page_size)


@bp.get("/sums", permission=READ)
@bp.arguments(DutyArgs, location="query")
@bp.response(200, page_schema(SumSchema))
def list_sums(args: dict[str, Any]) -> Page[dict[str, Any]]:
    """Each obligation and report over the units that you cover: how many stand how."""
    context = current()
    paging = Paging.of(args)
    asked = asked_of(context, args)
    tallies = duty_tallies(context.session, context.runtime.plugins, coverage=context.actor.coverage(READ), asked=asked)
    return paging.cut(
        [
            {
                "obligation": duty.code, "title": duty.rule.title, "source": list(duty.rule.sources),
                "total": tallies[duty.code].total, "done": tallies[duty.code].done,
                "states": {str(state): count for state, count in tallies[duty.code].counts.items()},
            }
            for duty in pack_duties(context.session)
            if duty.code in tallies
        ]
    )  # fmt: skip


@bp.get("/numbers", permission=READ)
@bp.arguments(NumberArgs, location="query")
@bp.response(200, page_schema(NumberSchema))
def list_numbers(args: dict[str, Any]) -> Page[NumberLine]:
    """Units' own numbers (the n of 8+n); ``number`` null: not entered."""
    context = current()
    paging = Paging.of(args)
    return numbers_page(context.session, context.actor.coverage(READ), paging=paging, unit_id=args["unit_id"])


@bp.put("/numbers", permission=WRITE)
@bp.doc(**{"x-if-match": True})
@bp.arguments(NumberForm)
@bp.response(200, NumberSchema)
def put_number(data: dict[str, Any]) -> Response:
    """One unit's own number from now on; If-Match: the version that the list shows, "0" until it is entered."""
    context = current()
    set_number(context.session, actor=context.actor, version=expected_version(), **data)
    line = _number(data["unit_id"], data["name"])
    return with_etag(jsonify(NumberSchema().dump(line)), line.version)


@bp.get("/sources", permission=READ)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(SourceSchema))
def list_sources(args: dict[str, Any]) -> Page[dict[str, Any]]:
    """Whose facts count for which activities here; what cannot be read now is missing in every number above."""
    context = current()
    plugins = context.runtime.plugins
    known = [(one.evidence, True) for one in sources_of(context.session, plugins)]
    broken = [(one, False) for one in missing_sources(context.session, plugins)]
    return Paging.of(args).cut(
        [
            {"kind": one.kind, "title": said(one.title), "activities": sorted(one.activities), "readable": readable}
            for one, readable in (*known, *broken)
        ]
    )


@bp.get("/feeds", permission=READ)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(FeedSchema))
def list_feeds(args: dict[str, Any]) -> Page[FeedLine]:
    """Your own calendar feeds that are live; their addresses are shown only once, when they are made."""
    context = current()
    return Paging.of(args).cut(own_feeds(context.session, context.actor.person_id))


@bp.post("/feeds", permission=READ, creates=True)
@bp.response(201, NewFeedSchema)
def post_feed() -> dict[str, Any]:
    """A calendar feed of what your own units owe. Refused for API tokens: it would outlive them."""
    context = current()
    made = make_feed(context.session, actor=context.actor)
    return {"id": made.id, "address": url_for("due.feed", secret=made.value, _external=True)}


@bp.delete("/feeds/<uuid:feed_id>", permission=READ)
@bp.response(204)
def delete_feed(feed_id: UUID) -> None:
    """Takes it back: its address opens nothing any more. A live feed is always version 1."""
    context = current()
    if expected_version() != 1:
        raise Stale()
    revoke_feed(context.session, actor=context.actor, feed_id=feed_id)


def _number(unit_id: UUID, name: str) -> NumberLine:
    context = current()
    page = numbers_page(context.session, context.actor.coverage(READ), paging=Paging(page_size=200), unit_id=unit_id)
    found = next((line for line in page.items if line.name == name), None)
    if found is None:
        raise NotFound()
    return found


def _row(row: DueRow) -> dict[str, Any]:
    line = due_line(row.expected, code=row.unit_code, name=row.unit_name, party=row.party, state=row.state)
    return {
        **line, "date": row.due_on, "unit_id": row.unit_id, "done": row.done, "wanted": row.wanted,
        "own_missing": row.own_missing,
    }  # fmt: skip
