"""Key places are added, changed and retired."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.sdk.domain import (
    Actor,
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
from plugins.fire.models import Place
from plugins.fire.permissions import FirePermission
from plugins.fire.variant import variant_in_force

CHANGEABLE = ("name", "kind", "risk_note", "responsible_post", "marked", "patrol_days")


def add_place(
    session: TenantSession, *, actor: Actor, unit_id: UUID, name: str, kind: str, risk_note: str = "",
    responsible_post: str = "", marked: bool = False, patrol_days: int | None = None,
) -> UUID:  # fmt: skip
    """Raises Invalid for a kind that the district does not list, Conflict for a name that the unit has already."""
    actor.require(FirePermission.FACILITY_WRITE, unit_id)
    unit_card(session, unit_id)
    _known_kind(session, kind)
    _free_name(session, unit_id, name)
    place = Place(
        unit_id=unit_id, name=name, kind=kind, risk_note=risk_note, responsible_post=responsible_post, marked=marked,
        patrol_days=patrol_days, added_on=local_date(session.now()),
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
    session: TenantSession, *, actor: Actor, place_id: UUID, version: int, changes: dict[str, Any]
) -> None:
    """``changes``: only the fields of CHANGEABLE. Raises Stale where somebody else was first."""
    place = locked_place(session, actor=actor, place_id=place_id)
    if place.version != version:
        raise Stale(changes={name: [changes[name], getattr(place, name)] for name in changes if name in CHANGEABLE})
    if "kind" in changes and changes["kind"] != place.kind:
        _known_kind(session, changes["kind"])
    if "name" in changes and changes["name"] != place.name:
        _free_name(session, place.unit_id, changes["name"])
    told = {}
    for name in CHANGEABLE:
        if name in changes and changes[name] != getattr(place, name):
            told[name] = [getattr(place, name), changes[name]]
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


def _free_name(session: TenantSession, unit_id: UUID, name: str) -> None:
    if session.scalar(select(Place.id).where(Place.unit_id == unit_id, Place.name == name)) is not None:
        raise Conflict(fields={"name": "本单位已有同名部位，请换一个名称"})
