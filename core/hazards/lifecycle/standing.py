"""Who somebody is to a hazard, with which permissions. Grants never add up: a role is one relation through one grant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from core.hazards.lifecycle.conditions import Conditions
from core.kernel.phrases import Phrase
from core.tenancy.packs.model.lifecycle import Actor as Rule
from core.tenancy.packs.model.lifecycle import Relation

RELATIONS = {
    Relation.FINDER: "发现人",
    Relation.FINDER_UNIT: "发现单位",
    Relation.UNIT: "隐患所在单位",
    Relation.RECTIFIER: "整改责任人",
    Relation.KEEPER: "台账专人",
    Relation.CLUSTER: "片区主管",
    Relation.DISTRICT: "区（县）教育局",
    Relation.DEPARTMENT: "责任科室",
}
"""How a relation is called when somebody else is told who may."""


@dataclass(frozen=True, slots=True)
class Role:
    """One relation and what the grant behind it permits at the unit of the hazard."""

    relation: Relation
    permissions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """The acting person before one hazard. ``everything``: the system itself, which no person rule can bar."""

    person_id: UUID | None
    roles: frozenset[Role] = frozenset()
    everything: bool = False

    def fits(self, rules: Iterable[Rule], permission: str, conditions: Conditions) -> bool:
        """Does any rule let this person act? ``permission`` holds where a rule names none of its own."""
        if self.everything:
            return True
        return any(
            rule.when.matches(**conditions)
            and any(
                role.relation is rule.who and (rule.permission or permission) in role.permissions for role in self.roles
            )
            for rule in rules
        )


def who_may(rules: Iterable[Rule], conditions: Conditions) -> str:
    """The rules in words: 发现单位、区（县）教育局."""
    fitting = (rule for rule in rules if rule.when.matches(**conditions))
    names = list(dict.fromkeys(RELATIONS[rule.who] for rule in fitting))
    return Phrase("%(names)s", names=names) if names else "（无人）"
