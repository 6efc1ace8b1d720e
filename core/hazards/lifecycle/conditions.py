"""What the pack's ``when`` may ask about a hazard, with the ground that counts while nobody chose one."""

from __future__ import annotations

from core.hazards.lifecycle.case import CaseState
from core.tenancy.packs.model.lifecycle import Lifecycle

Conditions = dict[str, str | None]


def ground_of(life: Lifecycle, state: CaseState) -> str:
    """The ground chosen, else the pack's default. That one was chosen at all is a demand of its own."""
    return state.ground or life.ground(None).code


def conditions_of(life: Lifecycle, state: CaseState) -> Conditions:
    return {**plan_conditions(state), "ground": ground_of(life, state)}


def plan_conditions(state: CaseState) -> Conditions:
    """The same without the ground, which picks the plan's parts by itself."""
    return {"grade": state.grade, "source": state.source, "domain": state.domain, "org_type": state.org_type}
