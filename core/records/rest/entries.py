"""/api/v1/records"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, Paging, page_schema
from core.records.kinds import kinds_of, topics_of
from core.records.permissions import RecordPermission
from core.records.queries.entries import RecordFilter, RecordLine, record_card, records_page
from core.records.queries.topics import SchoolTopics, topics_by_school
from core.records.requests import topics_asked
from core.records.rest.blueprint import bp
from core.records.schemas import (
    CorrectionIn,
    KindArgs,
    KindSchema,
    MadeSchema,
    ReasonIn,
    RecordArgs,
    RecordCardSchema,
    RecordIn,
    RecordSchema,
    SchoolTopicsSchema,
    TopicArgs,
    tuples,
)
from core.records.services import entries
from core.records.services.writing import RecordFacts
from core.tenancy.shelf import pack_of

READ, WRITE = RecordPermission.READ, RecordPermission.WRITE


@bp.get("/kinds", permission=READ)
@bp.arguments(KindArgs, location="query")
@bp.response(200, page_schema(KindSchema))
def list_kinds(args: dict[str, Any]) -> Page[dict[str, Any]]:
    """What can be recorded in this district, with the fields and topics of each kind."""
    pack = pack_of(current().session)
    rows = [
        {
            "code": kind.code, "label": kind.label, "fields_": kind.fields, "topics": topics_of(pack, kind), "evidence": kind.evidence,
        }
        for kind in kinds_of(pack).values()
    ]  # fmt: skip
    return Paging.of(args).cut(rows)


@bp.get("", permission=READ)
@bp.arguments(RecordArgs, location="query")
@bp.response(200, page_schema(RecordSchema))
def list_records(args: dict[str, Any]) -> Page[RecordLine]:
    """Records, newest first, of the units the caller reaches."""
    context = current()
    paging = Paging.of(args)
    return records_page(context.session, context.actor, asked=RecordFilter(**args), paging=paging)


@bp.get("/topics", permission=READ)
@bp.arguments(TopicArgs, location="query")
@bp.response(200, page_schema(SchoolTopicsSchema))
def list_topics(args: dict[str, Any]) -> Page[SchoolTopics]:
    """Every school within reach with how often it held a record of a kind on each topic."""
    context = current()
    kind, span = topics_asked(context, args)
    return topics_by_school(context.session, context.actor, kind=kind, span=span, paging=Paging.of(args))


@bp.post("", permission=WRITE, creates=True)
@bp.arguments(RecordIn)
@bp.response(201, MadeSchema)
def post_record(data: dict[str, Any]) -> dict[str, UUID]:
    """Records something done; it counts at once."""
    context = current()
    files = data.pop("file_ids")
    facts = RecordFacts(**tuples(data, "topics"))
    made = entries.add_record(
        context.session, actor=context.actor, pack=pack_of(context.session), facts=facts, file_ids=files
    )  # fmt: skip
    return {"id": made}


@bp.get("/<uuid:record_id>", permission=READ)
@bp.response(200, RecordCardSchema)
def get_record(record_id: UUID) -> Response:
    """One record with its evidence and every earlier wording."""
    context = current()
    card = record_card(context.session, context.actor, record_id)
    return with_etag(jsonify(RecordCardSchema().dump(card)), card.line.version)


@bp.put("/<uuid:record_id>", permission=WRITE)
@bp.arguments(CorrectionIn)
@bp.response(204)
def put_record(data: dict[str, Any], record_id: UUID) -> None:
    """Corrects it; what it said before stays beside it."""
    context = current()
    reason, files = data.pop("reason"), data.pop("file_ids")
    entries.correct_record(
        context.session, actor=context.actor, pack=pack_of(context.session), record_id=record_id, version=expected_version(),
        facts=RecordFacts(**tuples(data, "topics")), reason=reason, file_ids=files,
    )  # fmt: skip


@bp.post("/<uuid:record_id>/strike", permission=WRITE)
@bp.doc(**{"x-if-match": True})
@bp.arguments(ReasonIn)
@bp.response(204)
def strike_record(data: dict[str, Any], record_id: UUID) -> None:
    """Strikes it out: it stays to be read and counts no more."""
    context = current()
    entries.strike_record(
        context.session, actor=context.actor, record_id=record_id, version=expected_version(), reason=data["reason"]
    )
