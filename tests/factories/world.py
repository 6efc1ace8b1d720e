"""A district of a test's own: pack, units, people with posts, tokens. Built by the product's services.

``build`` run twice gives two districts whose rows look alike down to codes, logins and names: a query that forgot its
tenant finds the neighbour's.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from uuid import UUID

from core.access.actor import Actor
from core.db.engines import Database
from core.db.sessions import TenantSession
from core.hooks.manager import GROUP
from core.identity import passwords
from core.identity.services.people import PersonFacts, create_person
from core.identity.services.tokens import create_token
from core.orgs.queries.grants import resolve_grants
from core.orgs.services import appoint, create_unit
from core.orgs.services.creation import UnitFacts
from core.tenancy import shelf
from core.tenancy.directory import TenantCard
from core.tenancy.models import PackVersion, PluginSwitch, Tenant
from core.tenancy.packs.check import load
from core.tenancy.packs.compile import Compiled, compile_pack
from tests.factories.mould import Cast, Mould

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery staple"
STARTED = date(2020, 1, 1)
_serial = itertools.count(1)

POSTS = {
    "head": ("section", "safety_head"),
    "officer": ("section", "safety_officer"),
    "leader": ("root", "director"),
    "inspector": ("section", "inspector"),
    "principal_a": ("school_a", "principal"),
    "safety_a": ("school_a", "safety_director"),
    "keeper_a": ("school_a", "keeper"),
    "line_a": ("school_a", "line_head"),
    "staff_a": ("school_a", "staff"),
    "safety_b": ("school_b", "safety_director"),
    "line_b": ("school_b", "line_head"),
    "nobody": None,
}
"""Who holds what in a wujin district; the other packs' posts are tried by their own journeys."""


@dataclass
class World:
    """``units`` and ``people`` by short name; ``tokens`` carry all permissions of their person."""

    tenant: TenantCard
    db: Database
    units: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def session(self, *, read_only: bool = False):  # type: ignore[no-untyped-def]  # a context manager of TenantSession
        return self.db.tenant(self.tenant.id, read_only=read_only)

    @property
    def system(self) -> Actor:
        return Actor.system(self.tenant.id, "测试")

    def actor(self, name: str, session: TenantSession | None = None) -> Actor:
        """The person as a request would see them."""
        if session is None:
            with self.session(read_only=True) as own:
                return self.actor(name, own)
        grants = resolve_grants(session, self.people[name], session.now().date(), shelf.current(session))
        return Actor(self.tenant.id, self.people[name], name, "person", grants)

    def headers(self, name: str) -> dict[str, str]:
        """Of a REST request as that person."""
        return {"Authorization": f"Bearer {self.tokens[name]}"}


@cache
def compiled(slug: str) -> Compiled:
    return compile_pack(load(ROOT / "tenants" / slug))


@cache
def password_hash() -> str:
    return passwords.hashed(PASSWORD)


_moulds: dict[tuple[object, ...], Mould] = {}


def build(db: Database, *, slug: str | None = None, pack: str = "wujin", kind: str = "district") -> World:
    """A tenant with the pack, three schools and the people of POSTS. Side effects: committed rows.

    The first of a kind and time is made by the services, the others are cast from its rows.
    """
    slug = slug or f"t{next(_serial)}-{UUID(int=id(db)).hex[-6:]}"
    with db.platform() as platform:
        now = platform.now()
        row = Tenant(slug=slug, name="某某区教育局", kind=kind, created_at=now)
        platform.add(row)
        platform.flush()
        card = TenantCard(row.id, row.slug, row.name, row.kind, "active", 0)
    world = World(card, db)
    alike = (pack, now, tuple(POSTS.items()), UnitFacts, *plugins())  # tests put others in the place of these two
    mould = _moulds.get(alike)
    if mould is None:
        _make(world, pack)
        with world.session(read_only=True) as session:
            _moulds[alike] = Mould.taken(session, Cast(dict(world.units), dict(world.people), dict(world.tokens)))
    else:
        with world.session() as session:
            made = mould.cast(session)
        world.units, world.people, world.tokens = made.units, made.people, made.tokens
    return world


def _make(world: World, pack: str) -> None:
    with world.session() as session:
        _equip(session, pack)
    with world.session() as session:
        _settle(session, world)
        for name, post in POSTS.items():
            _employ(session, world, name, post)
    with world.session() as session:
        for name, post in POSTS.items():
            if post is not None:
                _give_token(session, world, name)


def plugins() -> list[str]:
    """Of this installation, in the order of their names."""
    return sorted(point.name for point in entry_points(group=GROUP))


def build_bureau(db: Database, *, slug: str | None = None) -> World:
    """A bureau above districts: a tenant without a pack."""
    slug = slug or f"b{next(_serial)}-{UUID(int=id(db)).hex[-6:]}"
    with db.platform() as platform:
        row = Tenant(slug=slug, name="某某市教育局", kind="bureau", created_at=platform.now())
        platform.add(row)
        platform.flush()
        return World(TenantCard(row.id, row.slug, row.name, row.kind, "active", 0), db)


def _equip(session: TenantSession, pack: str) -> None:
    ready = compiled(pack)
    session.add(
        PackVersion(version=1, digest=ready.digest, content=ready.content, applied_at=session.now(), applied_by="测试")
    )
    for domain in plugins():
        session.add(PluginSwitch(plugin=domain, on_from=STARTED, variant=pack if domain == "fire" else None))


def _settle(session: TenantSession, world: World) -> None:
    plan = [
        ("root", "R", "某某区教育局", "bureau", "bureau", (), None),
        ("section", "D1", "安全监管科", "department", "section", (), "root"),
        ("school_a", "S001", "第一小学", "school", "primary", ("primary",), "root"),
        ("school_b", "S002", "第二初级中学", "school", "junior", ("junior",), "root"),
        ("kindergarten", "K001", "第一幼儿园", "kindergarten", "kindergarten", ("kindergarten",), "root"),
        ("campus_a", "S001-1", "第一小学东校区", "campus", "campus", ("primary",), "school_a"),
    ]
    for name, code, title, kind, org_type, stages, parent in plan:
        world.units[name] = create_unit(
            session, actor=world.system, parent_id=world.units[parent] if parent else None,
            facts=UnitFacts(code=code, name=title, kind=kind, org_type=org_type, stages=stages, valid_from=STARTED,
                            ownership="public", student_count=1000, staff_count=80),
        )  # fmt: skip


def _employ(session: TenantSession, world: World, name: str, post: tuple[str, str] | None) -> None:
    login = name.replace("_", ".")
    world.people[name] = create_person(
        session, actor=world.system, facts=PersonFacts(login=login, name=f"测试{login}"), password_hash=password_hash()
    )
    if post is not None:
        unit, code = post
        appoint(
            session,
            actor=world.system,
            person_id=world.people[name],
            unit_id=world.units[unit],
            post_code=code,
            valid_from=STARTED,
        )


def _give_token(session: TenantSession, world: World, name: str) -> None:
    own = world.actor(name, session)
    codes = {code for grant in own.grants for code in grant.permissions}
    if codes:
        world.tokens[name] = create_token(
            session, actor=world.system, person_id=world.people[name], name="测试", permissions=codes, days=300
        ).value
