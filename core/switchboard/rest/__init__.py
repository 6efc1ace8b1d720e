"""REST of the switchboard: /api/v1/plugins, /api/v1/pack."""

from core.switchboard.rest.pack import bp as pack_bp
from core.switchboard.rest.plugins import bp as plugins_bp

__all__ = ["pack_bp", "plugins_bp"]
