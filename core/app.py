"""Composition root: the only place that puts features and plugins together into a web application or a job process."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from core import logs
from core.access.permissions import Catalogue
from core.audit.words import AuditWords
from core.db import plugin_chains
from core.db.engines import Database
from core.hooks.manager import Plugins, build_plugins
from core.http import api, frame, guard, headers, health, limits, problems, styleguide, templating, words
from core.http import runtime as runtime_of
from core.http.runtime import Runtime
from core.http.shares import Shares
from core.identity.links import linked_tenants
from core.identity.requests import RequestIdentity
from core.kernel.clock import Clock, ShiftedClock, SystemClock
from core.kernel.memory import putting_together, settle
from core.notify.queries import unread_count
from core.orgs.queries.grants import TenantPosts
from core.registers import feature as registers
from core.settings import Environment, Settings, load_settings
from core.tenancy.directory import Directory
from core.tenancy.installed import keep_out_unmigrated, states_now

FEATURES = (
    "tenancy",
    "audit",
    "jobs",
    "switchboard",
    "identity",
    "orgs",
    "files",
    "notify",
    "papers",
    "hazards",
    "inspections",
    "campaigns",
    "records",
    "exams",
    "reports",
    "obligations",
    "statistics",
    "accountability",
    "assessment",
    "exchange",
    "oversight",
    "workbench",
    "search",
    "onboarding",
)
"""Core's own features, in the order in which their hooks are asked."""


@dataclass(frozen=True)
class Parts:
    """What web, worker, beat and commands share."""

    settings: Settings
    db: Database
    directory: Directory
    plugins: Plugins


@putting_together()
def compose(
    settings: Settings,
    *,
    clock: Clock | None = None,
    points: Iterable[EntryPoint] | None = None,
    platform: bool = False,
) -> Parts:
    """``platform``: this process does work across tenants (worker, beat, commands); web never does.

    Raises UnsafeLogin for a database login that could bypass row-level security.
    """
    logs.install(settings)
    db = Database(
        app=settings.database_url,
        bureau=settings.database_url_bureau,
        platform=settings.database_url_platform if platform else None,
        pool_size=settings.pool_size,
        max_overflow=settings.pool_overflow,
        pool_timeout=settings.pool_timeout_s,
        clock=clock or process_clock(settings),
    )
    db.check_logins()
    directory = Directory(db, shifts=not settings.production)
    points = None if points is None else tuple(points)
    plugins = build_plugins(feature_modules(), points=points)
    known = directory.plugin_states()
    keep_out_unmigrated(plugins, known, plugin_chains.chains(points))
    registers.join(plugins)
    states = states_now(plugins, known, now=db.clock.now())
    if platform and (changed := [state for state in states if known.get(state.slug) != state]):
        directory.keep_plugin_states(changed)
    return Parts(settings, db, directory, plugins)


def feature_modules() -> list[ModuleType]:
    return [importlib.import_module(f"core.{name}.feature") for name in FEATURES]


def process_clock(settings: Settings) -> Clock:
    """The system clock, or one that started at XIAOAN_CLOCK when this process did (never in production)."""
    system = SystemClock()
    return ShiftedClock(system, settings.clock - system.now()) if settings.clock is not None else system


@putting_together()
def create_app(
    settings: Settings | None = None, *, clock: Clock | None = None, points: Iterable[EntryPoint] | None = None
) -> Flask:
    """The web application. Side effects: opens database connections to check the logins."""
    settings = settings or load_settings(os.environ)
    parts = compose(settings, clock=clock, points=points)
    parts.plugins.witness = guard.note_fault
    https = settings.secure_cookies
    app = Flask("xiaoan", static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_keys_old),
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        MAX_CONTENT_LENGTH=settings.request_max_mb * 1024 * 1024,
        TESTING=settings.environment is Environment.TEST,
        HTTPS=https,
        # Flask's own cookie carries nothing but the note that stands on the next page
        SESSION_COOKIE_NAME="__Host-note" if https else "note",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]  # Flask's documented way
    templating.install(app, translations=_translations(parts.plugins))
    app.jinja_env.globals["_"] = words.in_templates
    headers.install(app, https=https)
    problems.install(app)
    runtime_of.install(
        app,
        Runtime(
            settings=settings, db=parts.db, directory=parts.directory, plugins=parts.plugins,
            catalogue=Catalogue(answer for _, answer in parts.plugins.at_boot("register_permissions")),
            audited=AuditWords(answer for _, answer in parts.plugins.at_boot("register_audited")),
            identify=RequestIdentity(settings, posts=TenantPosts()), shares=Shares.of(settings.web_threads, settings.web_share),
            frame=partial(frame.build, unread=unread_count, links=linked_tenants), file_subjects=_file_subjects(parts.plugins),
        ),
    )  # fmt: skip
    limits.install(app, settings)
    health.install(app)
    if not settings.production:
        styleguide.install(app, clock=parts.db.clock)
    register_routes(app, parts.plugins)
    return app


def serve() -> Flask:
    """The web application of a process that does nothing else."""
    app = create_app()
    settle()
    return app


def register_routes(app: Flask, plugins: Plugins) -> None:
    """Registers every blueprint, then refuses to boot if a route has no guard."""
    rest = api.install(app)
    for owner, blueprints in plugins.at_boot("register_blueprints"):
        for blueprint in blueprints:
            if owner in plugins.metas and blueprint.plugin != owner:
                raise ValueError(f"{owner}: blueprint {blueprint.name} must say plugin={owner!r}")
            api.register(app, rest, blueprint)
    api.refuse_open_routes(app)


def _translations(plugins: Plugins) -> list[str]:
    """Core's catalogues, then those that plugins bring along in a folder beside their module."""
    modules = [plugins.manager.get_plugin(slug) for slug in sorted(plugins.metas)]
    folders = [Path(__file__), *(Path(module.__file__ or "") for module in modules if isinstance(module, ModuleType))]
    return [str(path.parent / "translations") for path in folders]


def _file_subjects(plugins: Plugins) -> dict[str, Any]:
    subjects: dict[str, Any] = {}
    for owner, answer in plugins.at_boot("register_file_subjects"):
        for kind, check in answer.items():
            if kind in subjects:
                raise ValueError(f"{owner}: file subject {kind} is registered twice")
            subjects[kind] = check
    return subjects
