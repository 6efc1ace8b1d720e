"""What identity hands to the hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.access.permissions import Declared
from core.hooks.meta import Audited
from core.hooks.specs import impl
from core.identity.audited import AUDITED
from core.identity.pages import account, sign_in, switch, tokens
from core.identity.permissions import DECLARED
from core.identity.rest import blueprints
from core.identity.tasks import PRUNE, prune_identity
from core.jobs.schedule import Periodic


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_audited() -> Sequence[Audited]:
    return AUDITED


@impl
def register_blueprints() -> Sequence[Any]:
    return (sign_in.bp, account.bp, tokens.bp, switch.bp, *blueprints())


@impl
def register_jobs() -> Sequence[Callable[..., Any]]:
    return (prune_identity,)


@impl
def register_periodic() -> Sequence[Periodic]:
    return (PRUNE,)
