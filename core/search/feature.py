"""What the search hands to the hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.hooks.specs import impl
from core.jobs.schedule import Periodic
from core.kernel.events import Event
from core.search import tasks
from core.search.pages import bp as pages
from core.search.rest import bp as rest


@impl
def register_blueprints() -> Sequence[Any]:
    return (pages, rest)


@impl
def register_jobs() -> Sequence[Callable[..., Any]]:
    return (tasks.compare,)


@impl
def register_periodic() -> Sequence[Periodic]:
    return (tasks.NIGHTLY,)


@impl
def on_event(session: TenantSession, event: Event, plugins: Plugins) -> None:
    tasks.follow(session, event, plugins)
