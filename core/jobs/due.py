"""Runs once, here and now, whatever is due at a given time: for replaying a district's history and for scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from core.jobs.models import QUEUED, Job
from core.jobs.relay import move_outbox
from core.jobs.schedule import due
from core.jobs.works import Works
from core.kernel.clock import FixedClock
from core.tenancy.directory import TenantCard

ROUNDS = 10_000
"""Jobs of one tenant in one call; work that orders itself again without end stops here."""


@dataclass(frozen=True)
class Ran:
    """``state``: done, failed, dead, or queued when it is to be tried again later."""

    tenant: str
    kind: str
    job_id: UUID
    state: str


def run_due(works: Works, *, as_of: datetime | None, tenant: str | None = None) -> Iterator[Ran]:
    """Orders what is due, delivers events and runs jobs until nothing is left, all with the clock standing at ``as_of``.

    ``as_of`` None: each tenant's own now; a demo district lives in its campaign year, not in ours. ``tenant``: only the
    one with this slug. Needs no Redis, no worker and no platform login; lazily, one job a step.
    """
    for card in works.directory.all():
        if card.status == "active" and tenant in (None, card.slug):
            yield from _run_tenant(works, card, FixedClock(as_of or works.directory.clock(card).now()))


def _run_tenant(works: Works, card: TenantCard, clock: FixedClock) -> Iterator[Ran]:
    with works.db.tenant(card.id, clock=clock) as session:
        for turn in due(works.periodics, [card], lambda _: clock):
            # marked as rung: a relay that runs meanwhile leaves it to us
            row = turn.row() | {"rung_at": func.clock_timestamp()}
            session.execute(insert(Job).values(row).on_conflict_do_nothing(index_elements=["tenant_id", "dedupe_key"]))
    tried: set[UUID] = set()
    for _ in range(ROUNDS):
        with works.db.tenant(card.id, clock=clock) as session:
            while move_outbox(session):
                pass
            waiting = select(Job.id, Job.kind).where(
                Job.state == QUEUED, Job.run_after <= session.now(), Job.id.not_in(tried)
            )
            found = session.execute(waiting.order_by(Job.run_after, Job.id).limit(1)).first()
        if found is None:
            return
        state = works.runner.run(card.id, found.id, clock=clock)
        if state is None:
            tried.add(found.id)  # a worker was quicker
        else:
            yield Ran(card.slug, found.kind, found.id, state)
