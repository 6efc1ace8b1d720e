"""Writes of the hazards. Each locks, lets the machine decide, writes, and tells the timeline, the audit log and the outbox."""

from core.hazards.services.acts import (
    add_follow_up,
    check_controls,
    escalate,
    regrade,
    renew_control,
    supervise,
)
from core.hazards.services.amend import amend_hazard
from core.hazards.services.extensions import ask_extension, decide_extension, extend, withdraw_extension
from core.hazards.services.move import move_hazard
from core.hazards.services.recurrence import link_recurrence
from core.hazards.services.report import Found, rectify_on_the_spot, report_hazard
from core.hazards.services.views import drop_view, keep_view
from core.hazards.services.writing import Written

__all__ = [
    "Found", "Written", "add_follow_up", "amend_hazard", "ask_extension", "check_controls", "decide_extension", "drop_view", "escalate", "extend", "keep_view", "link_recurrence",
    "move_hazard", "rectify_on_the_spot", "regrade", "renew_control", "report_hazard", "supervise", "withdraw_extension",
]  # fmt: skip
