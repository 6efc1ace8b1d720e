"""Writes of the switchboard. Each is logged and told to subscribers."""

from core.switchboard.services.pack import choose_reading, clear_value, set_value
from core.switchboard.services.plugins import switch_off, switch_plugin

__all__ = ["choose_reading", "clear_value", "set_value", "switch_off", "switch_plugin"]
