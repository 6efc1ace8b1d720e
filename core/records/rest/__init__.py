"""/api/v1/records: records, drills, incidents, duty, emergency plans."""

from core.records.rest import drills, duty, entries, incidents, plans
from core.records.rest.blueprint import bp

__all__ = ["bp", "drills", "duty", "entries", "incidents", "plans"]
