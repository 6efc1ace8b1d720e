"""Founds a tenant's organisation from its pack: the bureau itself, its departments, the bodies that take part, the first account."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.identity.models import Person
from core.identity.permissions import PersonPermission
from core.identity.services.credentials import issue_one_time_password
from core.identity.services.people import PersonFacts, create_person
from core.kernel.clock import local_date
from core.kernel.errors import Invalid
from core.orgs.models import OrgUnit
from core.orgs.services.closure import rebuild_closure
from core.orgs.services.creation import UnitFacts, create_unit
from core.orgs.services.posts import appoint
from core.tenancy.packs.model import BodyKind, OrgKind, Pack, Post, Scope
from core.tenancy.packs.preview import PlannedUnit

ROOT = "bureau"
TAKES_PART = {BodyKind.AGENCY: OrgKind.AGENCY, BodyKind.THIRD_PARTY: OrgKind.THIRD_PARTY}
"""Bodies that become units, because people of theirs may hold posts."""


def found_units(session: TenantSession, *, actor: Actor, pack: Pack) -> UUID:
    """Creates what the pack names and is not there yet, by code; returns the id of the root. Existing units stay as they are."""
    there: dict[str, UUID] = {row.code: row.id for row in session.execute(select(OrgUnit.code, OrgUnit.id))}
    start = founded_on(session, pack)
    made = False

    for unit in founding(pack):
        if unit.code not in there:
            facts = UnitFacts(
                code=unit.code,
                name=unit.name,
                short_name=pack.term("bureau") if unit.code == ROOT else "",
                kind=unit.kind,
                org_type=unit.org_type,
                valid_from=start,
            )
            parent_id = there[unit.parent] if unit.parent else None
            there[unit.code] = create_unit(session, actor=actor, facts=facts, parent_id=parent_id, settle=False)
            made = True
    if made:
        rebuild_closure(session)
    return there[ROOT]


def founding(pack: Pack) -> tuple[PlannedUnit, ...]:
    """The units that the pack itself names, parents first: the bureau, its departments, the bodies that take part."""

    def planned(code: str, name: str, kind: OrgKind, parent: str) -> PlannedUnit:
        return PlannedUnit(code=code, name=name, kind=str(kind), org_type=type_of(pack, kind), parent=parent)

    codes = {department.code for department in pack.departments}
    units = [planned(ROOT, pack.name, OrgKind.BUREAU, "")]
    for department in sorted(pack.departments, key=lambda own: own.parent in codes):
        above = department.parent if department.parent in {unit.code for unit in units} else ROOT
        units.append(planned(department.code, department.label, OrgKind.DEPARTMENT, above))
    for body in pack.bodies:
        kind = TAKES_PART.get(body.kind)
        if kind is not None and not body.ended and type_of(pack, kind) is not None:
            units.append(planned(body.code, body.label, kind, ROOT))
    return tuple(units)


def found_admin(session: TenantSession, *, actor: Actor, pack: Pack, login: str, name: str) -> str | None:
    """The first account, in the pack's post that manages accounts of the whole district.

    Returns its one-time password; None if the login is there already. Raises Invalid where the pack has no such post.
    """
    if session.scalar(select(Person.id).where(Person.login == login.lower())) is not None:
        return None
    root = session.scalar(select(OrgUnit.id).where(OrgUnit.code == ROOT))
    post = admin_post(pack)
    if post is None or root is None:
        raise Invalid(
            "区域包中没有能管理全区账号的岗位（权限 %(permission)s，范围 district）",
            permission=str(PersonPermission.ACCOUNT_WRITE),
            fields={"posts": str(PersonPermission.ACCOUNT_WRITE)},
        )
    person_id = create_person(session, actor=actor, facts=PersonFacts(login=login, name=name))
    appoint(
        session,
        actor=actor,
        person_id=person_id,
        unit_id=root,
        post_code=post.code,
        valid_from=local_date(session.now()),
    )
    return issue_one_time_password(session, actor=actor, person_id=person_id)


def admin_post(pack: Pack) -> Post | None:
    """A post held in the bureau itself that may write accounts everywhere."""
    bureau = type_of(pack, OrgKind.BUREAU)
    for post in pack.posts:
        district_wide = (permissions for scope, permissions in pack.grants(post.code) if scope is Scope.DISTRICT)
        if bureau in post.held_in and any(
            PersonPermission.ACCOUNT_WRITE in permissions for permissions in district_wide
        ):
            return post
    return None


def founded_on(session: TenantSession, pack: Pack) -> date:
    """The first day of the year in which the campaign begins, or today where that is later: what is from before is theirs too."""
    today = local_date(session.now())
    begun = min((campaign.starts for campaign in pack.campaigns), default=today)
    return min(date(begun.year, 1, 1), today)


def type_of(pack: Pack, kind: OrgKind) -> str | None:
    """The first org type of that kind."""
    return next((org_type.code for org_type in pack.org_types if org_type.kind is kind), None)
