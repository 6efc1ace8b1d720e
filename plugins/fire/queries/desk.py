"""What a person at work has to do about fire safety, for the 工作台 and the page of a hazard."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from core.sdk.domain import Actor, Phrase, TenantSession, closes, hazard_briefs, pack_in_force
from core.sdk.hooks import DeskCard, HazardPanel, Refusal
from plugins.fire.models import Acceptance, Patrol
from plugins.fire.permissions import FirePermission
from plugins.fire.queries.acceptances import open_ones, progress
from plugins.fire.queries.places import missed_by_unit
from plugins.fire.variant import variant_in_force

ACCEPTANCE = "fire.acceptance"


def desk_cards(session: TenantSession, actor: Actor) -> tuple[DeskCard, ...]:
    """Only what this person can do something about, and only where there is something to do."""
    variant = variant_in_force(session)
    cards = []
    if patrols := actor.coverage(FirePermission.PATROL_WRITE):
        missed = sum(missed_by_unit(session, patrols, variant=variant).values())
        loose = session.scalar(
            select(func.count()).where(
                patrols.filter(Patrol.unit_id), Patrol.result == "finding", Patrol.hazard_id.is_(None)
            )
        )
        cards.append(
            DeskCard("应巡未巡的消防部位", missed, "fire.patrol", tone="overdue", hint="点开即可巡查", order=40)
        )
        cards.append(
            DeskCard("巡查问题未登记隐患", loose or 0, "fire.patrols", (("result", "finding"),), "soon", order=45)
        )
    if accepting := actor.coverage(FirePermission.ACCEPTANCE_WRITE):
        found = progress(session, accepting, variant=variant)
        tone = "overdue" if found.late else "soon" if found.warned else "normal"
        hint = Phrase("逾期%(n)s栋", n=found.late) if found.late else ""
        open_cases = found.total - found.done
        cards.append(DeskCard("消防验收待办", open_cases, "fire.acceptances", (("open", "1"),), tone, hint, order=47))
    return tuple(card for card in cards if card.count)


def hazard_panels(session: TenantSession, actor: Actor, hazard_id: UUID) -> tuple[HazardPanel, ...]:
    """The acceptances under way where the hazard is."""
    brief = hazard_briefs(session, [hazard_id]).get(hazard_id)
    if brief is None or not actor.may(FirePermission.ACCEPTANCE_READ, brief.unit_id):
        return ()
    variant = variant_in_force(session)
    cases = open_ones(
        session, variant=variant, unit_ids={brief.unit_id, brief.school_id or brief.unit_id}, hazard_id=hazard_id
    )
    if not cases and brief.category != ACCEPTANCE:
        return ()
    waits = bool(cases) and variant.closing_waits and brief.category == ACCEPTANCE and not brief.gone
    values: dict[str, object] = {
        "cases": [
            {
                "id": case.id, "building": case.building, "stage_title": case.stage_title, "path": case.path,
                "tone": case.tone, "days_left": case.days_left, "due_on": case.limit.due_on if case.limit else None,
            }
            for case in cases
        ],
        "waits": waits,
    }  # fmt: skip
    return (HazardPanel("消防验收", "fire/_acceptance_panel.html", values),)


def closing_refused(session: TenantSession, hazard_id: UUID, move: str) -> Refusal | None:
    """wujin: a hazard about acceptance stays open until the document is there (WJ-2.4-04, WJ-2.4-09)."""
    pack = pack_in_force(session)
    if pack is None or not closes(pack, move):
        return None
    brief = hazard_briefs(session, [hazard_id]).get(hazard_id)
    if brief is None or brief.category != ACCEPTANCE:
        return None
    variant = variant_in_force(session)
    if not variant.closing_waits:
        return None
    cases = open_ones(
        session, variant=variant, unit_ids={brief.unit_id, brief.school_id or brief.unit_id}, hazard_id=hazard_id
    )
    if not cases:
        return None
    named = [case.building for case in cases[:3]] + (["…"] if len(cases) > 3 else [])
    return Refusal(
        Phrase("%(named)s的消防验收还没有办结，取得验收、备案文书或第三方合格报告后才能销号", named=named), "WJ-2.4-04"
    )


def may_see_files(session: TenantSession, actor: Actor, acceptance_id: UUID) -> bool:
    """Files of an acceptance follow its unit."""
    unit_id = session.scalar(select(Acceptance.unit_id).where(Acceptance.id == acceptance_id))
    return unit_id is not None and actor.may(FirePermission.ACCEPTANCE_READ, unit_id)
