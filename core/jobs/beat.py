"""The body of `xiaoan beat`: everything that works across tenants, in one process with the platform login.

Relay, sweeper, tick and sealer are loops here and not Celery tasks: so they go on while Redis is away, and workers
need no login beyond the application's. Several may run at once; rows and keys keep them apart.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from core.audit.heads import Heads, heads_of
from core.audit.seal import publish_daily, seal_waiting
from core.jobs.celery import doorbell, forgetting, idling, make_celery
from core.jobs.relay import Relay
from core.jobs.schedule import Schedule
from core.jobs.works import Works
from core.settings import Settings

log = structlog.get_logger(__name__)

RELAY_S, SWEEP_S, SEAL_S, TICK_S, HEADS_S = 0.2, 2.0, 5.0, 5.0, 3600.0
AFTER_FAULT_S = 2.0


@dataclass
class Pulse:
    """Something done every ``every_s`` seconds; True from ``act`` means that there is more to do at once."""

    name: str
    every_s: float
    act: Callable[[], object]
    next_at: float = 0.0

    def beat(self, now: float) -> None:
        """A fault is logged and the act tried again."""
        try:
            more = self.act()
        except Exception as fault:  # noqa: BLE001  no pulse may end the process or the others
            log.warning("pulse failed", pulse=self.name, fault=repr(fault))
            self.next_at = now + max(self.every_s, AFTER_FAULT_S)
        else:
            self.next_at = now if more is True else now + self.every_s


def keep_beating(pulses: Sequence[Pulse], stop: threading.Event) -> None:
    """Until ``stop`` is set; ends between two acts."""
    while not stop.is_set():
        now = time.monotonic()
        for pulse in pulses:
            if pulse.next_at <= now and not stop.is_set():
                pulse.beat(now)
        stop.wait(max(0.0, min(pulse.next_at for pulse in pulses) - time.monotonic()))


def run_beat(settings: Settings, works: Works, *, stop: threading.Event) -> None:
    """Works until ``stop`` is set. The relay has a thread of its own, so that sealing never delays a job."""
    relay = Relay(
        works.db,
        doorbell=doorbell(make_celery(settings), works.registry),
        shifts=not settings.production,
        forgot=forgetting(settings),
        idle=idling(settings, works.registry),
    )
    schedule = Schedule(works.periodics)
    heads = heads_of(settings)
    slow = [
        Pulse("sweep", SWEEP_S, relay.sweep),
        Pulse("tick", TICK_S, lambda: tick(works, schedule)),
        Pulse("seal", SEAL_S, lambda: seal_waiting(works.db, heads)),
        Pulse("heads", HEADS_S, lambda: _publish(works, heads)),
    ]
    housekeeping = threading.Thread(target=keep_beating, args=(slow, stop), name="housekeeping")
    housekeeping.start()
    keep_beating([Pulse("relay", RELAY_S, relay.turn)], stop)
    housekeeping.join()


def tick(works: Works, schedule: Schedule) -> None:
    """Orders what has fallen due."""
    turns = schedule.fresh(works.directory.all(), works.directory.clock)
    if not turns:
        return
    with works.db.platform() as session:
        schedule.order(session, turns)
    schedule.ordered(turns)


def _publish(works: Works, heads: Heads) -> None:
    for tenant in works.directory.all():
        publish_daily(works.db, heads, tenant_id=tenant.id)
