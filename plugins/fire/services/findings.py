"""What a patrol or an acceptance turns up becomes a hazard, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from core.sdk.domain import Actor, Conflict, Found, NotFound, Phrase, Refused, Report, Stale, TenantSession, record
from plugins.fire.acceptance import Stage
from plugins.fire.models import Patrol, Place
from plugins.fire.services.acceptances import locked
from plugins.fire.services.patrols import link_hazard, record_patrol

ACCEPTANCE = "fire.acceptance"
DEFAULT = "fire.key_place"


def record_finding(
    session: TenantSession,
    *,
    actor: Actor,
    report: Report,
    place_id: UUID,
    note: str,
    category: str | None = None,
    file_ids: Sequence[UUID] = (),
) -> tuple[UUID, UUID]:
    """The patrol and its hazard: (patrol id, hazard id). Raises NotFound, Invalid, Conflict, Forbidden."""
    patrol_id = record_patrol(session, actor=actor, place_id=place_id, result="finding", note=note)
    hazard_id = _report(session, report, place_id, note, category, file_ids)
    link_hazard(session, actor=actor, patrol_id=patrol_id, hazard_id=hazard_id)
    return patrol_id, hazard_id


def report_finding(
    session: TenantSession, *, actor: Actor, report: Report, patrol_id: UUID, category: str | None = None
) -> UUID:
    """A finding that was only written down becomes a hazard later. Raises NotFound, Conflict."""
    row = session.execute(select(Patrol.place_id, Patrol.note, Patrol.result).where(Patrol.id == patrol_id)).first()
    if row is None:
        raise NotFound()
    if row.result != "finding":
        raise Conflict("这次巡查没有发现问题")
    hazard_id = _report(session, report, row.place_id, row.note, category, ())
    link_hazard(session, actor=actor, patrol_id=patrol_id, hazard_id=hazard_id)
    return hazard_id


def report_acceptance(
    session: TenantSession, *, actor: Actor, report: Report, acceptance_id: UUID, version: int
) -> UUID:
    """A building that did not pass becomes a hazard of category «fire.acceptance». Raises Stale, Conflict, Refused."""
    case = locked(session, actor=actor, acceptance_id=acceptance_id)
    if case.version != version:
        raise Stale()
    if case.hazard_id is not None:
        raise Conflict("已经登记为隐患")
    if case.stage == Stage.DONE:
        raise Refused("已办结，不是隐患")
    description = Phrase("%(building)s未通过消防验收或备案", building=case.building) + (
        f"：{case.reason}" if case.reason else ""
    )
    found = Found(
        unit_id=case.unit_id, place=case.building, description=description, domain="fire", category=ACCEPTANCE
    )
    case.hazard_id = report(found=found).id
    session.flush()
    record(
        session,
        actor=actor,
        action="fire_acceptance.reported",
        object_kind="fire_acceptance",
        object_id=case.id,
        data={"hazard_id": str(case.hazard_id)},
    )
    return case.hazard_id


def _report(
    session: TenantSession, report: Report, place_id: UUID, note: str, category: str | None, file_ids: Sequence[UUID]
) -> UUID:
    place = session.execute(select(Place.unit_id, Place.name).where(Place.id == place_id)).one()
    found = Found(
        unit_id=place.unit_id, place=place.name, description=note, domain="fire", category=category or DEFAULT
    )
    return report(found=found, file_ids=file_ids).id
