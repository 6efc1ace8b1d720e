"""The figures of one phase, each by the right that its own list asks. A fixed number of queries, whatever happened."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from core.access.actor import Actor
from core.campaigns.queries.overview import campaign_cards, phase_of
from core.campaigns.standing import Standing as TaskStanding
from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.hazards.permissions import HazardPermission
from core.hazards.queries.filters import LedgerFilter, conditions, open_, overdue
from core.hazards.scope import visible as hazards_seen
from core.hazards.tables.words import Words
from core.hooks.manager import Plugins
from core.inspections.models import Visit
from core.inspections.permissions import InspectionPermission
from core.inspections.queries.scope import visible as visits_seen
from core.kernel.clock import local_date
from core.kernel.errors import Refused
from core.kernel.obligations import Standing
from core.kernel.schoolyear import Span
from core.obligations.permissions import ObligationPermission
from core.obligations.queries import Asked as DueAsked
from core.obligations.queries import Tally, due_sums
from core.orgs.queries import closure_of, unit_card
from core.workbench.dossier.queries import dossier
from core.workbench.dossier.shapes import Asked
from core.workbench.phase_summary.shapes import DomainSum, DutySum, PhaseSummary


def phase_summary(
    session: TenantSession, actor: Actor, *, words: Words, plugins: Plugins, issuer: str, campaign: str, phase: str, unit_id: UUID | None
) -> PhaseSummary:  # fmt: skip
    """``issuer``: who signs for the whole tenant; ``unit_id`` was found within reach before.

    Raises NotFound for a phase that the pack does not have, Refused for one that has not begun.
    """
    today = local_date(session.now())
    cards = campaign_cards(session, actor, unit_id=unit_id)
    part = phase_of(cards, campaign, phase)
    if part.starts > today:
        raise Refused("阶段还没有开始")
    asked = Asked(campaign, part.starts, min(part.ends, today), unit_id)
    found = dossier(session, actor, words.pack, plugins, asked=asked)
    visits, failed = _visits(session, actor, asked) if actor.may(InspectionPermission.READ) else (0, 0)
    return PhaseSummary(
        campaign=next(card.label for card in cards if card.code == campaign), phase=part.label,
        unit=unit_card(session, unit_id).name if unit_id is not None else issuer, since=asked.since, until=asked.until, as_of=today,
        tasks=part.total, tasks_done=part.tasks.get(TaskStanding.FULFILLED, 0), tasks_overdue=part.tasks.get(TaskStanding.OVERDUE, 0),
        gates=len(part.gates), open_gates=tuple(gate.words for gate in part.gates if gate.confirmed_at is None),
        domains=_domains(session, actor, words, asked) if actor.may(HazardPermission.READ) else (),
        duties=_duties(session, actor, plugins, asked) if actor.may(ObligationPermission.READ) else DutySum(),
        visits=visits, failed_items=failed, parts=found.parts, gaps=found.gaps,
    )  # fmt: skip


def _domains(session: TenantSession, actor: Actor, words: Words, asked: Asked) -> tuple[DomainSum, ...]:
    """In the order of the pack; only those in which something was found. What was no hazard is not counted. One query."""
    today = local_date(session.now())
    where = LedgerFilter(found_from=asked.since, found_to=asked.until, unit_id=asked.unit_id)
    count = func.count()
    rows = session.execute(
        select(
            Hazard.domain, count, count.filter(Hazard.grade == "major"), count.filter(Hazard.canonical == "closed"), count.filter(open_()),
            count.filter(open_(), overdue(today)),
        )
        .select_from(Hazard)
        .where(hazards_seen(session, actor, words.pack), *conditions(where, actor=actor, today=today), Hazard.canonical != "cancelled")
        .group_by(Hazard.domain)
    ).all()  # fmt: skip
    order = {domain.code: place for place, domain in enumerate(words.catalogue.domains)}
    placed = sorted(rows, key=lambda row: (order.get(row[0], len(order)), row[0]))
    return tuple(DomainSum(words.catalogue.title(row[0]), *row[1:]) for row in placed)


def _duties(session: TenantSession, actor: Actor, plugins: Plugins, asked: Asked) -> DutySum:
    due = DueAsked(Span(asked.since, asked.until), under=asked.unit_id, reader=actor)
    coverage = actor.coverage(ObligationPermission.READ)
    total = sum(
        (one.tally for one in due_sums(session, plugins, coverage=coverage, asked=due)), start=Tally()
    )  # fmt: skip
    return DutySum(total.asked, total.settled, total.of(Standing.OVERDUE))


def _visits(session: TenantSession, actor: Actor, asked: Asked) -> tuple[int, int]:
    """(finished, items that failed). One query."""
    here = () if asked.unit_id is None else (Visit.unit_id.in_(closure_of(asked.unit_id)),)
    row = session.execute(
        select(func.count(), func.coalesce(func.sum(Visit.failed), 0)).where(
            visits_seen(actor), Visit.state == "finished", Visit.planned_on.between(asked.since, asked.until), *here
        )
    ).one()
    return row[0], int(row[1])
