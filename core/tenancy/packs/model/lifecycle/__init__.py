"""The hazard lifecycle a district declares; the machine in core.hazards runs it.

Pure data: no clock, no database, no decision about a particular hazard.
"""

from core.tenancy.packs.model.lifecycle.beside import (
    Escalation,
    Extension,
    Numbering,
    Recurrence,
    RiskControl,
    Supervision,
)
from core.tenancy.packs.model.lifecycle.plan import DeadlineClass, Grade, Ground, PartRule, PlanPart, Source
from core.tenancy.packs.model.lifecycle.rules import ALWAYS, Actor, Deadline, Requirement, When
from core.tenancy.packs.model.lifecycle.steps import Move, Shortcut, Stage, Track
from core.tenancy.packs.model.lifecycle.whole import Lifecycle
from core.tenancy.packs.model.lifecycle.words import (
    MAIN_LINE,
    Canonical,
    DayCount,
    EvidenceKind,
    Fact,
    LegalGrade,
    Need,
    Origin,
    PartKind,
    Party,
    Relation,
    Reset,
    Trigger,
)

__all__ = [
    "ALWAYS",
    "MAIN_LINE",
    "Actor",
    "Canonical",
    "DayCount",
    "Deadline",
    "DeadlineClass",
    "Escalation",
    "EvidenceKind",
    "Extension",
    "Fact",
    "Grade",
    "Ground",
    "LegalGrade",
    "Lifecycle",
    "Move",
    "Need",
    "Numbering",
    "Origin",
    "PartKind",
    "PartRule",
    "Party",
    "PlanPart",
    "Recurrence",
    "Relation",
    "Requirement",
    "Reset",
    "RiskControl",
    "Shortcut",
    "Source",
    "Stage",
    "Supervision",
    "Track",
    "Trigger",
    "When",
]
