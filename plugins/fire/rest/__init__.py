"""REST of fire safety under /api/v1/fire, one module for each noun, all on one blueprint."""

from plugins.fire.rest import acceptances, patrols, places
from plugins.fire.rest.blueprint import bp, domain

__all__ = ["acceptances", "bp", "domain", "patrols", "places"]
