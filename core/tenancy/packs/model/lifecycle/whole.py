"""The lifecycle as a whole. The methods answer questions about the declaration, never about a particular hazard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from core.tenancy.packs.model.base import Coded, Sourced
from core.tenancy.packs.model.lifecycle.beside import (
    Escalation,
    Extension,
    Numbering,
    Recurrence,
    RiskControl,
    Supervision,
)
from core.tenancy.packs.model.lifecycle.plan import Grade, Ground, PartRule, PlanPart, Source
from core.tenancy.packs.model.lifecycle.rules import Requirement
from core.tenancy.packs.model.lifecycle.steps import Move, Shortcut, Stage, Track
from core.tenancy.packs.model.lifecycle.words import Canonical

T = TypeVar("T", bound=Coded)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lifecycle(Sourced):
    """How a hazard goes from found to gone in this district."""

    closing_word: str
    """销账, 销号, 销案: the one word for closing on all pages."""
    initial: str
    """Code of the stage a new hazard starts in."""
    stages: tuple[Stage, ...]
    """In the order they are shown."""
    moves: tuple[Move, ...]
    """All that can happen."""
    shortcuts: tuple[Shortcut, ...] = ()
    """立查立改 and the like."""
    parts: tuple[PlanPart, ...]
    """The plan's parts, in the order of the notice."""
    grounds: tuple[Ground, ...]
    """At least one; with exactly one there is nothing to choose."""
    part_rules: tuple[PartRule, ...] = ()
    """Parts added for some hazards."""
    sources: tuple[Source, ...]
    """Where hazards come from."""
    grades: tuple[Grade, ...]
    """The two legal grades."""
    tracks: tuple[Track, ...] = ()
    """Parallel logs."""
    extension: Extension | None = None
    """None = the limit cannot be put off."""
    risk_control: RiskControl | None = None
    """None = the district does not know 带险管控."""
    escalations: tuple[Escalation, ...] = ()
    """Manual and by themselves."""
    numberings: tuple[Numbering, ...]
    """``hazard`` must be there."""
    supervision: Supervision | None = None
    """None = no numbered supervision."""
    recurrence: Recurrence | None = None
    """None = look-alikes are not looked for."""

    def stage(self, code: str) -> Stage:
        """The stage of this code; KeyError if the pack has none."""
        return _by_code(self.stages, code)

    def move(self, code: str) -> Move:
        """The move of this code; KeyError if the pack has none."""
        return _by_code(self.moves, code)

    def part(self, code: str) -> PlanPart:
        """The plan part of this code."""
        return _by_code(self.parts, code)

    def ground(self, code: str | None) -> Ground:
        """The ground of this code, or the default one."""
        if code is None:
            return next(ground for ground in self.grounds if ground.default)
        return _by_code(self.grounds, code)

    def grade(self, code: str) -> Grade:
        """The grade of this code."""
        return _by_code(self.grades, code)

    def source(self, code: str) -> Source:
        """The source of this code."""
        return _by_code(self.sources, code)

    def numbering(self, code: str) -> Numbering:
        """The numbering of this code."""
        return _by_code(self.numberings, code)

    def canonical(self, stage: str) -> Canonical:
        """What a stage of this pack is to everybody else."""
        return self.stage(stage).canonical

    def stages_of(self, *canonicals: Canonical) -> tuple[str, ...]:
        """Codes of the stages that map to these canonical ones."""
        return tuple(stage.code for stage in self.stages if stage.canonical in canonicals)

    def moves_from(self, stage: str) -> tuple[Move, ...]:
        """The moves that start from a stage, in the pack's order."""
        return tuple(move for move in self.moves if stage in move.from_)

    def requirements(self, move: Move) -> tuple[Requirement, ...]:
        """All a move demands: what its target stage demands, then its own."""
        return self.stage(move.to).requires + move.requires

    def plan_parts(
        self,
        *,
        ground: str | None = None,
        grade: str | None = None,
        source: str | None = None,
        domain: str | None = None,
        org_type: str | None = None,
    ) -> tuple[PlanPart, ...]:
        """The plan parts a hazard with these facts must have, in the pack's order.

        The ground's own parts and those of every matching rule together: rules add, never take away.
        """
        chosen = self.ground(ground)
        facts = {
            "grade": grade,
            "source": source,
            "domain": domain,
            "org_type": org_type,
        }
        wanted = set(chosen.parts)
        for rule in self.part_rules:
            if rule.when.matches(ground=chosen.code, **facts):
                wanted.update(rule.parts)
        return tuple(part for part in self.parts if part.code in wanted)


def _by_code(items: tuple[T, ...], code: str) -> T:
    for item in items:
        if item.code == code:
            return item
    raise KeyError(code)
