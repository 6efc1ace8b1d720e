"""Puts an invented roster into a tenant's tables, set-based, and remembers who is who for the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, select

from core.db.sessions import TenantSession
from core.demo.cast import Cast, Place, Player
from core.demo.roster import ROOT, Roster, UnitPlan
from core.identity.models import Person
from core.kernel.ids import new_id
from core.kernel.naming import sort_key
from core.orgs.models import OrgLink, OrgUnit, Post
from core.orgs.models.units import ADMINISTRATIVE, CLUSTER
from core.orgs.services.closure import rebuild_closure
from core.orgs.services.founding import founded_on
from core.tenancy.packs.model import Pack

ABOVE, OUTSIDE = ("bureau", "department"), ("agency", "third_party")


@dataclass(frozen=True)
class Settled:
    """Who and what there is now. ``places``: schools with their key places, where hazards are found."""

    cast: Cast
    places: tuple[Place, ...]
    unit_names: dict[UUID, str]
    unit_codes: dict[UUID, str]
    people: dict[str, UUID]
    """By login."""


def standing_units(session: TenantSession) -> list[UnitPlan]:
    """What onboarding made from the pack."""
    rows = session.execute(
        select(OrgUnit.code, OrgUnit.name, OrgUnit.short_name, OrgUnit.kind, OrgUnit.org_type).order_by(OrgUnit.id)
    )
    return [UnitPlan(row.code, row.name, row.short_name, row.kind, row.org_type, ROOT) for row in rows]


def settle(session: TenantSession, pack: Pack, roster: Roster, *, password_hash: str) -> Settled:
    """Units, links, people and posts in a handful of statements."""
    start = founded_on(session, pack)
    ids = {row.code: row.id for row in session.execute(select(OrgUnit.code, OrgUnit.id))}
    kinds = {row.code: row.kind for row in session.execute(select(OrgUnit.code, OrgUnit.kind))}
    for unit in roster.units:
        ids[unit.code], kinds[unit.code] = new_id(), unit.kind
    tenant = {"tenant_id": session.tenant_id}
    session.execute(
        insert(OrgUnit.__table__),  # type: ignore[arg-type]  # a table, which is what a plain insert needs
        [
            {
                **tenant, "id": ids[unit.code], "code": unit.code, "name": unit.name, "short_name": unit.short_name,
                "name_sort": sort_key(unit.name, unit.code), "kind": unit.kind, "org_type": unit.org_type, "stages": list(unit.stages),
                "ownership": unit.ownership, "student_count": unit.students, "staff_count": unit.staff, "address": "",
                "valid_from": start, "valid_to": None, "version": 1,
            }
            for unit in roster.units
        ],
    )  # fmt: skip
    links = [(ids[unit.parent], ids[unit.code], ADMINISTRATIVE) for unit in roster.units]
    links += [(ids[unit.cluster], ids[unit.code], CLUSTER) for unit in roster.units if unit.cluster]
    session.execute(
        insert(OrgLink.__table__),  # type: ignore[arg-type]  # as above
        [
            {
                **tenant,
                "id": new_id(),
                "parent_id": up,
                "child_id": down,
                "tree": tree,
                "valid_from": start,
                "valid_to": None,
            }
            for up, down, tree in links
        ],
    )
    rebuild_closure(session)
    people = {holder.login: new_id() for holder in roster.holders}
    session.execute(
        insert(Person.__table__),  # type: ignore[arg-type]  # as above
        [
            {
                **tenant, "id": people[holder.login], "login": holder.login, "name": holder.name, "name_sort": sort_key(holder.name, holder.login),
                "phone": None, "email": None, "locale": None, "active": True, "password_hash": password_hash, "must_change": False,
                "failed_count": 0, "locked_until": None, "created_at": session.now(), "last_sign_in_at": None, "version": 1,
            }
            for holder in roster.holders
        ],
    )  # fmt: skip
    session.execute(
        insert(Post.__table__),  # type: ignore[arg-type]  # as above
        [
            {
                **tenant, "id": new_id(), "person_id": people[holder.login], "unit_id": ids[holder.unit], "post_code": holder.post,
                "title": holder.title, "valid_from": start, "valid_to": None, "version": 1,
            }
            for holder in roster.holders
        ],
    )  # fmt: skip
    cast = _cast(pack, roster, ids, kinds, people)
    names = {row.id: row.name for row in session.execute(select(OrgUnit.id, OrgUnit.name))}
    codes = {unit_id: code for code, unit_id in ids.items()}
    return Settled(cast, tuple(_places(roster.units, ids, cast)), names, codes, people)


def _cast(pack: Pack, roster: Roster, ids: dict[str, UUID], kinds: dict[str, str], people: dict[str, UUID]) -> Cast:
    cast = Cast(pack)
    for holder in roster.holders:
        post = pack.post(holder.post)
        player = Player(
            people[holder.login],
            holder.name,
            holder.post,
            holder.title,
            ids[holder.unit],
            post.keeper,
            pack.grants(holder.post),
        )
        cast.by_unit.setdefault(player.unit_id, []).append(player)
        kind = kinds[holder.unit]
        if kind in ABOVE:
            cast.above.append(player)
        elif kind in OUTSIDE:
            cast.outside.setdefault(kind, []).append(player)
    return cast


def _places(units: Sequence[UnitPlan], ids: dict[str, UUID], cast: Cast) -> list[Place]:
    """Every school that has people, and what lies inside it."""
    schools = {
        unit.code: unit
        for unit in units
        if ids[unit.code] in cast.by_unit and unit.kind in ("school", "kindergarten", "training_institution")
    }
    places = []
    for unit in units:
        school = schools.get(unit.code) or schools.get(unit.parent)
        if school is not None:
            cluster = ids[school.cluster] if school.cluster else None
            places.append(Place(ids[unit.code], unit.code, ids[school.code], unit.org_type, cluster, school.stages))
    return places
