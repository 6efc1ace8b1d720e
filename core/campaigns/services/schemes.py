"""A school submits its scheme; the district accepts it or returns it with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.audit.services import record
from core.campaigns.models import Scheme
from core.campaigns.permissions import CampaignPermission
from core.campaigns.queries.schemes import SUBJECT
from core.campaigns.queries.scope import answering
from core.db.sessions import TenantSession
from core.files.services import attach
from core.jobs.services import emit
from core.kernel.errors import Invalid, NotFound, Refused, Stale
from core.kernel.events import Event
from core.kernel.ids import new_id
from core.notify.services import notify
from core.orgs.models import OrgUnit
from core.tenancy.shelf import pack_of

SUBMIT, REVIEW = CampaignPermission.SCHEME_SUBMIT, CampaignPermission.SCHEME_REVIEW


def submit_scheme(
    session: TenantSession,
    *,
    actor: Actor,
    campaign: str,
    unit_id: UUID,
    version: int,
    title: str,
    file_ids: Sequence[UUID],
) -> UUID:
    """``version`` 0: the first time. Raises NotFound, Invalid without a file, Refused for an accepted one, Stale."""
    actor.require(SUBMIT, unit_id)
    if campaign not in {own.code for own in pack_of(session).campaigns}:
        raise Invalid(fields={"campaign": "没有这个行动"})
    if session.scalar(select(OrgUnit.id).where(OrgUnit.id == unit_id, *answering(session))) is None:
        raise NotFound()
    if not file_ids:
        raise Invalid(fields={"file_ids": "请上传实施方案文件"})
    row = _locked(session, campaign=campaign, unit_id=unit_id)
    if (row.version if row else 0) != version:
        raise Stale()
    if row is not None and row.state == "accepted":
        raise Refused("方案已审核通过，不能再改")
    if row is None:
        row = Scheme(id=new_id(), campaign=campaign, unit_id=unit_id, times=0)
        session.add(row)
    row.state, row.title, row.times = "submitted", title, row.times + 1
    row.submitted_at, row.submitted_by, row.submitted_by_name = session.now(), actor.person_id, actor.name
    session.flush()
    for file_id in file_ids:
        attach(session, actor=actor, file_id=file_id, subject_kind=SUBJECT, subject_id=row.id)
    _tell(session, actor, row, "submitted", times=row.times)
    return row.id


def review_scheme(
    session: TenantSession, *, actor: Actor, scheme_id: UUID, version: int, accept: bool, reason: str = ""
) -> None:
    """Accepts, or returns with a reason. Raises NotFound, Invalid without a reason, Refused unless submitted, Stale."""
    actor.require(REVIEW)
    row = session.scalars(
        select(Scheme)
        .where(Scheme.id == scheme_id, actor.coverage(REVIEW).filter(Scheme.unit_id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound()
    if row.version != version:
        raise Stale()
    if row.state != "submitted":
        raise Refused("这份方案没有等待审核")
    if not accept and not reason.strip():
        raise Invalid(fields={"reason": "退回要写明理由"})
    row.state, row.reason = ("accepted", "") if accept else ("returned", reason)
    row.checked_at, row.checked_by, row.checked_by_name = session.now(), actor.person_id, actor.name
    session.flush()
    _tell(session, actor, row, row.state, reason=row.reason)
    if row.submitted_by is not None:
        word = "实施方案已审核通过" if accept else "实施方案被退回"
        notify(session, to=row.submitted_by, kind="scheme", title=f"{word}：{row.title}", link="/campaigns/schemes")


def _locked(session: TenantSession, *, campaign: str, unit_id: UUID) -> Scheme | None:
    return session.scalars(
        select(Scheme).where(Scheme.campaign == campaign, Scheme.unit_id == unit_id).with_for_update()
    ).one_or_none()


def _tell(session: TenantSession, actor: Actor, row: Scheme, act: str, **data: Any) -> None:
    record(
        session,
        actor=actor,
        action=f"campaign_scheme.{act}",
        object_kind="campaign_scheme",
        object_id=row.id,
        data=data,
    )
    payload = {"campaign": row.campaign, "unit_id": str(row.unit_id), "state": row.state}
    emit(session, Event(topic=f"campaign_scheme.{act}", tenant_id=session.tenant_id, at=session.now(), payload=payload))
