"""Pages of fire safety, one module for each noun, all on one blueprint."""

from plugins.fire.pages import acceptances, activities, overview, patrols, places
from plugins.fire.pages.blueprint import bp

__all__ = ["acceptances", "activities", "bp", "overview", "patrols", "places"]
