"""What attachments hand to the hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.access.permissions import Declared
from core.files import pages, rest
from core.files.audited import AUDITED
from core.files.permissions import DECLARED
from core.files.sweep import SWEEP, sweep_files
from core.hooks.meta import Audited
from core.hooks.specs import impl
from core.jobs.schedule import Periodic


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_audited() -> Sequence[Audited]:
    return AUDITED


@impl
def register_blueprints() -> Sequence[Any]:
    return (pages.bp, rest.bp)


@impl
def register_jobs() -> Sequence[Callable[..., Any]]:
    return (sweep_files,)


@impl
def register_periodic() -> Sequence[Periodic]:
    return (SWEEP,)
