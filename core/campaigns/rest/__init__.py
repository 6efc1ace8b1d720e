"""REST of campaigns."""

from core.campaigns.rest import campaigns, letters, notice, schemes, tasks
from core.campaigns.rest.blueprint import bp

__all__ = ["bp", "campaigns", "letters", "notice", "schemes", "tasks"]
