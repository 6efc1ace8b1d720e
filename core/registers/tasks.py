"""Background work of registers: once a day everything, after a change the units it touches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import time
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.db.sessions import TenantSession
from core.jobs.handle import JobHandle
from core.jobs.registry import BULK, job
from core.jobs.schedule import Periodic
from core.kernel.events import Event
from core.orgs.models import OrgClosure
from core.registers.catalogue import Registers
from core.registers.models import RegisterBreach
from core.registers.queries.rules import watched
from core.registers.services.entries import CHANGED
from core.registers.services.notices import tell_endings
from core.registers.services.rules import check_rules, clear_all

DAILY = "registers.daily"
PERIODIC = Periodic(kind=DAILY, daily_at=time(6, 30), tenants="district")


def daily_job(registers: Registers) -> Callable[..., Mapping[str, Any]]:
    """The handler of ``registers.daily`` for the registers of one process."""

    @job(DAILY, queue=BULK)
    def daily(session: TenantSession, *, job: JobHandle) -> dict[str, int]:
        return run_daily(session, registers=registers)

    return daily


def run_daily(session: TenantSession, *, registers: Registers) -> dict[str, int]:
    """Rules and ends of every register in force; breaches of those that are not any more are cleared. Idempotent."""
    in_force = registers.in_force(session)
    done = {"opened": 0, "cleared": 0, "told": 0}
    for register in in_force.values():
        checked = check_rules(session, registers=registers, register=register)
        done["opened"] += checked.opened
        done["cleared"] += checked.cleared
        done["told"] += tell_endings(session, register=register)
    left = session.scalars(select(RegisterBreach.register).where(RegisterBreach.cleared_at.is_(None)).distinct())
    for slug in left.all():
        if slug not in in_force:
            done["cleared"] += clear_all(session, slug=slug).cleared
    return done


def take_event(session: TenantSession, event: Event, *, registers: Registers) -> None:
    """After a change: the rules of that register and of those that look into it, for the unit and those above it that count
    what is below."""
    if event.topic != CHANGED:
        return
    changed, in_force = str(event.payload["register"]), registers.in_force(session)
    if changed not in in_force:
        return
    named = event.payload.get("unit_id")
    units = None if named is None else _with_those_above(session, UUID(str(named)))
    for register in in_force.values():
        if register.slug == changed or any(changed in watched(rule) for rule in register.rules):
            check_rules(session, registers=registers, register=register, units=units)


def _with_those_above(session: TenantSession, unit_id: UUID) -> frozenset[UUID]:
    above = select(OrgClosure.ancestor_id).where(
        OrgClosure.descendant_id == unit_id, OrgClosure.admin_depth.is_not(None)
    )
    return frozenset(session.scalars(above)) | {unit_id}
