"""What the inbox hands to the hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.access.permissions import Declared
from core.hooks.specs import impl
from core.jobs.schedule import Periodic
from core.notify.permissions import DECLARED
from core.notify.tasks import DIGEST, digest


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_jobs() -> Sequence[Callable[..., Any]]:
    return (digest,)


@impl
def register_periodic() -> Sequence[Periodic]:
    return (DIGEST,)
