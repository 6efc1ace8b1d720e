"""What services and queries of the assessment take out of a request."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from core.assessment.schemas import ANNOUNCE, CANCEL, COMPUTE, PUBLISH
from core.assessment.services import rounds
from core.assessment.services.appeals import Decision, decide_appeal
from core.assessment.services.entries import EntryFacts, type_figure
from core.assessment.services.rounds import RoundFacts
from core.http.context import RequestContext
from core.kernel.errors import Invalid, NotFound
from core.kernel.schoolyear import Span
from core.tenancy.packs.model import Pack


def pack_of(context: RequestContext) -> Pack:
    """Raises NotFound in a tenant without a pack."""
    if context.pack is None:
        raise NotFound()
    return context.pack  # type: ignore[no-any-return]  # the context does not name the class


def span_of(context: RequestContext, *, starts: date | None = None, ends: date | None = None) -> Span:
    """As asked; else this calendar year up to today. Raises Invalid for a span that ends before it starts."""
    last = ends or max(context.today, starts or context.today)
    first = starts or date(last.year, 1, 1)
    if last < first:
        raise Invalid(fields={"ends": "应不早于开始日期"})
    return Span(first, last)


def open_round(context: RequestContext, data: dict[str, Any]) -> UUID:
    """What RoundIn loaded."""
    return rounds.open_round(context.session, actor=context.actor, pack=pack_of(context), facts=RoundFacts(**data))


def take_step(context: RequestContext, round_id: UUID, version: int, data: dict[str, Any]) -> None:
    """What StepIn loaded."""
    session = context.session
    known: dict[str, Any] = {"actor": context.actor, "round_id": round_id, "version": version}
    if data["step"] == COMPUTE:
        rounds.compute(session, context.runtime.plugins, pack=pack_of(context), **known)
    elif data["step"] == CANCEL:
        rounds.cancel(session, reason=data["reason"], **known)
    else:
        {ANNOUNCE: rounds.announce, PUBLISH: rounds.publish}[data["step"]](session, **known)


def enter(context: RequestContext, indicator: str, data: dict[str, Any]) -> UUID:
    """What EntryIn loaded."""
    return type_figure(
        context.session, actor=context.actor, pack=pack_of(context), indicator=indicator, facts=EntryFacts(**data)
    )


def decide(context: RequestContext, appeal_id: UUID, version: int, data: dict[str, Any]) -> None:
    """What DecisionIn loaded."""
    decision = Decision(data["uphold"], data["decision"], data["points"])
    decide_appeal(context.session, actor=context.actor, appeal_id=appeal_id, version=version, decision=decision)
