"""What background work of a plugin rests on: the mark of a handler, what falls due by the clock, notices to people."""

from __future__ import annotations

from core.jobs.handle import JobHandle
from core.jobs.registry import BULK, INTERACTIVE, REPORT, job
from core.jobs.schedule import Periodic
from core.notify.services import notify
from core.orgs.queries import people_in_charge

__all__ = ["BULK", "INTERACTIVE", "REPORT", "JobHandle", "Periodic", "job", "notify", "people_in_charge"]
