"""Background work of fire safety."""

from __future__ import annotations

from datetime import time

from core.sdk.domain import TenantSession
from core.sdk.jobs import BULK, JobHandle, Periodic, job
from plugins.fire.services.reminders import remind

REMIND = "fire.remind"
PERIODIC = (Periodic(REMIND, daily_at=time(7, 30), tenants="district"),)


@job(REMIND, queue=BULK)
def remind_people(session: TenantSession, *, job: JobHandle) -> dict[str, int]:
    return remind(session)
