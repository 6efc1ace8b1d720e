"""Writes of the organisation."""

from core.orgs.services.closure import rebuild_closure
from core.orgs.services.creation import create_unit, create_units
from core.orgs.services.posts import appoint, change_post, dismiss
from core.orgs.services.units import close_unit, move_unit, rename_unit, set_supervisors, update_unit

__all__ = [
    "appoint", "change_post", "close_unit", "create_unit", "create_units", "dismiss", "move_unit", "rebuild_closure", "rename_unit",
    "set_supervisors", "update_unit",
]  # fmt: skip
