"""The one door of every request: finds the tenant and the person, opens the scope, checks, acts, commits.

Order: credentials → a turn of the tenant (core.http.shares) → tenant scope → identity → plugin on? → permission → CSRF → idempotency → handler → commit.
Everything is refused unless a route says whom it lets in.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Response, current_app, g, has_request_context, make_response, request

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import BureauSession, TenantSession
from core.http import csrf, idempotency, limits
from core.http.carried import limit_body, refuse_unfit
from core.http.context import RequestContext
from core.http.etag import expected_version
from core.http.problems import is_unforeseen
from core.http.runtime import Identity, Runtime, runtime
from core.http.templating import use_frame
from core.kernel.errors import Forbidden, NotFound, SignInNeeded
from core.tenancy.directory import TenantCard
from core.tenancy.quarantine import in_words, is_own_fault, keep_out, strike

log = structlog.get_logger(__name__)
READS = frozenset({"GET", "HEAD", "OPTIONS"})
LOCALES = ("zh", "en")
SEARCHED = ("text", "q")
"""Filters that look into texts: no index serves them."""
Reach = tuple[frozenset[int], frozenset[int]]
"""Tenant ids: whose figures, whose rows."""


@dataclass(frozen=True)
class Guard:
    """How a route is guarded. Exactly one of ``permission`` and ``public`` (a reason) is set.

    ``signed_in``: any person of the tenant (own account pages); ``creates``: an Idempotency-Key makes repeats safe and
    is required over REST. ``exports``: a file made of many rows, of which there is a smaller budget.
    """

    permission: str | None = None
    public: str | None = None
    signed_in: bool = False
    plugin: str | None = None
    creates: bool = False
    exports: bool = False
    versioned: bool = False
    """A change of something that has a version: refused before the handler unless If-Match says which one was seen."""
    api: bool = False

    def __post_init__(self) -> None:
        if sum((self.permission is not None, self.public is not None, self.signed_in)) != 1:
            raise ValueError("a route states exactly one of permission=, public= and signed_in=True")


def may_open(context: RequestContext, endpoint: str) -> bool:
    """Whether there is such a page and the request's person may open it: no link leads to a refusal."""
    guard: Guard | None = getattr(current_app.view_functions.get(endpoint), "__guard__", None)
    if guard is None or (guard.plugin is not None and guard.plugin not in context.plugins_on):
        return False
    return guard.permission is None or context.actor.may(guard.permission)


