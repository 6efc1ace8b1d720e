"""What a process that serves requests was composed of; built once in core.app, handed to the guard by type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from flask import Flask, Request, current_app

from core.access.actor import Actor
from core.access.permissions import Catalogue
from core.audit.words import AuditWords
from core.db.engines import Database
from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.http.shares import Shares
from core.settings import Settings
from core.tenancy.directory import Directory, TenantCard

if TYPE_CHECKING:
    from core.http.context import RequestContext

KEY = "xiaoan"


@dataclass(frozen=True)
class Credentials:
    """What a request brings along: which tenant it speaks of and the secret that proves it. ``kind``: session | token."""

    tenant_id: int
    secret: str
    kind: str


@dataclass(frozen=True)
class Identity:
    """Who it turned out to be. ``csrf_key`` binds form tokens to this session; None for API tokens."""

    actor: Actor
    session_id: str
    csrf_key: str | None
    locale: str | None = None
    primary_unit: str = ""
    stages: frozenset[str] | None = None
    """Stages of the schools the person works at; None for whoever works above or beside schools."""
    linked: bool = False
    """Whether the person named accounts of theirs in other tenants: most have none, and pages need not ask."""


class Identify(Protocol):
    """How core.identity tells the guard who is asking; http itself must not know people."""

    @property
    def session_cookie(self) -> str:
        """Its name in this environment."""

    def credentials(self, request: Request) -> Credentials | None: ...

    def identity(self, session: TenantSession, credentials: Credentials) -> Identity:
        """Raises SignInNeeded for what is unknown, expired or revoked."""


@dataclass
class Runtime:
    settings: Settings
    db: Database
    directory: Directory
    plugins: Plugins
    catalogue: Catalogue
    identify: Identify
    frame: Callable[[RequestContext], Any]
    """Fills the frame around pages (menu, names, notices)."""
    shares: Shares = field(default_factory=lambda: Shares.of(threads=4, share=2))
    """Whose turn it is in this process."""
    audited: AuditWords = field(default_factory=AuditWords)
    """What the log writes, in words."""
    file_subjects: dict[str, Callable[..., bool]] = field(default_factory=dict)

    def scope(self, tenant: TenantCard, *, read_only: bool = False) -> Any:
        """A tenant session on that tenant's clock; called by the guard only."""
        return self.db.tenant(tenant.id, clock=self.directory.clock(tenant), read_only=read_only)


def install(app: Flask, runtime: Runtime) -> None:
    app.extensions[KEY] = runtime


def runtime() -> Runtime:
    return of(current_app)


def of(app: Flask) -> Runtime:
    found: Runtime = app.extensions[KEY]
    return found
