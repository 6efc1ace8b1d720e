"""What pages and REST of fire safety ask of a request."""

from __future__ import annotations

from core.sdk.domain import BUILDINGS, BuildingDirectory
from core.sdk.web import current, port
from plugins.fire.variant import FireVariant, variant_in_force


def variant() -> FireVariant:
    """Of the district that asks."""
    return variant_in_force(current().session)


def buildings() -> BuildingDirectory:
    """Of whichever plugin offers them here; empty where none does."""
    return port(current(), BUILDINGS)
