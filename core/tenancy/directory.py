"""Which tenants there are. Reference data that every login may read, kept for a moment so that requests need not ask."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core.db.engines import Database
from core.kernel.clock import Clock, ShiftedClock
from core.tenancy.models import PluginState, Tenant

KEEP_S = 1.0
"""A suspended tenant is out within this time."""
MISS_S = 0.02
"""Asking for tenants that do not exist costs at most one query in this time."""


@dataclass(frozen=True)
class TenantCard:
    """A tenant as others may know it: no more than what the sign-in page shows, and its clock."""

    id: int
    slug: str
    name: str
    kind: str
    status: str
    clock_offset_s: int

    @property
    def is_bureau(self) -> bool:
        return self.kind == "bureau"


@dataclass(frozen=True)
class InstalledState:
    """A plugin of this installation. ``moment`` and ``fault`` are empty while it serves; ``revision``: of its own migrations."""

    slug: str
    title: str
    version: str
    revision: str | None
    moment: str
    fault: str
    since: datetime | None


class Directory:
    """Tenants by id and slug. ``shifts`` False (production) ignores clock offsets."""

    def __init__(self, db: Database, *, shifts: bool) -> None:
        self._db, self._shifts = db, shifts
        self._cards: tuple[TenantCard, ...] = ()
        self._read_at = -KEEP_S

    def all(self) -> Sequence[TenantCard]:
        if time.monotonic() - self._read_at >= KEEP_S:
            # Reference data: the scope of a tenant that does not exist sees it, and nothing else.
            with self._db.tenant(0, read_only=True) as session:
                rows = session.execute(
                    select(
                        Tenant.id, Tenant.slug, Tenant.name, Tenant.kind, Tenant.status, Tenant.clock_offset_s
                    ).order_by(Tenant.id)
                ).all()
            self._cards = tuple(TenantCard(*row) for row in rows)
            self._read_at = time.monotonic()
        return self._cards

    def forget(self) -> None:
        """After a change made by this process."""
        self._read_at = -KEEP_S

    def by_id(self, tenant_id: int) -> TenantCard | None:
        return self._find(lambda card: card.id == tenant_id)

    def by_slug(self, slug: str) -> TenantCard | None:
        return self._find(lambda card: card.slug == slug)

    def plugin_states(self) -> dict[str, InstalledState]:
        """What the last start and the last migration found out about each plugin. One query."""
        with self._db.tenant(0, read_only=True) as session:
            rows = session.execute(
                select(
                    PluginState.slug, PluginState.title, PluginState.version, PluginState.revision, PluginState.moment,
                    PluginState.fault, PluginState.since,
                )
            ).all()  # fmt: skip
        return {row.slug: InstalledState(*row) for row in rows}

    def keep_plugin_states(self, states: Iterable[InstalledState]) -> None:
        """Writes what this start found out; only where the process may do work across tenants."""
        with self._db.platform() as session:
            for state in states:
                made = insert(PluginState).values(vars(state))
                session.execute(made.on_conflict_do_update(index_elements=["slug"], set_=vars(state)))

    def _find(self, fits: Callable[[TenantCard], bool]) -> TenantCard | None:
        """Who is not there is looked for again: a tenant taken in a moment ago must not be sent away."""
        found = next((card for card in self.all() if fits(card)), None)
        if found is None and time.monotonic() - self._read_at >= MISS_S:
            self.forget()
            found = next((card for card in self.all() if fits(card)), None)
        return found if found is not None and found.status == "active" else None

    def clock(self, card: TenantCard) -> Clock:
        base = self._db.clock
        return (
            ShiftedClock(base, timedelta(seconds=card.clock_offset_s)) if self._shifts and card.clock_offset_s else base
        )
