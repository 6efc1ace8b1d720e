"""应急预案: issued, revised as a further version, looked at again, withdrawn. A wording never changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.files.services import attach
from core.jobs.services import emit
from core.kernel.clock import local_date
from core.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from core.kernel.events import Event
from core.kernel.ids import new_id
from core.records.kinds import known_topics
from core.records.limits import limits, months_later
from core.records.models import EmergencyPlan, EmergencyPlanVersion
from core.records.privacy import refuse_personal
from core.records.scope import recordable, visible
from core.records.services.writing import for_unit
from core.tenancy.packs.model import Pack

SUBJECT = "emergency_plan"
KINDS: Mapping[str, str] = {"comprehensive": "综合预案", "special": "专项预案", "on_site": "现场处置方案"}
"""GB/T 29639-2020."""
BODY_MAX, TITLE_MAX = 50_000, 100


@dataclass(frozen=True, kw_only=True)
class PlanFacts:
    unit_id: UUID
    kind: str
    title: str
    body: str
    topic: str = ""
    in_force_on: date | None = None
    """None: today."""


def issue_plan(
    session: TenantSession, *, actor: Actor, pack: Pack | None, facts: PlanFacts, file_ids: Sequence[UUID] = ()
) -> UUID:
    """The first wording. Raises Forbidden, NotFound, Invalid."""
    card = for_unit(session, actor=actor, unit_id=facts.unit_id)
    wrong: dict[str, str] = {}
    if facts.kind not in KINDS:
        wrong["kind"] = "请从列表中选择"
    if facts.topic and facts.topic not in known_topics(pack):
        wrong["topic"] = "请从列表中选择"
    if not facts.title.strip() or len(facts.title) > TITLE_MAX:
        wrong["title"] = "请填写名称"
    if wrong:
        raise Invalid(fields=wrong)
    today = local_date(session.now())
    row = EmergencyPlan(
        id=new_id(), unit_id=card.id, kind=facts.kind, title=facts.title.strip(), topic=facts.topic, latest_no=1,
        review_on=months_later(today, limits(session).review_months),
    )  # fmt: skip
    session.add(row)
    session.flush()
    _word(session, actor, row, facts.body, "", facts.in_force_on or today, file_ids)
    _note(session, actor, row, "issued", no=1)
    return row.id


def revise_plan(
    session: TenantSession, *, actor: Actor, plan_id: UUID, version: int, body: str, reason: str, in_force_on: date | None = None,
    file_ids: Sequence[UUID] = (),
) -> int:  # fmt: skip
    """A further wording, and the time to the next review begins anew. Returns its number. Raises NotFound, Forbidden, Stale, Refused, Invalid."""
    row = _locked(session, actor, plan_id, version)
    if not reason.strip():
        raise Invalid(fields={"reason": "请写明为什么修订"})
    today = local_date(session.now())
    row.latest_no += 1
    row.review_on = months_later(today, limits(session).review_months)
    session.flush()
    _word(session, actor, row, body, reason.strip(), in_force_on or today, file_ids)
    _note(session, actor, row, "revised", no=row.latest_no, reason=reason.strip())
    return row.latest_no


def review_plan(session: TenantSession, *, actor: Actor, plan_id: UUID, version: int, reason: str) -> int:
    """Looked at again and still right, with a word why. Returns the row's new version. Raises as ``revise_plan``."""
    row = _locked(session, actor, plan_id, version)
    if not reason.strip():
        raise Invalid(fields={"reason": "请写明复审结论"})
    refuse_personal({"reason": reason})
    row.review_on = months_later(local_date(session.now()), limits(session).review_months)
    session.flush()
    _note(session, actor, row, "reviewed", reason=reason.strip(), review_on=row.review_on.isoformat())
    return row.version


def retire_plan(session: TenantSession, *, actor: Actor, plan_id: UUID, version: int, reason: str) -> int:
    """废止: it stays to be read. Returns the row's new version. Raises as ``revise_plan``."""
    row = _locked(session, actor, plan_id, version)
    if not reason.strip():
        raise Invalid(fields={"reason": "请写明理由"})
    refuse_personal({"reason": reason})
    row.retired_on, row.retire_reason = local_date(session.now()), reason.strip()
    session.flush()
    _note(session, actor, row, "retired", reason=reason.strip())
    return row.version


def _word(
    session: TenantSession,
    actor: Actor,
    row: EmergencyPlan,
    body: str,
    reason: str,
    in_force_on: date,
    file_ids: Sequence[UUID],
) -> None:
    if not (body.strip() or file_ids):
        raise Invalid(fields={"body": "请填写正文或附上文件"})
    if len(body) > BODY_MAX:
        raise Invalid(fields={"body": "正文太长，请作为文件附上"})
    refuse_personal({"title": row.title, "body": body, "reason": reason})
    session.add(
        EmergencyPlanVersion(
            id=new_id(), plan_id=row.id, no=row.latest_no, body=body.strip(), reason=reason, in_force_on=in_force_on,
            issued_at=session.now(), issued_by=actor.person_id, issued_by_name=actor.name,
        )
    )  # fmt: skip
    session.flush()
    for file_id in dict.fromkeys(file_ids):
        attach(
            session, actor=actor, file_id=file_id, subject_kind=SUBJECT, subject_id=row.id, purpose=f"v{row.latest_no}"
        )


def _locked(session: TenantSession, actor: Actor, plan_id: UUID, version: int) -> EmergencyPlan:
    row = session.scalars(
        select(EmergencyPlan)
        .where(EmergencyPlan.id == plan_id, visible(actor, EmergencyPlan.unit_id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound()
    if row.unit_id not in recordable(session, actor):
        raise Forbidden()
    if row.version != version:
        raise Stale()
    if row.retired_on is not None:
        raise Refused("这份预案已废止")
    return row


def _note(session: TenantSession, actor: Actor, row: EmergencyPlan, act: str, **data: object) -> None:
    record(
        session, actor=actor, action=f"emergency_plan.{act}", object_kind="emergency_plan", object_id=row.id, data=data
    )  # fmt: skip
    payload = {"plan_id": str(row.id), "unit_id": str(row.unit_id)}
    emit(session, Event(topic=f"emergency_plan.{act}", tenant_id=session.tenant_id, at=session.now(), payload=payload))
