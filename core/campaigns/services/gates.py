"""Exit gates of phases are confirmed by a named person on evidence, and taken back with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.audit.services import record
from core.campaigns.models import GateConfirmation
from core.campaigns.permissions import CampaignPermission
from core.db.sessions import TenantSession
from core.files.services import attach
from core.jobs.services import emit
from core.kernel.errors import NotFound, Refused, Stale
from core.kernel.events import Event
from core.kernel.ids import new_id
from core.tenancy.shelf import pack_of

GATE = CampaignPermission.GATE
SUBJECT = "phase_gate"


def confirm_gate(
    session: TenantSession, *, actor: Actor, campaign: str, phase: str, position: int, version: int, note: str,
    file_ids: Sequence[UUID] = (),
) -> UUID:  # fmt: skip
    """``position``: of the gate in its phase, from 1; ``version`` 0: never confirmed. Raises NotFound, Refused, Stale."""
    row = _locked(session, actor, campaign, phase, position, version)
    if row.confirmed_at is not None:
        raise Refused("这一项已经确认")
    row.note, row.reason = note, ""
    row.confirmed_at, row.confirmed_by, row.confirmed_by_name = session.now(), actor.person_id, actor.name
    session.add(row)
    session.flush()
    for file_id in file_ids:
        attach(session, actor=actor, file_id=file_id, subject_kind=SUBJECT, subject_id=row.id)
    _tell(session, actor, row, "confirmed", note)
    return row.id


def withdraw_gate(
    session: TenantSession, *, actor: Actor, campaign: str, phase: str, position: int, version: int, reason: str
) -> None:
    """Takes a confirmation back. Raises NotFound, Refused for one that is open, Stale."""
    row = _locked(session, actor, campaign, phase, position, version)
    if row.confirmed_at is None:
        raise Refused("这一项还没有确认")
    row.confirmed_at, row.confirmed_by, row.confirmed_by_name, row.reason = None, None, "", reason
    session.flush()
    _tell(session, actor, row, "withdrawn", reason)


def _locked(
    session: TenantSession, actor: Actor, campaign: str, phase: str, position: int, version: int
) -> GateConfirmation:
    actor.require(GATE)
    if not actor.coverage(GATE).everywhere:
        raise NotFound()
    gate = _words(session, campaign, phase, position)
    row = session.scalars(
        select(GateConfirmation)
        .where(GateConfirmation.campaign == campaign, GateConfirmation.phase == phase, GateConfirmation.gate == gate)
        .with_for_update()
    ).one_or_none()
    if (row.version if row else 0) != version:
        raise Stale()
    return row or GateConfirmation(id=new_id(), campaign=campaign, phase=phase, gate=gate, note="", confirmed_at=None)


def _words(session: TenantSession, campaign: str, phase: str, position: int) -> str:
    for own in pack_of(session).campaigns:
        for part in own.phases if own.code == campaign else ():
            if part.code == phase and 1 <= position <= len(part.gates):
                return part.gates[position - 1]
    raise NotFound()


def _tell(session: TenantSession, actor: Actor, row: GateConfirmation, act: str, words: str) -> None:
    record(
        session, actor=actor, action=f"phase_gate.{act}", object_kind="phase_gate", object_id=row.id,
        data={"gate": row.gate, "reason": words},
    )  # fmt: skip
    payload = {"campaign": row.campaign, "phase": row.phase, "gate": row.gate}
    emit(session, Event(topic=f"phase_gate.{act}", tenant_id=session.tenant_id, at=session.now(), payload=payload))
