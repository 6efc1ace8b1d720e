"""Reads of the hazards: set-based, and only what the actor may see."""

from core.hazards.queries.addressees import Supervisor, supervisors
from core.hazards.queries.card import (
    HazardCard,
    HazardEventLine,
    LookAlike,
    OpenCase,
    hazard_card,
    look_alikes,
    may_see_files,
    open_case,
    timeline,
    timeline_page,
)
from core.hazards.queries.desk import Waiting, waiting
from core.hazards.queries.filters import LedgerFilter
from core.hazards.queries.ledger import LedgerLine, LedgerSums, ledger_lines, ledger_page
from core.hazards.queries.views import KeptView, kept_views

__all__ = [
    "HazardCard", "HazardEventLine", "KeptView", "LedgerFilter", "LedgerLine", "LedgerSums", "LookAlike",
    "OpenCase", "Supervisor", "Waiting", "hazard_card", "kept_views", "ledger_lines", "ledger_page", "look_alikes", "may_see_files",
    "open_case", "supervisors", "timeline", "timeline_page", "waiting",
]  # fmt: skip
