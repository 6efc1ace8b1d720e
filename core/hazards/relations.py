"""Who an actor is to a hazard, from the posts behind the grants. The machine judges what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from core.access.actor import EVERYTHING, Actor, Grant
from core.db.sessions import TenantSession
from core.hazards.lifecycle import Role, Standing
from core.hazards.models import Hazard
from core.hazards.permissions import HazardPermission
from core.orgs.queries import UnitCard, unit_cards
from core.tenancy.packs.model import Pack, Scope
from core.tenancy.packs.model.lifecycle import Relation

ABOVE = frozenset({"bureau", "department"})
"""Kinds of units that are the bureau itself: what one of its people found, the bureau found."""


@dataclass(frozen=True)
class Ties:
    """Whom and what a hazard is tied to."""

    unit_id: UUID
    school_id: UUID | None
    domain: str
    found_by: UUID | None
    finder_unit_id: UUID | None
    responsible_person_id: UUID | None


def standing_before(session: TenantSession, actor: Actor, pack: Pack, ties: Ties) -> Standing:
    """One query at most: the units in which the actor's posts are held, and the finder's."""
    homes = {grant.home_unit_id for grant in actor.grants if grant.home_unit_id is not None}
    cards = unit_cards(session, homes | ({ties.finder_unit_id} if ties.finder_unit_id else set()))
    return standing_of(actor, pack, ties, cards)


def standing_of(actor: Actor, pack: Pack, ties: Ties, cards: Mapping[UUID, UnitCard]) -> Standing:
    """``cards``: at least the home units of the actor's grants and the finder's unit."""
    if EVERYTHING in actor.grants:
        return Standing(actor.person_id, everything=True)
    roles = set()
    for grant in actor.grants:
        relations = {*_in_person(grant, actor.person_id, ties), *_by_post(grant, pack, ties, cards)}
        roles |= {Role(relation, grant.permissions) for relation in relations}
    return Standing(actor.person_id, frozenset(roles))


def _in_person(grant: Grant, person: UUID | None, ties: Ties) -> Iterable[Relation]:
    if person is None:
        return
    if person == ties.found_by:
        yield Relation.FINDER
        if grant.home_unit_id == ties.finder_unit_id:
            yield Relation.FINDER_UNIT
    if person == ties.responsible_person_id:
        yield Relation.RECTIFIER


def _by_post(grant: Grant, pack: Pack, ties: Ties, cards: Mapping[UUID, UnitCard]) -> Iterable[Relation]:
    """What the post makes of them; a post of scope «own» concerns the person only."""
    home = grant.home_unit_id
    if grant.scope == Scope.OWN:
        return
    if home is not None and home == ties.finder_unit_id:
        yield Relation.FINDER_UNIT
    if grant.unit_ids is not None and ties.unit_id not in grant.unit_ids:
        return
    if home is not None and home in (ties.unit_id, ties.school_id):
        yield from _of_the_unit(grant, ties)
    else:
        yield from _from_above(grant, pack, ties, cards)


def _of_the_unit(grant: Grant, ties: Ties) -> Iterable[Relation]:
    yield Relation.UNIT
    if HazardPermission.REGISTER in grant.permissions:
        yield Relation.KEEPER
    if ties.responsible_person_id is None:
        yield Relation.RECTIFIER


def _from_above(grant: Grant, pack: Pack, ties: Ties, cards: Mapping[UUID, UnitCard]) -> Iterable[Relation]:
    card = cards.get(grant.home_unit_id) if grant.home_unit_id is not None else None
    finder = cards.get(ties.finder_unit_id) if ties.finder_unit_id is not None else None
    if grant.scope == Scope.CLUSTER:
        yield Relation.CLUSTER
    if grant.scope == Scope.DISTRICT or (card is not None and card.kind == "bureau"):
        yield Relation.DISTRICT
        if finder is not None and finder.kind in ABOVE:
            yield Relation.FINDER_UNIT
    if card is not None and card.code in pack.departments_for(ties.domain):
        yield Relation.DEPARTMENT


def ties_of(row: Hazard) -> Ties:
    return Ties(row.unit_id, row.school_id, row.domain, row.found_by, row.finder_unit_id, row.responsible_person_id)
