"""Plugins that raised in a hook while they served this tenant: kept out of its pages until somebody lifts it.

What they refuse is still asked and what happened is still told to them: a bar must not fall and no event be lost because a
card of theirs broke.
"""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from core.db.sessions import TenantSession
from core.kernel.errors import XiaoanError
from core.tenancy.models import PluginFault

SHOWN = 500
"""Characters of a fault that are kept."""
PASSING = (XiaoanError, OperationalError, PoolTimeout)
"""What is no fault of the plugin: refusals in words, a database that is away."""


def is_own_fault(raised: BaseException) -> bool:
    """Whether a plugin that raised this is to be kept out."""
    return not isinstance(raised, PASSING)


def in_words(raised: BaseException) -> str:
    """Kind and first line; of a database fault what the database says, never the statement with its values."""
    told = str(raised.orig if isinstance(raised, DBAPIError) else raised).strip()
    return f"{type(raised).__name__}: {told.splitlines()[0]}"[:SHOWN] if told else type(raised).__name__


def keep_out(session: TenantSession, *, plugin: str, version: str, moment: str, fault: str) -> bool:
    """False if it is kept out already: the first fault and its time stand. Another version's fault is replaced."""
    row = {
        "tenant_id": session.tenant_id, "plugin": plugin, "plugin_version": version, "moment": moment, "fault": fault,
        "since": session.now(),
    }  # fmt: skip
    made = insert(PluginFault).values(row)
    newer = made.on_conflict_do_update(
        index_elements=["tenant_id", "plugin"], set_=row, where=PluginFault.plugin_version != version
    )
    return session.execute(newer.returning(PluginFault.plugin)).first() is not None


def let_in(session: TenantSession, *, plugin: str) -> bool:
    """False if it is not kept out."""
    gone = delete(PluginFault).where(PluginFault.plugin == plugin).returning(PluginFault.plugin)
    return session.execute(gone).first() is not None
