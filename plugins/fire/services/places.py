"""Key places are added, changed and retired."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.sdk.domain import (
    Actor,
    BuildingDirectory,
    Conflict,
    Invalid,
    NotFound,
    Phrase,
    Stale,
    TenantSession,
    local_date,
    record,
    unit_card,
)
from plugins.fire.buildings import NO_BUILDINGS, building_named, settle_building
from plugins.fire.models import Place
from plugins.fire.permissions import FirePermission
from plugins.fire.variant import variant_in_force

CHANGEABLE = ("name", "kind", "building", "building_id", "risk_note", "responsible_post", "marked", "patrol_days")


def add_place(
    session: TenantSession, *, actor: Actor, unit_id: UUID, name: str, kind: str, risk_note: str = "",
    responsible_post: str = "", marked: bool = False, patrol_days: int | None = None, building_id: UUID | None = None,
    building: str = "", buildings: BuildingDirectory = NO_BUILDINGS,
) -> UUID:  # fmt: skip
    """Raises Invalid for a kind that the district does not list and another unit's building, Conflict for a name that the unit has already."""
    actor.require(FirePermission.FACILITY_WRITE, unit_id)
    unit_card(session, unit_id)
    _known_kind(session, kind)
    _free_name(session, unit_id, name)
    named = building_named(buildings, unit_id=unit_id, building_id=building_id, words=building)
    place = Place(
        unit_id=unit_id, name=name, kind=kind, risk_note=risk_note, responsible_post=responsible_post, marked=marked,
        patrol_days=patrol_days, building_id=building_id, building=named, added_on=local_date(session.now()),
    )  # fmt: skip
    session.add(place)
    session.flush()
    record(
        session,
        actor=actor,
        action="fire_place.added",
        object_kind="fire_place",
        object_id=place.id,
        data={"name": name},
    )
    return place.id


def change_place(
    session: TenantSession, *, actor: Actor, place_id: UUID, version: int, changes: dict[str, Any],
    buildings: BuildingDirectory = NO_BUILDINGS,
) -> None:  # fmt: skip
    """``changes``: only the fields of CHANGEABLE. Raises Stale where somebody else was first."""
    place = locked_place(session, actor=actor, place_id=place_id)
    if place.version != version:
        raise Stale(changes={name: [changes[name], getattr(place, name)] for name in changes if name in CHANGEABLE})
    if "kind" in changes and changes["kind"] != place.kind:
        _known_kind(session, changes["kind"])
    if "name" in changes and changes["name"] != place.name:
        _free_name(session, place.unit_id, changes["name"])
    changes = settle_building(buildings, place, changes)
    told = {}
    for name in CHANGEABLE:
        if name in changes and changes[name] != getattr(place, name):
            told[name] = [_plain(getattr(place, name)), _plain(changes[name])]
            setattr(place, name, changes[name])
    if told:
        session.flush()
        record(
            session, actor=actor, action="fire_place.changed", object_kind="fire_place", object_id=place_id, data=told
        )


def retire_place(session: TenantSession, *, actor: Actor, place_id: UUID, version: int) -> None:
    """From tomorrow no patrols are expected; its records stay."""
    place = locked_place(session, actor=actor, place_id=place_id)
    if place.version != version:
        raise Stale()
    if place.retired_on is not None:
        raise Conflict("这个部位已经停用")
    place.retired_on = local_date(session.now())
    session.flush()
    record(session, actor=actor, action="fire_place.retired", object_kind="fire_place", object_id=place_id)


def locked_place(session: TenantSession, *, actor: Actor, place_id: UUID) -> Place:
    """Raises NotFound also for a place out of the actor's reach."""
    place = session.scalars(select(Place).where(Place.id == place_id).with_for_update()).first()
    if place is None:
        raise NotFound()
    actor.require(FirePermission.FACILITY_WRITE, place.unit_id)
    return place


def _known_kind(session: TenantSession, kind: str) -> None:
    kinds = variant_in_force(session).places
    if kind not in kinds:
        raise Invalid(fields={"kind": Phrase("从重点部位清单中选择：%(kinds)s", kinds=list(kinds))})


def _plain(value: object) -> object:
    return str(value) if isinstance(value, UUID) else value


def _free_name(session: TenantSession, unit_id: UUID, name: str) -> None:
    if session.scalar(select(Place.id).where(Place.unit_id == unit_id, Place.name == name)) is not None:
        raise Conflict(fields={"name": "本单位已有同名部位，请换一个名称"})