def guarded(guard: Guard, handler: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(handler)
    def enter(*args: Any, **kwargs: Any) -> Response:
        g.guard = guard
        app = runtime()
        limit_body(uploads=guard.public is None)
        if guard.public is not None:
            return _public(app, guard, handler, args, kwargs)
        credentials = app.identify.credentials(request)
        tenant = app.directory.by_id(credentials.tenant_id) if credentials else None
        if credentials is None or tenant is None:
            raise SignInNeeded()
        read_only = request.method in READS
        with app.shares.turn(tenant.id), _watched(app, tenant), app.scope(tenant, read_only=read_only) as session:
            context = _context(app, tenant, session)
            context.identity = app.identify.identity(session, credentials)
            if context.identity.locale in LOCALES:
                context.locale = context.identity.locale
            _check(guard, context)
            refuse_unfit()
            if not read_only:
                _refuse_forged(guard, context.identity)
            _spend(guard, context)
            if not guard.api:
                use_frame(app.frame(context))

            if guard.versioned:
                expected_version()

            def act() -> Response:
                try:
                    return make_response(handler(*args, **kwargs))
                except Exception as fault:
                    if guard.plugin is not None and is_unforeseen(fault):
                        g.page_fault = (guard.plugin, f"{request.method} {request.url_rule}", fault)
                    raise

            response = idempotency.once(context, required=guard.api, act=act) if guard.creates else act()
            if response.status_code >= 400:  # a page that shows a refused form again has raised nothing
                session.rollback()
        return response

    enter.__guard__ = guard  # type: ignore[attr-defined]  # read by the boot check and by tests
    return enter


def note_fault(slug: str, hook: str, fault: Exception) -> None:
    """The witness of a web process (core.hooks.manager.Plugins): what a plugin's hook raised in this request."""
    if has_request_context():
        g.setdefault("plugin_faults", []).append((slug, hook, fault))


@contextmanager
def _watched(app: Runtime, tenant: TenantCard) -> Iterator[None]:
    """Afterwards, in a transaction of its own: a plugin that raised in a hook is kept out of this tenant; one whose own page
    raised has that counted."""
    try:
        yield
    finally:
        met = [(keep_out, *found) for found in g.get("plugin_faults", ()) if is_own_fault(found[2])]
        if (own := g.get("page_fault")) is not None:
            met.append((strike, *own))
        if met:
            try:
                with app.scope(tenant) as session:
                    for judge, slug, moment, fault in met:
                        told = {"moment": moment, "fault": in_words(fault)}
                        _keep_out(session, judge, slug, app.plugins.metas[slug].version, told)
            except Exception:
                log.exception("a plugin that raised could not be kept out", plugins=[found[1] for found in met])


def _keep_out(
    session: TenantSession, judge: Callable[..., bool], slug: str, version: str, told: dict[str, str]
) -> None:
    if judge(session, plugin=slug, version=version, **told):
        actor = Actor.system(session.tenant_id, "plugins")
        record(session, actor=actor, action="plugin.quarantined", object_kind="plugin", object_id=slug, data=told)


def _public(app: Runtime, guard: Guard, handler: Callable[..., Any], args: Any, kwargs: Any) -> Response:
    if request.method not in READS:
        csrf.check_origin()
    refuse_unfit()
    return make_response(handler(*args, **kwargs))


def _refuse_forged(guard: Guard, identity: Identity) -> None:
    """A token needs no proof of where the request comes from, but it opens REST only, which asks for If-Match and keys."""
    if identity.csrf_key is not None:
        csrf.check(identity.csrf_key)
    elif not guard.api:
        raise SignInNeeded()


def _check(guard: Guard, context: RequestContext) -> None:
    if guard.plugin is not None and guard.plugin not in context.plugins_on:
        raise NotFound()
    if guard.permission is not None:
        if guard.api and not context.actor.may(guard.permission):
            raise Forbidden(fields={"permission": guard.permission})  # whoever made the token learns what it lacks
        context.actor.require(guard.permission)


def _spend(guard: Guard, context: RequestContext) -> None:
    """Raises TooMany. Plain reading is free: it costs one indexed query, and the proxy in front has limits of its own."""
    budget = None
    if guard.exports:
        budget = limits.EXPORTS
    elif request.method not in READS:
        budget = limits.WRITES
    elif any(request.args.get(name, "").strip() for name in SEARCHED):
        budget = limits.SEARCHES
    if budget is not None:
        limits.spend(budget, tenant_id=context.tenant.id, person=str(context.actor.person_id))


def _context(app: Runtime, tenant: TenantCard, session: Any) -> RequestContext:
    wanted = request.cookies.get("lang")
    session.info["request_id"] = g.request_id
    session.info["origin"] = request.remote_addr
    context = RequestContext(
        session=session, tenant=tenant, clock=session.clock, runtime=app, request_id=g.request_id,
        locale=wanted if wanted in LOCALES else request.accept_languages.best_match(LOCALES) or "zh",
    )  # fmt: skip
    g.xiaoan = context
    return context


@contextmanager
def tenant_scope(tenant: TenantCard, *, read_only: bool = False) -> Iterator[RequestContext]:
    """A scope for public routes that name their tenant (sign-in) and for the explicit switch to another tenant.

    The context replaces the request's own until the block ends; it has no identity.
    """
    app = runtime()
    before = g.get("xiaoan")
    try:
        with app.scope(tenant, read_only=read_only) as session:
            yield _context(app, tenant, session)
    finally:
        g.xiaoan = before


@contextmanager
def bureau_scope(
    context: RequestContext, *, reach: Callable[[BureauSession], Reach], log: Callable[[TenantSession, Reach], None]
) -> Iterator[BureauSession]:
    """The read-only scope of a bureau over the districts that let it in.

    ``reach`` finds them as the bureau itself (whose figures, whose rows); ``log`` notes the read in the bureau's own
    tenant, committed before anything is read: what cannot be logged is not shown.
    """
    app = runtime()
    with app.db.bureau(context.tenant.id, clock=context.clock) as session:
        tids, rids = reach(session)
    with app.scope(context.tenant) as own:
        own.info["request_id"] = context.request_id
        own.info["origin"] = request.remote_addr
        log(own, (tids, rids))
    with app.db.bureau(context.tenant.id, tids=tids, rids=rids, clock=context.clock) as session:
        yield session
