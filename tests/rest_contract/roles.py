"""Who asks: the roles of a district and of a bureau, each with a token that may all its person may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.access.actor import Actor
from core.db.engines import Database
from core.db.sessions import TenantSession
from core.identity.services.people import PersonFacts, create_person
from core.identity.services.tokens import create_token
from core.kernel.clock import local_date
from core.orgs.services.founding import found_units
from core.orgs.services.posts import appoint
from core.oversight.indicators import CODES
from core.oversight.services.consents import grant_consent
from core.tenancy.bureaus import bureau_pack
from core.tenancy.directory import TenantCard
from core.tenancy.onboarding import onboard
from core.tenancy.packs.model import Pack
from tests.factories.world import World

ROLES = {
    "office": "head",
    "officer": "officer",
    "inspector": "inspector",
    "principal": "principal_a",
    "safety officer of a school": "safety_a",
    "bureau": "officer of the bureau",
}
"""Role → person of tests.factories.world; the bureau's is made here."""


@dataclass
class Asking:
    """Makes the token anew when it was revoked: some operations revoke tokens, that of the one who asks included."""

    world: World
    person: str
    token: str = ""

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def refresh(self) -> None:
        with self.world.session() as session:
            self.token = _token(session, self.world, self.person)


def _token(session: TenantSession, world: World, name: str) -> str:
    codes = {code for grant in world.actor(name, session).grants for code in grant.permissions}
    system = Actor.system(world.tenant.id, "测试")
    return create_token(
        session, actor=system, person_id=world.people[name], name="测试", permissions=codes, days=30
    ).value


def asking(role: str, world: World, make_bureau: Callable[[], World]) -> Asking:
    """``make_bureau`` is called for that role only."""
    found = Asking(make_bureau(), "officer") if role == "bureau" else Asking(world, ROLES[role])
    found.refresh()
    return found


def watching(db: Database, district: World, *, slug: str) -> World:
    """A bureau with an officer, whom the district lets look at its figures and rows."""
    made: list[World] = []

    def furnish(session: TenantSession, pack: Pack) -> None:
        own = World(TenantCard(session.tenant_id, pack.slug, pack.name, "bureau", "active", 0), db)
        root = found_units(session, actor=own.system, pack=pack)
        own.people["officer"] = create_person(
            session, actor=own.system, facts=PersonFacts(login="officer", name="监测员")
        )
        appoint(
            session, actor=own.system, person_id=own.people["officer"], unit_id=root, post_code="officer",
            valid_from=local_date(session.now()),
        )  # fmt: skip
        made.append(own)

    onboard(db, bureau_pack(slug, "某某监测中心"), by="test", furnish=furnish)
    with district.session() as session:
        grant_consent(
            session, actor=district.actor("head", session), bureau=made[0].tenant, shown=CODES, rows_granted=True,
            valid_from=local_date(session.now()), valid_until=None,
        )  # fmt: skip
    return made[0]
