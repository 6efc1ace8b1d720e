"""Writes of the switchboard. Each is logged and told to subscribers."""

from core.switchboard.services.grants import grant_suggested, withdraw_grants
from core.switchboard.services.pack import choose_reading, clear_value, set_value
from core.switchboard.services.plugins import let_in, switch_off, switch_plugin

__all__ = [
    "choose_reading", "clear_value", "grant_suggested", "let_in", "set_value", "switch_off", "switch_plugin", "withdraw_grants",
]  # fmt: skip
