"""The machine that runs a district's lifecycle: pure, no database, no web. What may happen to a hazard is decided here only."""

from core.hazards.lifecycle.asks import Ask
from core.hazards.lifecycle.case import CaseState, Entry, PartValue, Verification
from core.hazards.lifecycle.decision import Decision, OpenMove
from core.hazards.lifecycle.machine import Machine
from core.hazards.lifecycle.standing import Role, Standing

__all__ = [
    "Ask",
    "CaseState",
    "Decision",
    "Entry",
    "Machine",
    "OpenMove",
    "PartValue",
    "Role",
    "Standing",
    "Verification",
]
