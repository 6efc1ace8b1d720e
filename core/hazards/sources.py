"""Where a hazard comes from: it follows from the post through which it is reported. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from core.access.actor import Actor, Grant
from core.hazards.permissions import HazardPermission
from core.kernel.errors import Invalid
from core.kernel.phrases import Phrase
from core.orgs.queries import UnitCard
from core.tenancy.packs.model import Scope
from core.tenancy.packs.model.lifecycle import Lifecycle, Origin, Source

OUTSIDE = frozenset({"agency", "third_party", "provider"})
"""Kinds of units whose people find hazards in schools that are not theirs."""
ORIGINS = {
    "cluster": Origin.CLUSTER, "agency": Origin.AGENCY, "third_party": Origin.THIRD_PARTY, "provider": Origin.THIRD_PARTY,
}  # fmt: skip
"""What a finding in somebody else's unit is, by the kind of unit in which the post is held; else an inspection."""
NOT_TOLD = frozenset({Origin.SELF_CHECK, Origin.REGISTER})
"""What nobody can tell an office: a self-check is the school's own, a register raises its own."""


@dataclass(frozen=True)
class Way:
    """One way in which somebody may report in a unit: a source of the pack, and the grant that makes it that."""

    source: Source
    grant: Grant

    @property
    def records(self) -> bool:
        """May what others found be entered this way?"""
        return self.grant.gives(HazardPermission.RECORD)


def ways_of(life: Lifecycle, actor: Actor, card: UnitCard, cards: Mapping[UUID, UnitCard]) -> tuple[Way, ...]:
    """How the actor may report in the unit ``card``, each source once, the usual one first; empty: not at all.

    Somebody of that unit checks themselves; whoever comes from elsewhere never does. Each post stands for itself: a post
    at one school makes nothing a self-check at another. ``cards``: the units in which the actor's posts are held.
    """
    found: dict[str, Way] = {}
    for grant in _reporting(actor, card, cards):
        for source in _sources(life, grant, card, cards):
            found.setdefault(source.code, Way(source, grant))
    return tuple(found.values())


def way_of(ways: tuple[Way, ...], *, source: str = "", raised_as: Origin | None = None) -> Way:
    """The way that was asked for, else the usual one. Raises Invalid naming what is possible.

    ``raised_as``: no person's word but a rule's or a visit's; said by code, never by a form.
    """
    if raised_as is not None:
        return ways[0]
    chosen = next((way for way in ways if way.source.code == source), None) if source else ways[0]
    if chosen is None:
        labels = [way.source.label for way in ways]
        raise Invalid(fields={"source": Phrase("来源由您的岗位决定，在这个单位只能是：%(sources)s", sources=labels)})
    return chosen


def _reporting(actor: Actor, card: UnitCard, cards: Mapping[UUID, UnitCard]) -> Iterator[Grant]:
    """The grants by which the actor may report here: the unit's own people first.

    Agencies and third parties hold posts that reach nobody's schools; they may report in any of them.
    """
    reporting = [grant for grant in actor.grants if grant.gives(HazardPermission.REPORT)]
    reaching = [grant for grant in reporting if grant.unit_ids is None or card.id in grant.unit_ids]
    yield from (grant for grant in reaching if of_the_unit(grant.home_unit_id, card))
    yield from (grant for grant in reaching if not of_the_unit(grant.home_unit_id, card))
    if card.school_id is not None:
        yield from (grant for grant in reporting if from_outside(grant, cards))


def of_the_unit(home: UUID | None, card: UnitCard) -> bool:
    """Is a post held in ``home`` one of this unit or of the school that answers for it?"""
    return home is not None and home in (card.id, card.school_id)


def from_outside(grant: Grant, cards: Mapping[UUID, UnitCard]) -> bool:
    """A post of an agency or a third party."""
    home = cards.get(grant.home_unit_id) if grant.home_unit_id is not None else None
    return grant.scope == Scope.OWN and home is not None and home.kind in OUTSIDE


def _sources(life: Lifecycle, grant: Grant, card: UnitCard, cards: Mapping[UUID, UnitCard]) -> tuple[Source, ...]:
    if grant.everything:
        return life.sources
    if of_the_unit(grant.home_unit_id, card):
        return tuple(own for own in life.sources if own.origin is Origin.SELF_CHECK)
    home = cards.get(grant.home_unit_id) if grant.home_unit_id is not None else None
    origin = (
        Origin.CLUSTER if grant.scope == Scope.CLUSTER else ORIGINS.get(home.kind if home else "", Origin.INSPECTION)
    )
    above = [own for own in life.sources if own.found_above and own.origin not in NOT_TOLD]
    usual = next(
        (
            fitting
            for wanted in (origin, Origin.INSPECTION)
            if (fitting := [own for own in above if own.origin is wanted])
        ),
        above[:1],
    )
    told = [own for own in life.sources if own.origin not in NOT_TOLD] if grant.gives(HazardPermission.RECORD) else []
    return (*usual, *told)
