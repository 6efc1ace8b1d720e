"""What the tests of oversight share: a bureau with people, a district's ledger, consents between the two."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from core.db.engines import Database
from core.db.sessions import TenantSession
from core.hooks.manager import build_plugins
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
from tests.core.hazards.ledger import Ledger
from tests.factories.world import World

_serial = itertools.count(1)


@pytest.fixture
def ledger(world: World) -> Iterator[Ledger]:
    with world.session() as session:
        yield Ledger(world, session, build_plugins((), points=()))


@pytest.fixture
def bureau(db: Database) -> World:
    """A bureau with an officer (looks) and a director (looks, reads the log)."""
    found: dict[str, World] = {}

    def furnish(session: TenantSession, pack: Pack) -> None:
        made = World(TenantCard(session.tenant_id, pack.slug, pack.name, "bureau", "active", 0), db)
        root = found_units(session, actor=made.system, pack=pack)
        for name in ("officer", "director"):
            made.people[name] = create_person(session, actor=made.system, facts=PersonFacts(login=name, name=name))
            appoint(
                session,
                actor=made.system,
                person_id=made.people[name],
                unit_id=root,
                post_code=name,
                valid_from=local_date(session.now()),
            )
        found["made"] = made

    slug = f"watch-{next(_serial)}-{id(db) % 9973}"
    onboard(db, bureau_pack(slug, "某某监测中心"), by="test", furnish=furnish)
    made = found["made"]
    with made.session() as session:
        for name in made.people:
            codes = {code for grant in made.actor(name, session).grants for code in grant.permissions}
            made.tokens[name] = create_token(
                session, actor=made.system, person_id=made.people[name], name="测试", permissions=codes, days=30
            ).value
    return made


def consent(world: World, bureau: World, *, rows: bool = False, shown: frozenset[str] = CODES) -> None:
    """The district lets the bureau look, from today on."""
    with world.session() as session:
        grant_consent(
            session, actor=world.actor("head", session), bureau=bureau.tenant, shown=shown, rows_granted=rows,
            valid_from=local_date(session.now()), valid_until=None,
        )  # fmt: skip
