"""What falls due by the clock: for each tenant, by its own clock, at most once per turn however often it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core.db.sessions import PlatformSession
from core.jobs.models import QUEUED, RUNNING, Job
from core.kernel.clock import LOCAL, Clock
from core.kernel.ids import new_id
from core.tenancy.directory import TenantCard

CHUNK = 500


@dataclass(frozen=True)
class Periodic:
    """A kind of job that takes no arguments. Exactly one of ``every`` and ``daily_at`` (Asia/Shanghai) is given.

    ``tenants``: district, bureau, or None for both.
    """

    kind: str
    every: timedelta | None = None
    daily_at: time | None = None
    tenants: str | None = None

    def __post_init__(self) -> None:
        if (self.every is None) == (self.daily_at is None):
            raise ValueError(f"{self.kind}: give either every or daily_at")

    def turn(self, now: datetime) -> str | None:
        """The key of the turn that ``now`` lies in; None while today's is not due yet."""
        if self.every is not None:
            return f"{self.kind}@{int(now.timestamp() // self.every.total_seconds())}"
        local = now.astimezone(LOCAL)
        return f"{self.kind}@{local.date()}" if self.daily_at is not None and local.time() >= self.daily_at else None

    def serves(self, tenant: TenantCard) -> bool:
        return tenant.status == "active" and self.tenants in (None, tenant.kind)


@dataclass(frozen=True)
class Due:
    tenant_id: int
    kind: str
    key: str
    at: datetime

    def row(self) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant_id, "id": new_id(), "kind": self.kind, "args": {}, "cursor": {},
            "run_after": self.at, "created_at": self.at, "dedupe_key": self.key,
        }  # fmt: skip


def due(
    periodics: Iterable[Periodic], tenants: Iterable[TenantCard], clock_of: Callable[[TenantCard], Clock]
) -> list[Due]:
    """Everything whose turn has come, whether ordered already or not."""
    tenants, found = list(tenants), []
    for periodic in periodics:
        for tenant in tenants:
            now = clock_of(tenant).now()
            key = periodic.turn(now) if periodic.serves(tenant) else None
            if key is not None:
                found.append(Due(tenant.id, periodic.kind, key, now))
    return found


class Schedule:
    """Orders due jobs; remembers what it ordered, so that a quiet tick costs no SQL. After a restart the key decides."""

    def __init__(self, periodics: Sequence[Periodic]) -> None:
        self._periodics = periodics
        self._repeated = {periodic.kind for periodic in periodics if periodic.every is not None}
        self._ordered: dict[tuple[int, str], str] = {}

    def fresh(self, tenants: Iterable[TenantCard], clock_of: Callable[[TenantCard], Clock]) -> list[Due]:
        return [
            turn
            for turn in due(self._periodics, tenants, clock_of)
            if self._ordered.get((turn.tenant_id, turn.kind)) != turn.key
        ]

    def order(self, session: PlatformSession, turns: Sequence[Due]) -> int:
        """Returns how many jobs were made. A repeated kind whose last job still waits or runs is left out."""
        waiting = self._waiting(session) if turns else set()
        wanted = [turn for turn in turns if (turn.tenant_id, turn.kind) not in waiting]
        made = 0
        for start in range(0, len(wanted), CHUNK):
            rows = [turn.row() for turn in wanted[start : start + CHUNK]]
            statement = insert(Job).on_conflict_do_nothing(index_elements=["tenant_id", "dedupe_key"]).returning(Job.id)
            made += len(session.execute(statement, rows).all())
        return made

    def ordered(self, turns: Iterable[Due]) -> None:
        """After the commit."""
        self._ordered.update({(turn.tenant_id, turn.kind): turn.key for turn in turns})

    def _waiting(self, session: PlatformSession) -> set[tuple[int, str]]:
        rows = session.execute(
            select(Job.tenant_id, Job.kind)
            .where(Job.state.in_((QUEUED, RUNNING)), Job.kind.in_(self._repeated))
            .distinct()
        )
        return {(tenant_id, kind) for tenant_id, kind in rows}
