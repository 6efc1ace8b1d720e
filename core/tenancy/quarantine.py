"""Plugins that raised in a hook, or again and again in a page or job, while they served this tenant: kept out of its pages until somebody lifts it.

What they refuse is still asked and what happened is still told to them: a bar must not fall and no event be lost because a
card of theirs broke.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from core.db.sessions import TenantSession
from core.kernel.errors import XiaoanError
from core.tenancy.models import PluginFault, PluginStrike

SHOWN = 500
"""Characters of a fault that are kept."""
STRIKES, WITHIN = 5, timedelta(days=1)
"""So many unforeseen exceptions of its own pages and jobs in so long keep a plugin out. One poisoned job, tried three times, does not."""
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


def strike(session: TenantSession, *, plugin: str, version: str, moment: str, fault: str) -> bool:
    """Counts an unforeseen exception of a plugin's own page or job. True if it is kept out from now on because of it.

    A hook that raises is kept out at once, for it spoils pages that are not the plugin's; a page or job of its own spoils only
    itself, so one odd row must not take the whole plugin away: STRIKES within a day do."""
    over = PluginStrike.at <= session.now() - WITHIN
    session.execute(delete(PluginStrike).where(PluginStrike.plugin == plugin, over))
    session.add(PluginStrike(plugin=plugin, plugin_version=version, moment=moment, at=session.now()))
    session.flush()
    mine = (PluginStrike.plugin == plugin, PluginStrike.plugin_version == version)
    met = session.scalar(select(func.count()).select_from(PluginStrike).where(*mine)) or 0
    return met >= STRIKES and keep_out(session, plugin=plugin, version=version, moment=moment, fault=fault)


def is_kept_out(session: TenantSession, *, plugin: str, version: str) -> bool:
    mine = (PluginFault.plugin == plugin, PluginFault.plugin_version == version)
    return session.scalar(select(PluginFault.plugin).where(*mine)) is not None


def let_in(session: TenantSession, *, plugin: str) -> bool:
    """False if it is not kept out. What it did before is forgotten."""
    session.execute(delete(PluginStrike).where(PluginStrike.plugin == plugin))
    gone = delete(PluginFault).where(PluginFault.plugin == plugin).returning(PluginFault.plugin)
    return session.execute(gone).first() is not None
