"""Facilities are counted and tested, certificates counted; both are watched by date."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.sdk.domain import (
    Actor,
    BuildingDirectory,
    Conflict,
    Invalid,
    NotFound,
    Stale,
    TenantSession,
    local_date,
    record,
    unit_card,
)
from plugins.fire.buildings import NO_BUILDINGS, building_named, settle_building
from plugins.fire.models import Certificate, Facility, Place
from plugins.fire.permissions import FirePermission

CHANGEABLE = (
    "kind",
    "building",
    "building_id",
    "spot",
    "quantity",
    "place_id",
    "last_tested_on",
    "next_test_on",
    "maintainer",
)


def add_facility(
    session: TenantSession, *, actor: Actor, unit_id: UUID, kind: str, spot: str, quantity: int, place_id: UUID | None = None,
    last_tested_on: date | None = None, next_test_on: date | None = None, maintainer: str = "",
    building_id: UUID | None = None, building: str = "", buildings: BuildingDirectory = NO_BUILDINGS,
) -> UUID:  # fmt: skip
    """Raises Invalid for a place or building of another unit and for dates in the wrong order."""
    actor.require(FirePermission.FACILITY_WRITE, unit_id)
    unit_card(session, unit_id)
    _own_place(session, unit_id, place_id)
    _in_order(session, last_tested_on, next_test_on)
    named = building_named(buildings, unit_id=unit_id, building_id=building_id, words=building)
    facility = Facility(
        unit_id=unit_id, kind=kind, spot=spot, quantity=quantity, place_id=place_id, last_tested_on=last_tested_on,
        next_test_on=next_test_on, maintainer=maintainer, building_id=building_id, building=named,
    )  # fmt: skip
    session.add(facility)
    session.flush()
    record(
        session, actor=actor, action="fire_facility.added", object_kind="fire_facility", object_id=facility.id,
        data={"kind": kind, "spot": spot, "quantity": quantity},
    )  # fmt: skip
    return facility.id


def change_facility(
    session: TenantSession, *, actor: Actor, facility_id: UUID, version: int, changes: dict[str, Any],
    buildings: BuildingDirectory = NO_BUILDINGS,
) -> None:  # fmt: skip
    """``changes``: only the fields of CHANGEABLE. Raises Stale where somebody else was first."""
    facility = _locked(session, actor=actor, facility_id=facility_id, version=version)
    if "place_id" in changes:
        _own_place(session, facility.unit_id, changes["place_id"])
    changes = settle_building(buildings, facility, changes)
    told = {}
    for name in CHANGEABLE:
        if name in changes and changes[name] != getattr(facility, name):
            told[name] = [_plain(getattr(facility, name)), _plain(changes[name])]
            setattr(facility, name, changes[name])
    _in_order(session, facility.last_tested_on, facility.next_test_on)
    if told:
        session.flush()
        record(
            session,
            actor=actor,
            action="fire_facility.changed",
            object_kind="fire_facility",
            object_id=facility_id,
            data=told,
        )


def record_test(
    session: TenantSession, *, actor: Actor, facility_id: UUID, version: int, tested_on: date, next_test_on: date | None
) -> None:
    """It was tested and works. Raises Invalid for a day to come, Stale."""
    facility = _locked(session, actor=actor, facility_id=facility_id, version=version)
    _in_order(session, tested_on, next_test_on)
    facility.last_tested_on, facility.next_test_on = tested_on, next_test_on
    session.flush()
    record(
        session, actor=actor, action="fire_facility.tested", object_kind="fire_facility", object_id=facility_id,
        data={"tested_on": tested_on.isoformat(), "next_test_on": _plain(next_test_on)},
    )  # fmt: skip


def remove_facility(session: TenantSession, *, actor: Actor, facility_id: UUID, version: int) -> None:
    """Taken out of use; its records stay. Raises Stale, Conflict."""
    facility = _locked(session, actor=actor, facility_id=facility_id, version=version)
    if facility.removed_on is not None:
        raise Conflict("这项设施已经停用")
    facility.removed_on = local_date(session.now())
    session.flush()
    record(session, actor=actor, action="fire_facility.removed", object_kind="fire_facility", object_id=facility_id)


def set_certificates(
    session: TenantSession, *, actor: Actor, unit_id: UUID, holder: str, quantity: int, expires_on: date | None
) -> UUID:
    """How many 消控证 of this kind and expiry the unit has now; 0 takes the entry out. No names, by design."""
    actor.require(FirePermission.FACILITY_WRITE, unit_id)
    unit_card(session, unit_id)
    same_date = Certificate.expires_on.is_(None) if expires_on is None else Certificate.expires_on == expires_on
    entry = session.scalars(
        select(Certificate)
        .where(Certificate.unit_id == unit_id, Certificate.holder == holder, same_date)
        .with_for_update()
    ).first()
    before = entry.quantity if entry else 0
    if entry is None:
        entry = Certificate(unit_id=unit_id, holder=holder, quantity=quantity, expires_on=expires_on)
        session.add(entry)
    else:
        entry.quantity = quantity
    session.flush()
    entry_id = entry.id
    if quantity == 0:
        session.delete(entry)
        session.flush()
    record(
        session, actor=actor, action="fire_certificates.set", object_kind="fire_certificates", object_id=entry_id,
        data={"holder": holder, "expires_on": _plain(expires_on), "quantity": [before, quantity]},
    )  # fmt: skip
    return entry_id


def _locked(session: TenantSession, *, actor: Actor, facility_id: UUID, version: int) -> Facility:
    facility = session.scalars(select(Facility).where(Facility.id == facility_id).with_for_update()).first()
    if facility is None:
        raise NotFound()
    actor.require(FirePermission.FACILITY_WRITE, facility.unit_id)
    if facility.version != version:
        raise Stale()
    return facility


def _own_place(session: TenantSession, unit_id: UUID, place_id: UUID | None) -> None:
    if place_id is None:
        return
    if session.scalar(select(Place.id).where(Place.id == place_id, Place.unit_id == unit_id)) is None:
        raise Invalid(fields={"place_id": "选择本单位的重点部位"})


def _in_order(session: TenantSession, tested_on: date | None, next_test_on: date | None) -> None:
    if tested_on is not None and tested_on > local_date(session.now()):
        raise Invalid(fields={"last_tested_on": "不能晚于今天"})
    if tested_on is not None and next_test_on is not None and next_test_on <= tested_on:
        raise Invalid(fields={"next_test_on": "应晚于上次检测日期"})


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, UUID) else value
