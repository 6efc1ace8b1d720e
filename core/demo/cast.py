"""Who acts in the invented history: for each relation to a hazard, the people whose post lets them act there. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from core.hazards.lifecycle import CaseState, Machine, Role, Standing
from core.hazards.lifecycle.conditions import conditions_of
from core.hazards.lifecycle.consequences import players
from core.tenancy.packs.model import Actor, Pack, Party, Relation, Scope

REACHES: Mapping[Relation, tuple[Scope, ...]] = {
    Relation.FINDER: (Scope.OWN, Scope.UNIT, Scope.CLUSTER, Scope.DEPARTMENT, Scope.DISTRICT),
    Relation.FINDER_UNIT: (Scope.UNIT, Scope.DEPARTMENT, Scope.DISTRICT, Scope.OWN),
    Relation.UNIT: (Scope.UNIT,),
    Relation.RECTIFIER: (Scope.UNIT, Scope.OWN),
    Relation.KEEPER: (Scope.UNIT,),
    Relation.CLUSTER: (Scope.CLUSTER,),
    Relation.DISTRICT: (Scope.DISTRICT,),
    Relation.DEPARTMENT: (Scope.DEPARTMENT, Scope.DISTRICT),
}
"""Through which scopes of a post a relation can carry a permission."""


@dataclass(frozen=True)
class Player:
    """A person in a post."""

    person_id: UUID
    name: str
    post: str
    title: str
    unit_id: UUID
    keeper: bool
    rights: tuple[tuple[Scope, frozenset[str]], ...]

    def permissions(self, relation: Relation) -> frozenset[str]:
        wanted = REACHES[relation]
        return frozenset().union(*(held for scope, held in self.rights if scope in wanted))


@dataclass(frozen=True)
class Place:
    """Where a hazard is, with everybody who has to do with that place."""

    unit_id: UUID
    unit_code: str
    school_id: UUID
    org_type: str | None
    cluster_id: UUID | None
    stages: tuple[str, ...] = ()
    """Of the school: what cannot be found in a kindergarten is not found there."""


@dataclass
class Cast:
    """All players of a district by unit. ``above``: those of the bureau and its departments."""

    pack: Pack
    by_unit: dict[UUID, list[Player]] = field(default_factory=dict)
    above: list[Player] = field(default_factory=list)
    outside: dict[str, list[Player]] = field(default_factory=dict)
    """By kind of unit: agency, third_party."""

    def candidates(
        self, relation: Relation, place: Place, finder: Player, responsible: Player | None
    ) -> Sequence[Player]:
        own = self.by_unit.get(place.school_id, [])
        match relation:
            case Relation.FINDER:
                return [finder]
            case Relation.FINDER_UNIT:
                return [
                    finder,
                    *(self.by_unit.get(finder.unit_id) or [p for p in self.above if p.unit_id == finder.unit_id]),
                ]
            case Relation.UNIT:
                return own
            case Relation.RECTIFIER:
                return [responsible] if responsible else own
            case Relation.KEEPER:
                return sorted((p for p in own if p.keeper), key=lambda p: p.post) or own
            case Relation.CLUSTER:
                return self.by_unit.get(place.cluster_id, []) if place.cluster_id else []
            case _:
                return self.above

    def who(
        self,
        rules: Iterable[Actor],
        permission: str,
        state: CaseState,
        place: Place,
        finder: Player,
        responsible: Player | None,
    ) -> Iterator[tuple[Player, Standing]]:
        """People who may act by these rules, the likeliest first, each with the standing that lets them."""
        conditions = conditions_of(self.pack.lifecycle, state)
        for rule in rules:
            if not rule.when.matches(**conditions):
                continue
            needed = rule.permission or permission
            for player in self.candidates(rule.who, place, finder, responsible):
                held = player.permissions(rule.who)
                if needed in held:
                    yield player, Standing(player.person_id, frozenset({Role(rule.who, held)}))


def barred(machine: Machine, state: CaseState, parties: Iterable[Party], player: Player) -> bool:
    """Would a two-person rule bar this player?"""
    return any(player.person_id in players(machine.life, state, party) for party in parties)
