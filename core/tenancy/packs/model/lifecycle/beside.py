"""What stands beside the stages: extension, risk control, escalation, numbers, supervision, recurrence."""

from __future__ import annotations

from dataclasses import dataclass

from core.tenancy.packs.model.base import Coded, Sourced
from core.tenancy.packs.model.lifecycle.rules import ALWAYS, Actor, Requirement, When
from core.tenancy.packs.model.lifecycle.words import Reset, Trigger


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension(Sourced):
    """Putting off the time limit."""

    by: tuple[Actor, ...]
    """Who may grant it."""
    permission: str
    """The permission for it."""
    times: int
    """How often at most for one hazard."""
    max_days: int | None = None
    """How many days at most each time; null = no limit stated."""
    requires: tuple[Requirement, ...] = ()
    """What must be there (usually a reason)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskControl(Sourced):
    """带险管控: the terms on which a hazard may wait. Entered and left by ordinary moves."""

    stage: str
    """Code of the stage whose canonical is ``risk_controlled``."""
    parts: tuple[str, ...]
    """Plan parts required before entering it (plan, limit, interim controls, watcher)."""
    max_days: int | None
    """Longest time before it lapses; null = until the date entered."""
    renewals: int = 0
    """How often it may be renewed."""
    check_every_days: int | None = None
    """The watcher confirms the controls at least so often; null = not asked."""
    on_expiry: tuple[str, ...] = ()
    """Codes of escalations that fire by themselves when it lapses."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Escalation(Coded):
    """Taking a hazard up: raises the escalated flag with an addressee, never changes the stage."""

    trigger: Trigger
    """What sets it off."""
    after_days: int = 0
    """For ``overdue``: so many natural days after the limit."""
    to: str
    """Addressee: a role or body of the pack (org/external code), shown by its label."""
    list_code: str = ""
    """The list the hazard then appears on (tongyu: the supervision focus list); empty = none."""
    list_label: str = ""
    """That list's name in the district's words."""
    by: tuple[Actor, ...] = ()
    """For ``manual``: who may."""
    permission: str = ""
    """For ``manual``: the permission for it."""
    requires: tuple[Requirement, ...] = ()
    """For ``manual``: what must be there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbering(Coded):
    """A running number. Placeholders of ``pattern``: slug, year, month, day, unit, domain, seq."""

    pattern: str
    """A Python format string, e.g. ``WJ-{year}-{seq:05d}``; must hold ``{seq}``."""
    reset: Reset = Reset.YEAR
    """When the count starts again."""
    on: str = ""
    """Code of the move that assigns it; empty = another act does (supervision)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Supervision(Coded):
    """督办 by the bureau (sip: 编号督办; elsewhere 挂牌督办): a number and a supervisor on top of the stages."""

    numbering: str
    """Code of the numbering it uses."""
    by: tuple[Actor, ...]
    """Who may put a hazard under it and take it off."""
    permission: str
    """The permission for it."""
    when: When = ALWAYS
    """Hazards it is required for; others may be put under it by hand."""
    supervisors: tuple[str, ...] = ()
    """Codes of the posts whose holders may be named supervisor; empty = every post that works for the whole district."""
    required: bool = False
    """A hazard that matches cannot be closed before it has a number and a supervisor."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recurrence(Sourced):
    """When the same thing turns up again: a new case linked to the old one, never the old one reopened."""

    within_days: int
    """How long after closing a look-alike is offered as a recurrence."""
    same: tuple[str, ...] = ("unit", "domain", "category")
    """What must be equal: unit, domain, category, place."""
