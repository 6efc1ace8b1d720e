"""What services and queries of the assessment take out of a request."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response, send_file, url_for

from core.assessment.paper_kinds import SHEET
from core.assessment.papers import Copy, sheet_docx, sheet_file
from core.assessment.queries.sheets import sheet_card
from core.assessment.schemas import ANNOUNCE, CANCEL, PUBLISH
from core.assessment.services import rounds
from core.assessment.services.appeals import Decision, decide_appeal
from core.assessment.services.computing import order_computation
from core.assessment.services.entries import EntryFacts, RowFacts, TableFacts, type_figure, type_table
from core.assessment.services.rounds import RoundFacts
from core.files.sniff import DOCX
from core.files.storage import storage_of
from core.http.context import RequestContext
from core.http.days import asked_span
from core.kernel.errors import Invalid
from core.kernel.schoolyear import Span
from core.papers.queries.templates import template_bytes
from core.tenancy.shelf import pack_of

MOST = timedelta(days=3 * 366)
"""Every day of it is looked at for every duty."""


def span_of(context: RequestContext, *, starts: date | None = None, ends: date | None = None) -> Span:
    """As asked; else this calendar year up to today. Raises Invalid for one that ends before it starts or is longer than a campaign."""
    last = ends or max(context.today, starts or context.today)
    first = starts or date(last.year, 1, 1)
    if last - first > MOST:
        raise Invalid(fields={"starts": "一次最多三年，请缩短日期"})
    return asked_span(first, last, named="ends")


def open_round(context: RequestContext, data: dict[str, Any]) -> UUID:
    """What RoundIn loaded."""
    return rounds.open_round(
        context.session, actor=context.actor, pack=pack_of(context.session), facts=RoundFacts(**data)
    )


def order(context: RequestContext, round_id: UUID, version: int) -> UUID:
    """The job that computes the round."""
    return order_computation(context.session, actor=context.actor, round_id=round_id, version=version)


def take_step(context: RequestContext, round_id: UUID, version: int, data: dict[str, Any]) -> None:
    """What StepIn loaded."""
    known: dict[str, Any] = {"actor": context.actor, "round_id": round_id, "version": version}
    if data["step"] == CANCEL:
        rounds.cancel(context.session, reason=data["reason"], **known)
    else:
        {ANNOUNCE: rounds.announce, PUBLISH: rounds.publish}[data["step"]](context.session, **known)


def enter(context: RequestContext, indicator: str, data: dict[str, Any]) -> UUID:
    """What EntryIn loaded."""
    return type_figure(
        context.session,
        actor=context.actor,
        pack=pack_of(context.session),
        indicator=indicator,
        facts=EntryFacts(**data),
    )


def enter_table(context: RequestContext, indicator: str, version: int, data: dict[str, Any]) -> int:
    """What TypedTableIn loaded; how many figures."""
    facts = TableFacts(data["as_of"], data["basis"], tuple(RowFacts(**row) for row in data["rows"]))
    return type_table(
        context.session,
        actor=context.actor,
        pack=pack_of(context.session),
        indicator=indicator,
        version=version,
        facts=facts,
    )


def decide(context: RequestContext, appeal_id: UUID, version: int, data: dict[str, Any]) -> None:
    """What DecisionIn loaded."""
    decision = Decision(data["uphold"], data["decision"], data["points"])
    decide_appeal(context.session, actor=context.actor, appeal_id=appeal_id, version=version, decision=decision)


def paper_answer(context: RequestContext, sheet_id: UUID, *, no: int | None) -> Response:
    """考核结果单 as a file; ``no``: an earlier version. Raises NotFound for what the actor does not see."""
    card = sheet_card(context.session, context.actor, sheet_id, no=no)
    template, _own = template_bytes(context.session, storage_of(context.runtime.settings), SHEET)
    copy = Copy(
        issuer=pack_of(context.session).name, by=context.actor.name, at=context.now(),
        address=context.runtime.settings.public_url + url_for("assessment.sheet", sheet_id=sheet_id),
    )  # fmt: skip
    content = sheet_docx(card, template, copy=copy)
    return send_file(BytesIO(content), mimetype=DOCX, as_attachment=True, download_name=sheet_file(card))
