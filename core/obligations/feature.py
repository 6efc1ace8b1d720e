"""What the obligations hand to the hooks."""

from __future__ import annotations

from collections.abc import Sequence

from core.access.permissions import Declared
from core.hooks.specs import impl
from core.obligations.permissions import DECLARED


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED
