"""Pages of the records."""

from core.records.pages import drills, duty, entries, incidents, plans, topics
from core.records.pages.blueprint import bp

__all__ = ["bp", "drills", "duty", "entries", "incidents", "plans", "topics"]
