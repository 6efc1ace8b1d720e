"""Tasks are reported by who does them and signed by somebody else where that is asked; the district opens them again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core.access.actor import Actor
from core.audit.services import record
from core.campaigns.models import TaskState
from core.campaigns.parties import parties
from core.campaigns.permissions import CampaignPermission
from core.campaigns.plan import PlanTask
from core.campaigns.queries.board import plan_of
from core.campaigns.queries.tasks import SUBJECT
from core.db.sessions import TenantSession
from core.files.queries import files_on
from core.files.services import attach
from core.jobs.services import emit
from core.kernel.clock import local_date
from core.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from core.kernel.events import Event
from core.kernel.ids import new_id
from core.notify.services import notify
from core.orgs.models import OrgUnit
from core.orgs.queries import people_in_charge
from core.orgs.queries.units import root_unit_id
from core.tenancy.shelf import pack_of

REPORT, SIGN, WRITE = CampaignPermission.REPORT, CampaignPermission.SIGN, CampaignPermission.WRITE


def report_task(
    session: TenantSession, *, actor: Actor, code: str, unit_id: UUID, version: int, done_on: date, note: str = "",
    file_ids: Sequence[UUID] = (),
) -> UUID:  # fmt: skip
    """Says that this unit's part is done; ``version`` 0: nothing was reported before. Returns the id of the part.

    Done at once, or waiting for a signature where the task asks for one. Raises NotFound for a task or unit out of reach,
    Invalid for a day in the future or without a file where one is asked, Refused for a part that is done, Stale.
    """
    actor.require(REPORT, unit_id)
    task = task_of(session, code)
    _require_part(session, task, unit_id)
    if done_on > local_date(session.now()):
        raise Invalid(fields={"done_on": "完成日期不能晚于今天"})
    row = _locked(session, task, unit_id, version)
    if row.state == "done":
        raise Refused("这项任务已经办结")
    for file_id in file_ids:
        attach(session, actor=actor, file_id=file_id, subject_kind=SUBJECT, subject_id=row.id)
    if task.evidence and not files_on(session, subject_kind=SUBJECT, subject_ids=[row.id]):
        raise Invalid(fields={"file_ids": "这项任务要上传佐证材料"})
    row.state = "reported" if task.sign_off else "done"
    row.done_on, row.note, row.reason = done_on, note, ""
    row.reported_at, row.reported_by, row.reported_by_name = session.now(), actor.person_id, actor.name
    row.signed_at, row.signed_by, row.signed_by_name = None, None, ""
    session.flush()
    _record(session, actor, row, "reported", done_on=done_on.isoformat(), files=len(file_ids))
    _tell(session, row, "task.reported" if task.sign_off else "task.done")
    if task.sign_off:
        _ask_for_signature(session, actor, task, unit_id)
    return row.id


def sign_task(session: TenantSession, *, actor: Actor, code: str, unit_id: UUID, version: int) -> None:
    """Another person than the one who reported signs. Raises Forbidden for the same person, NotFound, Refused, Stale."""
    row = _waiting(session, actor, code, unit_id, version)
    row.state, row.signed_at, row.signed_by, row.signed_by_name = "done", session.now(), actor.person_id, actor.name
    session.flush()
    _record(session, actor, row, "signed")
    _tell(session, row, "task.done")


def return_task(session: TenantSession, *, actor: Actor, code: str, unit_id: UUID, version: int, reason: str) -> None:
    """Sends it back to who reported it. Raises as :func:`sign_task`."""
    row = _waiting(session, actor, code, unit_id, version)
    row.state, row.reason = "returned", reason
    session.flush()
    _record(session, actor, row, "returned", reason=reason)
    if row.reported_by is not None:
        notify(
            session,
            to=row.reported_by,
            kind="task",
            title=f"任务被退回：{task_of(session, code).label}",
            link=link_of(code),
        )


def reopen_task(session: TenantSession, *, actor: Actor, code: str, unit_id: UUID, version: int, reason: str) -> None:
    """The district opens a part again. Raises NotFound, Refused for one that is open, Stale."""
    actor.require(WRITE, unit_id)
    row = _locked(session, task_of(session, code), unit_id, version)
    if row.state == "open":
        raise Refused("这项任务还没有办结")
    row.state, row.reason, row.signed_at, row.signed_by, row.signed_by_name = "open", reason, None, None, ""
    session.flush()
    _record(session, actor, row, "reopened", reason=reason)
    _tell(session, row, "task.reopened")


def task_of(session: TenantSession, code: str) -> PlanTask:
    """Raises NotFound."""
    found = next((task for task in plan_of(session, pack_of(session)) if task.code == code), None)
    if found is None:
        raise NotFound()
    return found


def link_of(code: str) -> str:
    """The page of a task, as notices link it."""
    return f"/campaigns/tasks/{code}"


def _require_part(session: TenantSession, task: PlanTask, unit_id: UUID) -> None:
    """Raises NotFound unless the unit has a part in the task."""
    who = parties(pack_of(session), task.responsible)
    if who.bureau and unit_id == root_unit_id(session):
        return
    unit = session.get(OrgUnit, (session.tenant_id, unit_id))
    if unit is None or unit.org_type not in who.types | who.some:
        raise NotFound()


def _waiting(session: TenantSession, actor: Actor, code: str, unit_id: UUID, version: int) -> TaskState:
    actor.require(SIGN, unit_id)
    row = _locked(session, task_of(session, code), unit_id, version)
    if row.state != "reported":
        raise Refused("这项任务没有等待签认")
    if actor.person_id is not None and actor.person_id == row.reported_by:
        raise Forbidden("填报人不能签认自己的任务，请由他人签认")
    return row


def _locked(session: TenantSession, task: PlanTask, unit_id: UUID, version: int) -> TaskState:
    """The part under a row lock; the first to speak of it makes it. Raises Stale."""
    made = session.execute(
        insert(TaskState)
        .values(tenant_id=session.tenant_id, id=new_id(), code=task.code, unit_id=unit_id, state="open", version=1)
        .on_conflict_do_nothing(constraint="uq_task_states__tenant_id_code_unit_id")
        .returning(TaskState.id)
    ).first()
    row = session.scalars(
        select(TaskState)
        .where(TaskState.code == task.code, TaskState.unit_id == unit_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if (0 if made else row.version) != version:
        raise Stale()
    return row


def _ask_for_signature(session: TenantSession, actor: Actor, task: PlanTask, unit_id: UUID) -> None:
    root = root_unit_id(session)
    homes = {unit_id, root} if root else {unit_id}
    people = frozenset().union(*people_in_charge(session, permission=SIGN, units=homes).values())
    notify(
        session, to=people - {actor.person_id}, kind="task", title=f"任务待签认：{task.label}", link=link_of(task.code)
    )


def _record(session: TenantSession, actor: Actor, row: TaskState, act: str, **data: Any) -> None:
    record(
        session, actor=actor, action=f"task.{act}", object_kind="task", object_id=row.code,
        data={"unit_id": str(row.unit_id), **data},
    )  # fmt: skip


def _tell(session: TenantSession, row: TaskState, topic: str) -> None:
    payload = {"code": row.code, "unit_id": str(row.unit_id), "state": row.state}
    emit(session, Event(topic=topic, tenant_id=session.tenant_id, at=session.now(), payload=payload))
