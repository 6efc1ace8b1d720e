"""Tongyu before its campaign: its pack, three schools, people in its own posts. Built by the product's services."""

from __future__ import annotations

import itertools
from datetime import date

from core.db.engines import Database
from core.db.sessions import TenantSession
from core.identity.services.people import PersonFacts, create_person
from core.identity.services.tokens import create_token
from core.orgs.services import appoint, create_unit
from core.orgs.services.creation import UnitFacts
from core.tenancy.directory import TenantCard
from core.tenancy.models import PackVersion, Tenant
from tests.factories.world import World, compiled, password_hash

_serial = itertools.count(1)
SINCE = date(2018, 9, 1)
UNITS = (
    ("root", "R", "某某县教育局", "bureau", "bureau", (), None),
    ("section", "safety", "校园安全管理办公室", "department", "section", (), "root"),
    ("school_a", "S001", "第一小学", "school", "primary", ("primary",), "root"),
    ("school_b", "S002", "第二初级中学", "school", "junior", ("junior",), "root"),
    ("kindergarten", "K001", "第一幼儿园", "kindergarten", "kindergarten", ("kindergarten",), "root"),
)
POSTS = {
    "leader": ("root", "director"), "head": ("section", "safety_head"), "officer": ("section", "safety_officer"),
    "principal_a": ("school_a", "principal"), "safety_a": ("school_a", "safety_director"), "staff_a": ("school_a", "staff"),
    "principal_b": ("school_b", "principal"), "principal_k": ("kindergarten", "principal"),
}  # fmt: skip


def build_tongyu(db: Database) -> World:
    """``people`` by the names of POSTS. Side effects: committed rows."""
    slug = f"ty{next(_serial)}-{id(db):x}"
    with db.platform() as platform:
        row = Tenant(slug=slug, name="某某县教育局", kind="district", created_at=platform.now())
        platform.add(row)
        platform.flush()
        world = World(TenantCard(row.id, row.slug, row.name, row.kind, "active", 0), db)
    with world.session() as session:
        ready = compiled("tongyu")
        session.add(
            PackVersion(
                version=1, digest=ready.digest, content=ready.content, applied_at=session.now(), applied_by="测试"
            )
        )
    with world.session() as session:
        for name, code, title, kind, org_type, stages, parent in UNITS:
            world.units[name] = create_unit(
                session, actor=world.system, parent_id=world.units[parent] if parent else None,
                facts=UnitFacts(code=code, name=title, kind=kind, org_type=org_type, stages=stages, valid_from=SINCE),
            )  # fmt: skip
        for name, (unit, post) in POSTS.items():
            _employ(session, world, name, unit, post)
    with world.session() as session:
        for name in POSTS:
            codes = {code for grant in world.actor(name, session).grants for code in grant.permissions}
            world.tokens[name] = create_token(
                session, actor=world.system, person_id=world.people[name], name="测试", permissions=codes, days=300
            ).value
    return world


def _employ(session: TenantSession, world: World, name: str, unit: str, post: str) -> None:
    login = name.replace("_", ".")
    world.people[name] = create_person(
        session, actor=world.system, facts=PersonFacts(login=login, name=name), password_hash=password_hash()
    )
    appoint(
        session,
        actor=world.system,
        person_id=world.people[name],
        unit_id=world.units[unit],
        post_code=post,
        valid_from=SINCE,
    )
