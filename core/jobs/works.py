"""Puts the parts of job work together: kinds, periodic kinds and subscribers from the hooks. No global, no Celery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.db.engines import Database
from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.jobs.deliver import Subscriber, Subscribers, delivery
from core.jobs.registry import Registry
from core.jobs.runner import Runner
from core.jobs.schedule import Periodic
from core.kernel.clock import local_date
from core.kernel.events import Event
from core.settings import Settings
from core.tenancy.directory import Directory
from core.tenancy.switches import switches

ONBOARDED = "tenant.onboarded"


@dataclass(frozen=True)
class Works:
    """What worker, beat and commands need to do or order jobs."""

    db: Database
    directory: Directory
    registry: Registry
    periodics: tuple[Periodic, ...]
    runner: Runner


def compose_works(*, settings: Settings, db: Database, directory: Directory, plugins: Plugins) -> Works:
    """Raises ValueError for a kind registered twice or a periodic kind that nobody does."""
    functions = [function for _, answer in plugins.at_boot("register_jobs") for function in answer]
    registry = Registry([*functions, delivery(hook_subscribers(plugins))])
    periodics = tuple(periodic for _, answer in plugins.at_boot("register_periodic") for periodic in answer)
    for periodic in periodics:
        if periodic.kind not in registry:
            raise ValueError(f"periodic job {periodic.kind} has no handler")
    runner = Runner(db=db, directory=directory, registry=registry, settings=settings, plugins=plugins)
    return Works(db, directory, registry, periodics, runner)


def hook_subscribers(plugins: Plugins) -> Subscribers:
    """Who implements ``on_event`` (and ``on_tenant_onboarded`` for that topic), of core and of the plugins that are on."""

    def subscribers(session: TenantSession, event: Event) -> list[Subscriber]:
        today = local_date(session.now())
        active = [slug for slug, switch in switches(session).items() if switch.on(today)]
        found = [_on_event(owner, call, plugins) for owner, call in plugins.subscribers("on_event", active)]
        if event.topic == ONBOARDED:
            onboarded = plugins.subscribers("on_tenant_onboarded", active)
            found += [_on_onboarded(owner, call, plugins) for owner, call in onboarded]
        return found

    return subscribers


def _on_event(owner: str, call: Callable[..., object], plugins: Plugins) -> Subscriber:
    return Subscriber(
        owner, lambda session, event: call(session=session, event=event, plugins=plugins), _plugin(owner, plugins)
    )


def _on_onboarded(owner: str, call: Callable[..., object], plugins: Plugins) -> Subscriber:
    def told(session: TenantSession, event: Event) -> object:
        return call(session=session)

    return Subscriber(f"{owner}:onboarded", told, _plugin(owner, plugins), "on_tenant_onboarded")


def _plugin(owner: str, plugins: Plugins) -> tuple[str, str] | None:
    meta = plugins.metas.get(owner)
    return (meta.slug, meta.version) if meta else None
