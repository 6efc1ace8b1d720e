"""Housekeeping of identity."""

from __future__ import annotations

from datetime import time

from core.db.sessions import TenantSession
from core.identity.services import lockout, sessions
from core.jobs.handle import JobHandle
from core.jobs.registry import REPORT, job
from core.jobs.schedule import Periodic


@job("identity.prune", queue=REPORT)
def prune_identity(session: TenantSession, *, job: JobHandle) -> dict[str, int]:
    """Deletes failed sign-ins that are forgotten and sessions that expired a month ago."""
    return {"attempts": lockout.prune(session), "sessions": sessions.prune(session)}


PRUNE = Periodic("identity.prune", daily_at=time(3, 40))
