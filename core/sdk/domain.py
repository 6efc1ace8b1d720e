"""What rules and data of a plugin rest on: errors, events, time, tables, actors, the log. Imports no web framework."""

from __future__ import annotations

from core.access.actor import Actor, Coverage
from core.access.permissions import Declared, Permission, declare
from core.audit.services import record
from core.audit.words import named
from core.db.base import Identified, Instant, TenantBase, Versioned, tenant_key
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.jobs.services import emit, enqueue
from core.kernel.calendar import add_days, days_left, is_overdue, is_working_day
from core.kernel.clock import LOCAL, Clock, end_of_day, local_date, start_of_day
from core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused, Stale, XiaoanError
from core.kernel.events import Event
from core.kernel.ids import new_id
from core.kernel.obligations import FOREVER
from core.kernel.phrases import Phrase
from core.kernel.ports import BUILDINGS, BuildingCard, BuildingDirectory, NullBuildingDirectory, Port
from core.kernel.schoolyear import Span
from core.orgs.queries import UnitCard, UnitOption, closure_of, unit_card, unit_cards, unit_options
from core.sdk.hazards import Found, HazardBrief, Report, Written, closes, hazard_briefs, report_hazard
from core.tenancy.packs.model import Domain, Pack
from core.tenancy.shelf import current as pack_in_force
from core.tenancy.switches import Switch, switches
from core.tenancy.values import effective

EVERYWHERE = Coverage(None)
"""For background work, which is done for the whole tenant."""

__all__ = [
    "BUILDINGS", "EVERYWHERE", "FOREVER", "LOCAL", "Actor", "BuildingCard", "BuildingDirectory", "Clock", "Conflict", "Coverage", "Declared", "Domain",
    "Event", "Forbidden", "Found", "HazardBrief", "Identified", "Instant", "Invalid", "NotFound",
    "NullBuildingDirectory", "Pack", "Page", "Paging", "Permission", "Phrase", "Port", "Refused", "Report", "Span", "Stale", "Switch",
    "TenantBase", "TenantSession", "UnitCard", "UnitOption", "Versioned", "Written", "XiaoanError", "add_days",
    "closes", "closure_of", "days_left", "declare", "effective", "emit", "end_of_day", "enqueue", "hazard_briefs",
    "is_overdue", "is_working_day", "local_date", "named", "new_id", "pack_in_force", "record", "report_hazard",
    "start_of_day", "switches", "tenant_key", "unit_card", "unit_cards", "unit_options",
]  # fmt: skip
