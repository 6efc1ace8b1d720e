"""A small district to stand on: a bureau, two clusters, three schools with a campus and a place, and a pack with posts."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import event

from core.access.actor import Actor
from core.db.engines import Database
from core.db.sessions import TenantSession
from core.identity.permissions import PersonPermission, TokenPermission
from core.identity.services.people import PersonFacts, create_person
from core.kernel.clock import local_date
from core.orgs.permissions import OrgPermission
from core.orgs.queries import resolve_grants
from core.orgs.services.creation import UnitFacts, create_unit
from core.orgs.services.posts import appoint
from core.tenancy import shelf
from core.tenancy.models import PackVersion, Tenant
from core.tenancy.packs.compile import compile_pack
from core.tenancy.packs.model import Calendar, Lifecycle, OrgKind, OrgType, Pack, Post, PostGrant, Scope

_numbers = itertools.count(1)
SINCE = date(2020, 1, 1)
READ, REPORT = "hazard:case:read", "hazard:case:report"
MANAGE = (
    *OrgPermission, PersonPermission.ACCOUNT_READ, PersonPermission.ACCOUNT_WRITE, PersonPermission.ROLE_GRANT,
    TokenPermission.KEY_WRITE,
)  # fmt: skip


def _post(code: str, label: str, scope: Scope, *permissions: str, **more: object) -> Post:
    grants = (PostGrant(scope=scope, permissions=tuple(str(permission) for permission in permissions)),)
    return Post(code=code, label=label, grants=grants, **more)  # type: ignore[arg-type]  # held_in, single, aliases


SCHOOLS = ("primary", "kindergarten")
POSTS = (
    _post("director", "局长", Scope.DISTRICT, *MANAGE, READ, REPORT, held_in=("bureau",), single=True),
    _post("section", "科员", Scope.DEPARTMENT, OrgPermission.UNIT_READ, READ, held_in=("section",)),
    _post("cluster_head", "片长", Scope.CLUSTER, OrgPermission.UNIT_READ, READ, held_in=("cluster", *SCHOOLS)),
    _post(
        "principal",
        "校长",
        Scope.UNIT,
        OrgPermission.UNIT_READ,
        READ,
        REPORT,
        held_in=SCHOOLS,
        single=True,
        aliases=("园长",),
    ),
    _post("safety", "安全主任", Scope.UNIT, *MANAGE, READ, REPORT, held_in=SCHOOLS),
    _post("teacher", "教师", Scope.OWN, REPORT, held_in=SCHOOLS),
)
TYPES = (
    OrgType(code="bureau", label="教育局", kind=OrgKind.BUREAU),
    OrgType(code="section", label="科室", kind=OrgKind.DEPARTMENT),
    OrgType(code="cluster", label="片区", kind=OrgKind.CLUSTER, supervises=True),
    OrgType(code="primary", label="小学", kind=OrgKind.SCHOOL, stages=("primary",), aliases=("完小",)),  # type: ignore[arg-type]
    OrgType(code="kindergarten", label="幼儿园", kind=OrgKind.KINDERGARTEN, stages=("kindergarten",)),  # type: ignore[arg-type]
    OrgType(code="campus", label="校区", kind=OrgKind.CAMPUS),
    OrgType(code="place", label="重点部位", kind=OrgKind.PLACE),
)


def pack_of(slug: str) -> Pack:
    empty = Lifecycle(
        closing_word="", initial="", stages=(), moves=(), parts=(), grounds=(), sources=(), grades=(), numberings=()
    )
    return Pack(
        format=1, slug=slug, version="1.0.0", name=f"{slug}教育局", short_name=slug, division="", layers=(), terms=(),
        documents=(), clauses=(), org_types=TYPES, departments=(), posts=POSTS, campaigns=(), calendar=Calendar(), domains=(),
        lifecycle=empty,
    )  # fmt: skip


@dataclass
class District:
    """A tenant with its units by code."""

    id: int
    slug: str
    db: Database
    units: dict[str, UUID] = field(default_factory=dict)

    @contextmanager
    def open(self, **options: bool) -> Iterator[TenantSession]:
        with self.db.tenant(self.id, **options) as session:
            yield session

    @property
    def system(self) -> Actor:
        return Actor.system(self.id, "test")

    def person(self, session: TenantSession, login: str, *posts: tuple[str, str], password: str | None = None) -> UUID:
        """A person with (post, unit code) pairs held since the district began."""
        facts = PersonFacts(login=login, name=f"测试{login}")
        person_id = create_person(session, actor=self.system, facts=facts, password=password)
        for post_code, unit in posts:
            appoint(
                session,
                actor=self.system,
                person_id=person_id,
                unit_id=self.units[unit],
                post_code=post_code,
                valid_from=SINCE,
            )
        return person_id

    def actor(self, session: TenantSession, person_id: UUID) -> Actor:
        today = local_date(session.now())
        grants = resolve_grants(session, person_id, today, shelf.current(session))
        return Actor(self.id, person_id, "测试", "person", grants)


def make_district(db: Database) -> District:
    slug = f"t{os.getpid()}x{next(_numbers)}"
    pack = compile_pack(pack_of(slug))
    with db.platform() as session:
        tenant = Tenant(slug=slug, name=f"{slug}教育局", kind="district", created_at=session.now())
        session.add(tenant)
        session.flush()
        district = District(tenant.id, slug, db)
    with district.open() as session:
        session.add(
            PackVersion(
                version=1, digest=pack.digest, content=pack.content, applied_at=session.now(), applied_by="test"
            )
        )
        session.flush()
        plan = (
            ("B", "区教育局", "bureau", None), ("D1", "安全科", "department", "B"), ("C1", "一片区", "cluster", "B"),
            ("C2", "二片区", "cluster", "B"), ("S1", "第一小学", "school", "B"), ("S2", "第二小学", "school", "B"),
            ("K1", "第一幼儿园", "kindergarten", "B"), ("S1E", "第一小学东校区", "campus", "S1"), ("S1P", "第一小学食堂", "place", "S1"),
        )  # fmt: skip
        types = {"bureau": "bureau", "department": "section", "cluster": "cluster", "school": "primary"}
        clusters = {"S1": ["C1"], "S2": ["C1"], "K1": ["C2"]}
        for code, name, kind, parent in plan:
            facts = UnitFacts(code=code, name=name, kind=kind, org_type=types.get(kind, kind), valid_from=SINCE)
            district.units[code] = create_unit(
                session, actor=district.system, facts=facts, parent_id=district.units[parent] if parent else None,
                clusters=[district.units[cluster] for cluster in clusters.get(code, ())],
            )  # fmt: skip
    return district


def yesterday(session: TenantSession) -> date:
    return local_date(session.now()) - timedelta(days=1)


@contextmanager
def savepoint(session: TenantSession) -> Iterator[None]:
    """What happens inside the block is undone at its end."""
    nested = session.begin_nested()
    try:
        yield
    finally:
        nested.rollback()
        session.expire_all()


@contextmanager
def counted(session: TenantSession) -> Iterator[list[str]]:
    """The statements that reach the database inside the block."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith("SET LOCAL"):
            sent.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
