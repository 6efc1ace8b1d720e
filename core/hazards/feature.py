"""What the hazards hand to the hooks."""

from __future__ import annotations

from collections.abc import Sequence

from core.access.permissions import Declared
from core.hazards.permissions import PERMISSIONS
from core.hooks.specs import impl


@impl
def register_permissions() -> Sequence[Declared]:
    return PERMISSIONS
