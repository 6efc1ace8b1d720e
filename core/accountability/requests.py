"""What services and queries of accountability take out of a request, and the papers that a matter prints."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, send_file, url_for

from core.accountability.paper_kinds import ACCEPTANCE_PAPER, PROGRESS_PAPER
from core.accountability.papers import HazardFacts, acceptance_docx, progress_docx
from core.accountability.queries.matters import MatterCard, matter_card
from core.accountability.services import matters
from core.accountability.services.matters import ASKING, MatterFacts
from core.accountability.words import ACCEPTED, ASKED, CALLED_OFF, ENDED, EXTENDED, PROGRESS, REFUSED
from core.documents.words import document_date
from core.files.storage import storage_of
from core.hazards.paper import DOCX, parts_of
from core.hazards.queries import HazardCard, open_case
from core.hazards.requests import catalogue
from core.hazards.tables.words import Words
from core.hooks.papers import PaperKind
from core.http.context import RequestContext
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound
from core.kernel.periods import Counted, quarters
from core.kernel.schoolyear import Span
from core.papers.queries.templates import template_bytes
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


def quarters_of(card: MatterCard, today: date) -> tuple[Counted, ...]:
    """The calendar quarters in which progress is due, newest first; none where the unit has nothing to do."""
    if card.line.measure not in ASKING:
        return ()
    last = max(card.line.decided_on, min(card.closed_on or today, today))
    return tuple(reversed([*quarters(Span(card.line.decided_on, last))]))


def progress_answer(context: RequestContext, matter_id: UUID, *, quarter: str) -> Response:
    """督办整改进展报告 of a quarter (``2026-Q4``; empty: the newest). Raises NotFound where nothing is due in it."""
    card = matter_card(context.session, context.actor, matter_id)
    found = next((own for own in quarters_of(card, context.today) if quarter in ("", own.key)), None)
    if found is None:
        raise NotFound()
    content = progress_docx(
        card, found, _hazard_facts(context, card), district=context.tenant.name, made_on=context.today,
        verify_url=_address(context, matter_id), template=_template(context, PROGRESS_PAPER),
    )  # fmt: skip
    return _sent(content, f"{card.line.title}-{found.key}-整改进展报告.docx")


def acceptance_answer(context: RequestContext, matter_id: UUID) -> Response:
    """督办整改验收申请. Raises NotFound where nobody asked for acceptance."""
    card = matter_card(context.session, context.actor, matter_id)
    content = acceptance_docx(
        card, _hazard_facts(context, card), district=context.tenant.name, verify_url=_address(context, matter_id),
        template=_template(context, ACCEPTANCE_PAPER),
    )  # fmt: skip
    if content is None:
        raise NotFound()
    return _sent(content, f"{card.line.title}-验收申请.docx")


def _hazard_facts(context: RequestContext, card: MatterCard) -> HazardFacts:
    """Nothing where there is no hazard behind it, or none that this reader sees."""
    if card.hazard_id is None:
        return HazardFacts()
    pack = pack_of(context.session)
    try:
        case = open_case(context.session, context.actor, pack, card.hazard_id)
    except NotFound:
        return HazardFacts()
    words, own = Words(pack, catalogue(context)), case.card
    grade = words.grade(own.grade, graded=own.graded)
    name = f"{own.no or '待编号'} {own.title}（{grade}，{words.stage(own.stage)}）"
    return HazardFacts(name, parts_of(case.state, words), _days(own))


def _days(card: HazardCard) -> list[dict[str, str]]:
    happened = (
        ("整改完成", card.done_at or card.rectified_at, card.rectified_by_name), ("核验", card.verified_at, card.verified_by_name),
        ("办结", card.closed_at, card.closed_by_name),
    )  # fmt: skip
    return [
        {"label": label, "value": f"{document_date(local_date(at))}{f'，{by}' if by else ''}"}
        for label, at, by in happened
        if at is not None
    ]


def _template(context: RequestContext, kind: PaperKind) -> bytes:
    return template_bytes(context.session, storage_of(context.runtime.settings), kind)[0]


def _address(context: RequestContext, matter_id: UUID) -> str:
    return context.runtime.settings.public_url + url_for("accountability.matter", matter_id=matter_id)


def _sent(content: bytes, name: str) -> Response:
    return send_file(io.BytesIO(content), mimetype=DOCX, as_attachment=True, download_name=name)
