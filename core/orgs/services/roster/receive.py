"""Takes a roster in: reads it, understands every row, keeps it as a preview. Nothing else changes until the commit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.identity.permissions import PersonPermission
from core.kernel.errors import Invalid
from core.kernel.ids import new_id
from core.orgs.models.roster import COMMITTING, DONE, FAULTY, GOOD, PREVIEW, RosterBatch, RosterRow
from core.orgs.permissions import OrgPermission
from core.orgs.roster.headers import FIELDS, find_columns
from core.orgs.roster.reading import read_sheets
from core.orgs.services.roster.commit import commit_rows
from core.orgs.services.roster.known import look_around
from core.orgs.services.roster.understand import Row, understand

CHUNK = 1000


@dataclass(frozen=True)
class Received:
    """``known``: the same file was sent before by the same person; this is that batch."""

    batch_id: UUID
    known: bool


def receive_roster(session: TenantSession, *, actor: Actor, kind: str, name: str, content: bytes) -> Received:
    """Raises Invalid with what is right for a file that is no roster; faults of single rows are in the preview."""
    actor.require(OrgPermission.ROSTER_IMPORT)
    if kind not in FIELDS:
        raise Invalid(fields={"kind": "请选择单位名册或人员名册"})
    if kind == "people":
        actor.require(PersonPermission.ACCOUNT_WRITE)
        actor.require(PersonPermission.ROLE_GRANT)
    else:
        actor.require(OrgPermission.UNIT_WRITE)
    digest = hashlib.sha256(content).hexdigest()
    before = session.scalar(
        select(RosterBatch.id)
        .where(
            RosterBatch.kind == kind, RosterBatch.digest == digest, RosterBatch.state.in_((PREVIEW, COMMITTING, DONE))
        )
        .where(RosterBatch.created_by.is_not_distinct_from(actor.person_id))
        .order_by(RosterBatch.created_at.desc())
        .limit(1)
    )
    if before is not None:
        return Received(before, known=True)
    rows, columns = find_columns(read_sheets(content), kind)
    understood = understand(rows, columns, kind, look_around(session, actor=actor))
    if not understood:
        raise Invalid("表头之下没有数据行", fields={"file": "请填写至少一行"})
    batch = RosterBatch(
        id=new_id(), kind=kind, file_name=name[-200:], digest=digest, columns=dict(columns.headers), ignored=list(columns.ignored),
        total=len(understood), faulty=sum(1 for row in understood if row.faults), created_at=session.now(), created_by=actor.person_id,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    for start in range(0, len(understood), CHUNK):
        session.execute(
            insert(RosterRow), [_stored(session, batch.id, row) for row in understood[start : start + CHUNK]]
        )
    record(
        session, actor=actor, action="roster.received", object_kind="roster_batch", object_id=batch.id,
        data={"kind": kind, "rows": batch.total, "faulty": batch.faulty},
    )  # fmt: skip
    return Received(batch.id, known=False)


def import_units(session: TenantSession, *, actor: Actor, name: str, content: bytes) -> dict[str, int]:
    """Preview and commit in one go, for commands. Raises Invalid naming the rows where any is at fault; keeps nothing then."""
    received = receive_roster(session, actor=actor, kind="units", name=name, content=content)
    batch = session.get_one(RosterBatch, (session.tenant_id, received.batch_id))
    if batch.faulty:
        faulty = session.scalars(
            select(RosterRow)
            .where(RosterRow.batch_id == batch.id, RosterRow.state == FAULTY)
            .order_by(RosterRow.no)
            .limit(50)
        )
        raise Invalid(
            "名册中有%(n)s行有误", n=batch.faulty,
            fields={f"第{row.no}行": "；".join(f"{batch.columns.get(key, key)}：{why}" for key, why in row.faults.items()) for row in faulty},
        )  # fmt: skip
    commit_rows(session, actor=actor, batch_id=received.batch_id)
    batch = session.get_one(RosterBatch, (session.tenant_id, received.batch_id))
    return {
        "rows": batch.total, "created": batch.created, "updated": batch.updated, "unchanged": batch.unchanged, "refused": batch.refused,
    }  # fmt: skip


def _stored(session: TenantSession, batch_id: UUID, row: Row) -> dict[str, object]:
    return {
        "tenant_id": session.tenant_id, "batch_id": batch_id, "no": row.no, "identity": row.identity, "cells": row.cells,
        "values": {} if row.faults else row.values, "faults": row.faults, "state": FAULTY if row.faults else GOOD, "effects": [],
    }  # fmt: skip
