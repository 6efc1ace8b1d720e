"""The request as handlers see it: one session, one actor, one tenant, one clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from flask import g

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.http.runtime import Identity, Runtime
from core.kernel.clock import Clock, local_date
from core.kernel.errors import SignInNeeded
from core.tenancy import shelf
from core.tenancy.directory import TenantCard
from core.tenancy.packs.model import Pack
from core.tenancy.switches import Switch, switches


@dataclass
class RequestContext:
    session: TenantSession
    tenant: TenantCard
    clock: Clock
    runtime: Runtime
    request_id: str
    locale: str = "zh"
    identity: Identity | None = None
    view: Mapping[str, Any] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        """Raises SignInNeeded on a public route."""
        if self.identity is None:
            raise SignInNeeded()
        return self.identity.actor

    @property
    def person_id(self) -> UUID:
        """Of whoever is signed in, also by a token. Raises SignInNeeded."""
        if self.actor.person_id is None:
            raise SignInNeeded()
        return self.actor.person_id

    def now(self) -> datetime:
        return self.clock.now()

    @property
    def today(self) -> date:
        """Today in Asia/Shanghai by the tenant's clock."""
        return local_date(self.now())

    @cached_property
    def switches(self) -> dict[str, Switch]:
        return switches(self.session)

    @cached_property
    def plugins_on(self) -> frozenset[str]:
        """Those switched on that serve: one that raised in a hook here is kept out until somebody lifts it."""
        metas = self.runtime.plugins.metas
        return frozenset(
            slug
            for slug in self.switched_on
            if not self.switches[slug].kept_out(metas[slug].version if slug in metas else None)
        )

    @cached_property
    def switched_on(self) -> frozenset[str]:
        """On today, and meant for the kind of school this person works at; also those that are kept out.

        What a domain is called and what it bars does not change because one of its pages broke.
        """
        stages = self.identity.stages if self.identity else None
        return frozenset(
            slug
            for slug, switch in self.switches.items()
            if switch.on(self.today) and (stages is None or switch.serves(stages))
        )

    @cached_property
    def pack(self) -> Pack | None:
        """The district's pack in force; None for a bureau without one."""
        return shelf.current(self.session)


def current() -> RequestContext:
    """The context that the guard opened. Raises RuntimeError outside a guarded request."""
    found = g.get("xiaoan")
    if found is None:
        raise RuntimeError("no guarded request is under way")
    return found  # type: ignore[no-any-return]  # flask.g is untyped
