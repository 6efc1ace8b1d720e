"""Which visits an actor may see. The one place; every query of visits for people goes through it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, not_, or_, select

from core.access.actor import EVERYTHING, Actor
from core.inspections.models import Inspector, Visit
from core.inspections.permissions import InspectionPermission
from core.inspections.words import OWN_KINDS


def visible(actor: Actor) -> ColumnElement[bool]:
    """SQL: the visits of the units this actor reaches, and those on whose team the actor is.

    A 四不两直 visit that has not begun is there for its team and for who holds the draw, and for nobody with a post in that
    very unit, whatever else they hold: not in lists, counts, files or by its address.
    """
    reached = actor.coverage(InspectionPermission.READ).filter(Visit.unit_id)
    secret = and_(Visit.concealed, Visit.started_at.is_(None))
    return or_(on_team(actor), and_(reached, or_(not_(secret), _keeps_secret(actor))))


def on_team(actor: Actor) -> ColumnElement[bool]:
    """SQL: the actor is one of the visit's inspectors."""
    if actor.person_id is None:
        return false()
    return Visit.id.in_(select(Inspector.visit_id).where(Inspector.person_id == actor.person_id))


def own_work(actor: Actor) -> ColumnElement[bool]:
    """SQL: visits that the actor may carry out: as one of the team, or its own unit's checks."""
    here = actor.coverage(InspectionPermission.CONDUCT).filter(Visit.unit_id)
    return or_(on_team(actor), and_(here, Visit.kind.in_(OWN_KINDS)))


def may_conduct(actor: Actor, visit: Visit, *, on_team: bool) -> bool:
    """The same for one visit whose team is known."""
    if EVERYTHING in actor.grants:
        return True
    if not actor.may(InspectionPermission.CONDUCT):
        return False
    return on_team or (visit.kind in OWN_KINDS and actor.may(InspectionPermission.CONDUCT, visit.unit_id))


def _keeps_secret(actor: Actor) -> ColumnElement[bool]:
    """The actor holds the draw where the visit goes, and no post there."""
    homes = {grant.home_unit_id for grant in actor.grants if grant.home_unit_id is not None}
    held = actor.coverage(InspectionPermission.DRAW).filter(Visit.unit_id)
    if not homes:
        return held
    return and_(held, Visit.unit_id.not_in(homes), or_(Visit.school_id.is_(None), Visit.school_id.not_in(homes)))
