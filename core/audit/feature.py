"""What the audit log hands to the hooks."""

from __future__ import annotations

from collections.abc import Sequence

from core.access.permissions import Declared
from core.audit.audited import AUDITED
from core.audit.permissions import DECLARED
from core.hooks.meta import Audited
from core.hooks.specs import impl


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_audited() -> Sequence[Audited]:
    return AUDITED
