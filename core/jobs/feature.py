"""What the jobs hand to the hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.access.permissions import Declared
from core.hooks.specs import impl
from core.jobs.audit import NIGHTLY, verify_log
from core.jobs.permissions import DECLARED
from core.jobs.schedule import Periodic
from core.jobs.tasks import TIDY, tidy


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_jobs() -> Sequence[Callable[..., Any]]:
    return (tidy, verify_log)


@impl
def register_periodic() -> Sequence[Periodic]:
    return (TIDY, NIGHTLY)
