"""What tenancy hands to the hooks; its pages and writes are in core.switchboard, a floor where pages can be made."""

from __future__ import annotations

from collections.abc import Sequence

from core.access.permissions import Declared
from core.hooks.meta import Audited
from core.hooks.specs import impl
from core.tenancy.audited import AUDITED
from core.tenancy.permissions import DECLARED


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_audited() -> Sequence[Audited]:
    return AUDITED
