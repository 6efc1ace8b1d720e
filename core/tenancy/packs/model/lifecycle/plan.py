"""What a rectification plan must hold and until when, by ground and grade; where hazards come from."""

from __future__ import annotations

from dataclasses import dataclass

from core.tenancy.packs.model.base import Coded, Sourced
from core.tenancy.packs.model.lifecycle.rules import Deadline, When
from core.tenancy.packs.model.lifecycle.words import Origin, PartKind


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanPart(Coded):
    """One part of the rectification plan (整改责任, 措施, 资金, 时限, 预案 …): the set is the district's."""

    kind: PartKind
    """How it is entered."""
    zero_ok: bool = False
    """For money: 0 counts as filled."""
    waivable: bool = False
    """"Not needed" with a written reason counts as filled."""
    hint: str = ""
    """Help under the field."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground(Coded):
    """Why the hazard is not simply gone yet: decides which plan parts are required."""

    parts: tuple[str, ...] = ()
    """Codes of the plan parts required on this ground, in the order they are asked."""
    fixable_now: bool = False
    """立查立改 is meant: shortcuts may be offered on this ground."""
    long_term: bool = False
    """Put under numbered supervision where the district has it."""
    default: bool = False
    """Chosen when nobody chose. Exactly one ground is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PartRule(Sourced):
    """More plan parts for some hazards (sip: fire adds interim controls). Rules only ever add."""

    when: When
    """Which hazards."""
    parts: tuple[str, ...]
    """Codes of the parts added."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grade(Coded):
    """How grave. ``code`` is one of the two legal grades."""

    deadline: Deadline
    """Time limit to get from registered to reported."""
    classes: tuple[DeadlineClass, ...] = ()
    """The district's own deadline classes inside this legal grade, if it has any."""
    hint: str = ""
    """How to tell this grade from the other."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadlineClass(Coded):
    """A district's own class inside a legal grade (限 3 日, 限 15 日 …). Never a third grade."""

    deadline: Deadline
    """Its time limit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source(Coded):
    """Where hazards come from, in the district's words."""

    origin: Origin
    """What it is to everybody else."""
    found_above: bool = False
    """Found by somebody above or outside the unit, not by the unit itself."""
