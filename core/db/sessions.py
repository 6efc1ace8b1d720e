"""Sessions bound to a scope. Whoever has one can read and write only inside that scope; SQL without one is refused."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction, with_loader_criteria

from core.db.base import TenantBase
from core.kernel.clock import Clock


class ScopeMissing(RuntimeError):
    """SQL was about to be sent on a connection that no scope had opened."""


class ScopeBroken(RuntimeError):
    """A row of another tenant was about to be written."""


class ScopedSession(Session):
    """Base of the three kinds; ``settings`` are SET LOCAL at the begin of every transaction."""

    def __init__(self, *args: Any, clock: Clock, read_only: bool = False, **kwargs: Any) -> None:
        # once closed it stays closed: used again it would take a connection that nobody gives back
        super().__init__(*args, **{"close_resets_only": False, **kwargs})
        self.clock = clock
        self.read_only = read_only

    def now(self) -> datetime:
        """Aware UTC by the clock of this scope."""
        return self.clock.now()

    def context(self) -> dict[str, str]:
        """Database settings that carry the scope; values hold digits, commas and braces only."""
        return {}

    def criterion(self) -> Any:
        """What the ORM adds to every statement on a tenant table, or None."""
        return None


class TenantSession(ScopedSession):
    """One tenant, and nothing else."""

    def __init__(self, *args: Any, tenant_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tenant_id = int(tenant_id)

    def context(self) -> dict[str, str]:
        return {"app.tenant_id": str(self.tenant_id)}

    @cached_property
    def _own_rows(self) -> Any:
        tenant_id = self.tenant_id
        return with_loader_criteria(TenantBase, lambda cls: cls.tenant_id == tenant_id, include_aliases=True)

    def criterion(self) -> Any:
        return self._own_rows


class BureauSession(ScopedSession):
    """Reads rollups of ``tids`` and rows of ``rids`` (both: consenting districts), never writes."""

    def __init__(
        self,
        *args: Any,
        bureau_id: int,
        tids: frozenset[int] = frozenset(),
        rids: frozenset[int] = frozenset(),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **{**kwargs, "read_only": True})
        self.bureau_id = int(bureau_id)
        self.tids, self.rids = tids, rids

    def context(self) -> dict[str, str]:
        def array(ids: frozenset[int]) -> str:
            return "{" + ",".join(str(int(i)) for i in sorted(ids)) + "}"

        return {
            "app.bureau_id": str(self.bureau_id),
            "app.tenant_ids": array(self.tids),
            "app.row_tenant_ids": array(self.rids),
        }


class PlatformSession(ScopedSession):
    """Relay, sweeper, tick, onboarding: only the tables whose policy names the platform login."""


def _open_scope(session: ScopedSession, transaction: SessionTransaction, connection: Connection) -> None:
    connection.info["scope"] = type(session).__name__
    statements = [f"SET LOCAL {name} = '{value}'" for name, value in session.context().items()]
    if session.read_only:
        statements.append("SET LOCAL transaction_read_only = on")
    if statements:
        connection.exec_driver_sql("; ".join(statements))


def _add_criterion(state: ORMExecuteState) -> None:
    session = state.session
    if not isinstance(session, ScopedSession) or state.is_column_load or state.is_relationship_load:
        return
    if state.is_select or state.is_update or state.is_delete:
        criterion = session.criterion()
        if criterion is not None:
            state.statement = state.statement.options(criterion)


def _fill_or_refuse(session: Session, flush: UOWTransaction, instances: Any) -> None:
    if not isinstance(session, TenantSession):
        return
    for row in session.new:
        if isinstance(row, TenantBase):
            named: int | None = row.tenant_id
            if named is None:
                row.tenant_id = session.tenant_id
            elif named != session.tenant_id:
                raise ScopeBroken(f"{type(row).__name__} of tenant {row.tenant_id} in the scope of {session.tenant_id}")


event.listen(ScopedSession, "after_begin", _open_scope, propagate=True)
event.listen(ScopedSession, "do_orm_execute", _add_criterion, propagate=True)
event.listen(ScopedSession, "before_flush", _fill_or_refuse, propagate=True)
