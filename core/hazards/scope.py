"""Which hazards an actor may see. The one place; every query of hazards for people goes through it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, true

from core.access.actor import EVERYTHING, Actor, Grant
from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.hazards.permissions import HazardPermission
from core.orgs.queries import unit_cards
from core.tenancy.packs.model import Pack, Scope


def visible(
    session: TenantSession, actor: Actor, pack: Pack, permission: str = HazardPermission.READ
) -> ColumnElement[bool]:
    """SQL: the hazards this actor reaches with ``permission``; each grant for itself, none widened by another.

    Besides the units of a post: what one found, answers for, supervises or watches, and what one's unit found (agencies, third parties).
    No query, but for a post of department scope, which works in its domains only.
    """
    if EVERYTHING in actor.grants:
        return true()
    grants = [grant for grant in actor.grants if permission in grant.permissions]
    parts = [part for grant in grants if (part := _by_units(session, grant, pack)) is not None]
    if grants and actor.person_id is not None:
        me = actor.person_id
        parts += [
            column == me
            for column in (Hazard.found_by, Hazard.responsible_person_id, Hazard.supervisor_id, Hazard.watcher_id)
        ]
    homes = {grant.home_unit_id for grant in grants if grant.scope != Scope.OWN and grant.home_unit_id is not None}
    if homes:
        parts += [Hazard.finder_unit_id.in_(homes), Hazard.responsible_unit_id.in_(homes)]
    return or_(false(), *parts)


def _by_units(session: TenantSession, grant: Grant, pack: Pack) -> ColumnElement[bool] | None:
    if grant.scope == Scope.OWN:
        return None
    if grant.scope == Scope.DEPARTMENT:
        domains = _domains(session, grant.home_unit_id, pack)
        return true() if domains is None else Hazard.domain.in_(domains)
    if grant.unit_ids is None:
        return true()
    return Hazard.unit_id.in_(grant.unit_ids) if grant.unit_ids else None


def _domains(session: TenantSession, home: UUID | None, pack: Pack) -> Iterable[str] | None:
    """The domains of a department by the matrix of main tasks; None (all) for the coordinating one."""
    card = unit_cards(session, [home]).get(home) if home is not None else None
    if card is None:
        return ()
    if any(department.code == card.code and department.coordinator for department in pack.departments):
        return None
    return {
        domain
        for task in pack.main_tasks
        if card.code in (*task.responsible, *task.participating)
        for domain in task.domains
    }
