"""Commits the good rows of a batch: in chunks that each stand alone, so that a crash loses nothing and repeats nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.jobs.services import emit, enqueue
from core.kernel.errors import NotFound, Refused, XiaoanError
from core.kernel.events import Event, Scalar
from core.orgs.models.roster import (
    COMMITTING,
    CREATED,
    DONE,
    GOOD,
    PREVIEW,
    REFUSED,
    UNCHANGED,
    UPDATED,
    RosterBatch,
    RosterRow,
)  # fmt: skip
from core.orgs.permissions import OrgPermission
from core.orgs.services.closure import rebuild_closure
from core.orgs.services.roster.people import commit_person
from core.orgs.services.roster.units import commit_unit, parents_first

JOB = "orgs.commit_roster"
CHUNK = 100
SETTLE_EVERY = 10
"""Chunks between two rebuilds of the closure: it is needed by readers, not by the rows that follow."""
Progress = Callable[[int, int], None]


def order_commit(session: TenantSession, *, actor: Actor, batch_id: UUID) -> UUID:
    """Orders the job; asking twice gives the same job. Raises Refused for a batch that was undone."""
    batch = own_batch(session, actor=actor, batch_id=batch_id)
    if batch.state in (COMMITTING, DONE) and batch.job_id is not None:
        return batch.job_id
    if batch.state != PREVIEW:
        raise Refused("这个批次已撤销，请重新上传")
    if batch.faulty == batch.total:
        raise Refused("没有可以导入的行，请改正后重新上传")
    batch.job_id = enqueue(
        session, kind=JOB, args={"batch_id": str(batch_id)}, actor=actor, dedupe_key=f"{JOB}:{batch_id}"
    )
    batch.state = COMMITTING
    session.flush()
    record(session, actor=actor, action="roster.ordered", object_kind="roster_batch", object_id=batch_id)
    return batch.job_id


def commit_rows(session: TenantSession, *, actor: Actor, batch_id: UUID, progress: Progress | None = None) -> None:
    """``progress(done, total)`` may commit: rows that are done are not touched again, whoever goes on.

    A row that the data of today refuses is marked with the reason and undone by itself; the others go on.
    """
    batch = session.get_one(RosterBatch, (session.tenant_id, batch_id))
    kind, total = batch.kind, batch.total - batch.faulty
    act = commit_unit if kind == "units" else commit_person
    turns = 0
    while chunk := _next(session, batch_id, kind):
        for row in chunk:
            _one(session, actor, row, act)
        turns += 1
        if kind == "units" and turns % SETTLE_EVERY == 0:
            rebuild_closure(session)
        session.flush()
        done = total - _left(session, batch_id)
        session.expunge_all()  # thousands of rows need not stay in memory; what follows reads anew
        if progress is not None:
            progress(done, total)
    if kind == "units":
        rebuild_closure(session)
    _close(session, actor, batch_id)


def own_batch(session: TenantSession, *, actor: Actor, batch_id: UUID) -> RosterBatch:
    """The batch, locked: one's own, or anybody's for who imports for the whole district. Raises NotFound."""
    actor.require(OrgPermission.ROSTER_IMPORT)
    batch = session.scalars(
        select(RosterBatch)
        .where(RosterBatch.id == batch_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if batch is None or not (
        actor.coverage(OrgPermission.ROSTER_IMPORT).everywhere
        or (batch.created_by and batch.created_by == actor.person_id)
    ):
        raise NotFound()
    return batch


def _next(session: TenantSession, batch_id: UUID, kind: str) -> Sequence[RosterRow]:
    good = select(RosterRow).where(RosterRow.batch_id == batch_id, RosterRow.state == GOOD).order_by(RosterRow.no)
    if kind == "units":  # a parent may stand further down in the file
        return parents_first(session, session.scalars(good).all())[:CHUNK]
    return session.scalars(good.limit(CHUNK)).all()


def _left(session: TenantSession, batch_id: UUID) -> int:
    left = select(func.count()).select_from(RosterRow).where(RosterRow.batch_id == batch_id, RosterRow.state == GOOD)
    return session.scalar(left) or 0


def _one(
    session: TenantSession,
    actor: Actor,
    row: RosterRow,
    act: Callable[..., list[dict[str, Any]]],
) -> None:
    try:
        with session.begin_nested():
            effects = act(session, actor=actor, values=dict(row.values))
    except XiaoanError as fault:
        row.state = REFUSED
        row.faults = fault.fields or {"": fault.text()}
        return
    row.effects = effects
    made = any(effect["do"] in ("create", "appoint") for effect in effects)
    row.state = CREATED if made else UPDATED if effects else UNCHANGED


def _close(session: TenantSession, actor: Actor, batch_id: UUID) -> None:
    batch = session.get_one(RosterBatch, (session.tenant_id, batch_id))
    states = session.scalars(select(RosterRow.state).where(RosterRow.batch_id == batch_id)).all()
    batch.created, batch.updated = states.count(CREATED), states.count(UPDATED)
    batch.unchanged, batch.refused = states.count(UNCHANGED), states.count(REFUSED)
    batch.state, batch.committed_at = DONE, session.now()
    session.flush()
    counts = {
        "created": batch.created,
        "updated": batch.updated,
        "unchanged": batch.unchanged,
        "refused": batch.refused,
    }
    record(session, actor=actor, action="roster.committed", object_kind="roster_batch", object_id=batch_id, data=counts)
    payload: dict[str, Scalar] = {"batch_id": str(batch_id), "kind": batch.kind, **counts}
    emit(session, Event(topic="org.roster_committed", tenant_id=session.tenant_id, at=session.now(), payload=payload))
