"""What services and queries of accountability take out of a request."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from core.accountability.services import matters
from core.accountability.services.matters import MatterFacts
from core.accountability.words import ACCEPTED, ASKED, CALLED_OFF, ENDED, EXTENDED, PROGRESS, REFUSED
from core.http.context import RequestContext
from core.kernel.errors import Invalid
from core.kernel.schoolyear import Span
from core.tenancy.packs.model import Measure, Pack
from core.tenancy.shelf import pack_of

STEPS = {
    PROGRESS: matters.report_progress, ASKED: matters.ask_acceptance, ACCEPTED: matters.accept, REFUSED: matters.refuse,
    ENDED: matters.end, CALLED_OFF: matters.call_off,
}  # fmt: skip


def decide(context: RequestContext, data: dict[str, Any]) -> UUID:
    """What MatterIn loaded."""
    facts = MatterFacts(**{**data, "measure": Measure(data["measure"])})
    return matters.decide(context.session, actor=context.actor, pack=pack_of(context.session), facts=facts)


def take_step(context: RequestContext, matter_id: UUID, version: int, data: dict[str, Any]) -> None:
    """What StepIn loaded. Raises Invalid for 延期 without a day."""
    known: dict[str, Any] = {"actor": context.actor, "matter_id": matter_id, "version": version, "text": data["text"]}
    if data["step"] != EXTENDED:
        STEPS[data["step"]](context.session, **known)
        return
    if data["due_on"] is None:
        raise Invalid(fields={"due_on": "请填写新的期限"})
    matters.extend(context.session, **known, due_on=data["due_on"])


def campaign_span(pack: Pack, today: date, *, starts: date | None = None, ends: date | None = None) -> Span:
    """As asked; else the outermost campaign that is on today, else the first one, else (a pack without any) this calendar year."""
    outer = [campaign for campaign in pack.campaigns if not campaign.within] or list(pack.campaigns)
    spans = [Span(campaign.starts, campaign.ends) for campaign in outer]
    year = Span(date(today.year, 1, 1), date(today.year, 12, 31))
    now = next((span for span in spans if today in span), spans[0] if spans else year)
    return Span(starts or now.starts, max(starts or now.starts, ends or now.ends))
