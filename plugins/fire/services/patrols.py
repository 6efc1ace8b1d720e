"""Patrols are written down place by place; a finding becomes a hazard in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, update

from core.sdk.domain import (
    Actor,
    Conflict,
    Event,
    Invalid,
    NotFound,
    Phrase,
    TenantSession,
    local_date,
    record,
    unit_card,
)
from plugins.fire.models import Activity, Patrol, Place
from plugins.fire.permissions import FirePermission
from plugins.fire.variant import variant_in_force


def record_patrol(session: TenantSession, *, actor: Actor, place_id: UUID, result: str, note: str = "") -> UUID:
    """Raises NotFound for a place out of reach, Conflict for a retired one, Invalid for a finding that says nothing."""
    place = session.scalars(select(Place).where(Place.id == place_id)).first()
    if place is None:
        raise NotFound()
    actor.require(FirePermission.PATROL_WRITE, place.unit_id)
    if place.retired_on is not None:
        raise Conflict("这个部位已经停用，不再巡查")
    if result == "finding" and not note.strip():
        raise Invalid(fields={"note": "说明发现了什么问题"})
    now = session.now()
    patrol = Patrol(
        unit_id=place.unit_id, place_id=place_id, at=now, on=local_date(now), by_id=actor.person_id, by_name=actor.name,
        result=result, note=note,
    )  # fmt: skip
    session.add(patrol)
    session.flush()
    record(
        session, actor=actor, action="fire_patrol.recorded", object_kind="fire_place", object_id=place_id,
        data={"result": result, "patrol_id": str(patrol.id)},
    )  # fmt: skip
    return patrol.id


def record_normal_round(session: TenantSession, *, actor: Actor, place_ids: Sequence[UUID]) -> int:
    """Several places in one walk, nothing found; returns how many. Raises NotFound if one of them is out of reach."""
    wanted = list(dict.fromkeys(place_ids))
    rows = session.execute(select(Place.id, Place.unit_id).where(Place.id.in_(wanted), Place.retired_on.is_(None)))
    units: dict[UUID, UUID] = {row.id: row.unit_id for row in rows}
    if len(units) != len(wanted):
        raise NotFound()
    for unit_id in set(units.values()):
        actor.require(FirePermission.PATROL_WRITE, unit_id)
    now = session.now()
    for place_id, unit_id in units.items():
        session.add(
            Patrol(
                unit_id=unit_id,
                place_id=place_id,
                at=now,
                on=local_date(now),
                by_id=actor.person_id,
                by_name=actor.name,
                result="normal",
                note="",
            )
        )
    session.flush()
    record(
        session, actor=actor, action="fire_patrol.round", object_kind="fire_round", object_id=local_date(now).isoformat(),
        data={"places": [str(place_id) for place_id in wanted]},
    )  # fmt: skip
    return len(wanted)


def link_hazard(session: TenantSession, *, actor: Actor, patrol_id: UUID, hazard_id: UUID) -> None:
    """The finding was registered as this hazard. Raises NotFound, Conflict if it already was one."""
    patrol = session.scalars(select(Patrol).where(Patrol.id == patrol_id).with_for_update()).first()
    if patrol is None:
        raise NotFound()
    actor.require(FirePermission.PATROL_WRITE, patrol.unit_id)
    if patrol.hazard_id is not None:
        raise Conflict("这次巡查发现的问题已经登记为隐患")
    patrol.hazard_id = hazard_id
    session.flush()
    record(
        session, actor=actor, action="fire_patrol.linked", object_kind="fire_place", object_id=patrol.place_id,
        data={"patrol_id": str(patrol_id), "hazard_id": str(hazard_id)},
    )  # fmt: skip


def settle_findings(session: TenantSession, event: Event) -> None:
    """A hazard was closed: the findings that led to it are settled. Safe to run twice."""
    hazard_id = event.payload.get("hazard_id")
    if isinstance(hazard_id, str):
        session.execute(
            update(Patrol)
            .where(Patrol.hazard_id == UUID(hazard_id), Patrol.settled_at.is_(None))
            .values(settled_at=event.at)
        )


def record_activity(
    session: TenantSession, *, actor: Actor, unit_id: UUID, kind: str, on: date, headcount: int | None = None,
    failed: Sequence[str] = (), note: str = "",
) -> UUID:  # fmt: skip
    """A check, a training or the standard reached. ``failed``: the points of the check that were not in order.

    Raises Invalid for a day to come, a training without headcount, a point that the district does not check.
    """
    actor.require(FirePermission.FACILITY_WRITE, unit_id)
    unit_card(session, unit_id)
    points = variant_in_force(session).check_items
    faults = {}
    if on > local_date(session.now()):
        faults["on"] = "不能晚于今天"
    if kind == "training" and not headcount:
        faults["headcount"] = "填写参训人数"
    if unknown := [point for point in failed if point not in points]:
        faults["failed"] = Phrase("没有这个检查项：%(items)s", items=list(unknown))
    if faults:
        raise Invalid(fields=faults)
    activity = Activity(
        unit_id=unit_id, kind=kind, on=on, headcount=headcount if kind == "training" else None, note=note,
        items=[{"item": point, "ok": point not in failed} for point in points] if kind == "check" else [],
        by_id=actor.person_id, by_name=actor.name, written_at=session.now(),
    )  # fmt: skip
    session.add(activity)
    session.flush()
    record(
        session, actor=actor, action=f"fire_{kind}.recorded", object_kind="fire_activity", object_id=activity.id,
        data={"on": on.isoformat(), "headcount": headcount, "failed": list(failed)},
    )  # fmt: skip
    return activity.id
