"""Loads the demo into an empty installation: bureau, districts, rosters, histories, consents, rollups. Never in production."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Table, insert, select

from core.access.actor import Actor
from core.app import process_clock
from core.audit.models import AuditEntry, AuditPending
from core.audit.services import record
from core.db.engines import Database
from core.db.sessions import TenantSession
from core.demo.chronicle import Rows, chronicle
from core.demo.districts import BUREAU_NAME, BUREAU_SLUG, DISTRICTS, PASSWORD, District
from core.demo.history import LOAD_AT, Historian, Told
from core.demo.pictures import Album, Put
from core.demo.roster import roster
from core.demo.settlers import Settled, settle, standing_units
from core.files.models import File
from core.files.storage import storage_of
from core.hazards.models import Hazard, HazardCounter, HazardEvent
from core.identity import passwords
from core.identity.models import Person
from core.identity.services.links import agree_link
from core.identity.services.people import PersonFacts, create_person
from core.kernel.clock import LOCAL, ShiftedClock, local_date
from core.kernel.errors import Refused
from core.orgs.services.founding import found_units
from core.orgs.services.posts import appoint
from core.oversight.indicators import CODES
from core.oversight.services.consents import grant_consent
from core.oversight.services.rollups import recount
from core.settings import Settings
from core.tenancy.bureaus import bureau_pack
from core.tenancy.directory import Directory
from core.tenancy.onboarding import onboard
from core.tenancy.packs.check import load as load_pack
from core.tenancy.packs.model import Pack

PACKS = Path(__file__).parents[2] / "tenants"
BUREAU_STAFF = (("admin", "监测中心管理员"), ("director", "监测中心负责人"), ("officer", "监测中心监测员"))
CHUNK = 2_000
LINKED = "lianyun"
"""The head of its safety section also works in the monitoring bureau."""
EXTRAS = "xiaoan.demo"
"""Entry points of plugins that add their own invented data: ``add(session, units, today)``."""


class Progress(Protocol):
    """What core.runtime.progress offers."""

    def step(self, name: str) -> AbstractContextManager[None]: ...
    def advance(self, done: int, total: int, what: str = "") -> None: ...
    def note(self, text: str) -> None: ...


def load(settings: Settings, progress: Progress, *, scale: float = 1.0) -> None:
    """Side effects: tenants, people with one shared password, hazards, files. Raises Refused in production.

    ``scale``: share of the hazards to tell; units, people and dates are the same at every scale.
    """
    if settings.production:
        raise Refused("生产环境不能载入演示数据")
    db = Database(
        app=settings.database_url,
        bureau=settings.database_url_bureau,
        platform=settings.database_url_platform,
        clock=process_clock(settings),
    )
    parts = Parts(db, Directory(db, shifts=True))
    try:
        put = storage(settings)
        password_hash = passwords.hashed(PASSWORD)
        with progress.step("Demo: monitoring bureau"):
            bureau_id = _bureau(parts, password_hash)
        for district in DISTRICTS:
            drawn = replace(district, hazards=round(district.hazards * scale))
            with progress.step(f"Demo: {district.slug}"):
                _district(parts, drawn, bureau_id, password_hash, put, progress)
    finally:
        db.dispose()


@dataclass(frozen=True)
class Parts:
    """What loading works on; no plugin is needed for it."""

    db: Database
    directory: Directory


def storage(settings: Settings) -> Put:
    """Where files go; the demo's pictures go the same way as uploads."""
    kept = storage_of(settings)
    return lambda key, content: kept.put(key, io.BytesIO(content))


def _bureau(parts: Parts, password_hash: str) -> int:
    pack = bureau_pack(BUREAU_SLUG, BUREAU_NAME, short_name="监测中心")

    def furnish(session: TenantSession, pack: Pack) -> None:
        actor = demo_actor(session.tenant_id)
        root = found_units(session, actor=actor, pack=pack)
        for code, name in BUREAU_STAFF:
            person = create_person(
                session, actor=actor, facts=PersonFacts(login=code, name=name), password_hash=password_hash
            )
            appoint(
                session,
                actor=actor,
                person_id=person,
                unit_id=root,
                post_code=code,
                valid_from=local_date(session.now()),
            )

    made = onboard(parts.db, pack, by="demo", furnish=furnish)
    parts.directory.forget()
    return made.tenant_id


def _district(
    parts: Parts, district: District, bureau_id: int, password_hash: str, put: Put, progress: Progress
) -> None:
    pack = load_pack(PACKS / district.slug)
    offset = clock_offset(district.today, parts.db.clock.now())
    settled: list[Settled] = []

    def furnish(session: TenantSession, pack: Pack) -> None:
        found_units(session, actor=demo_actor(session.tenant_id), pack=pack)
        standing = standing_units(session)
        settled.append(settle(session, pack, roster(district, pack, standing), password_hash=password_hash))
        _history(session, district, pack, settled[0], put, progress)

    made = onboard(parts.db, pack, by="demo", furnish=furnish, clock_offset=offset)
    parts.directory.forget()
    bureau = parts.directory.by_id(bureau_id)
    with parts.db.tenant(made.tenant_id, clock=ShiftedClock(parts.db.clock, offset)) as session:
        if district.consent:
            grant_consent(
                session, actor=decider(made.tenant_id, settled[0]), bureau=bureau, shown=CODES, rows_granted=district.rows,
                valid_from=district.since, valid_until=None,
            )  # fmt: skip
        for point in entry_points(group=EXTRAS):
            point.load()(session, today=district.today, seed=district.slug)
        recount(session)
        own = settled[0].people["office"]
    if district.slug == LINKED:
        _link(parts, (made.tenant_id, own), bureau_id)


def _link(parts: Parts, district: tuple[int, UUID], bureau_id: int) -> None:
    """One human being with a post in both places: the switch of the top bar has something to show."""
    tenant_id, person_id = district
    with parts.db.tenant(bureau_id) as session:
        officer = session.scalars(select(Person.id).where(Person.login == "officer")).one()
        agree_link(
            session,
            actor=demo_actor(bureau_id),
            person_id=officer,
            other_tenant_id=tenant_id,
            other_person_id=person_id,
        )
    with parts.db.tenant(tenant_id) as session:
        agree_link(
            session,
            actor=demo_actor(tenant_id),
            person_id=person_id,
            other_tenant_id=bureau_id,
            other_person_id=officer,
        )


def _history(
    session: TenantSession, district: District, pack: Pack, settled: Settled, put: Put, progress: Progress
) -> None:
    told: list[Told] = []
    for one in Historian(district, pack, settled.cast, settled.places).tell():
        told.append(one)
        if len(told) % 50 == 0:
            progress.advance(len(told), district.hazards, "hazards")
    write(session, chronicle(session.tenant_id, pack, told, Album(session.tenant_id, district.today, put)))
    record(
        session, actor=demo_actor(session.tenant_id), action="demo.loaded", object_kind="tenant", object_id=session.tenant_id,
        data={"hazards": len(told)},
    )  # fmt: skip


def write(session: TenantSession, rows: Rows) -> None:
    """Table by table, in chunks."""
    pairs: Sequence[tuple[Any, list[dict[str, Any]]]] = (
        (Hazard, rows.hazards), (HazardEvent, rows.events), (HazardCounter, rows.counters), (File, rows.files),
        (AuditEntry, rows.entries), (AuditPending, rows.pending),
    )  # fmt: skip
    for model, items in pairs:
        table: Table = model.__table__
        for start in range(0, len(items), CHUNK):
            session.execute(insert(table), items[start : start + CHUNK])


def clock_offset(today: date, now: datetime) -> timedelta:
    """So that the district's clock stands at 10:00 of its day now, and runs on from there."""
    return datetime.combine(today, LOAD_AT, LOCAL) - now.astimezone(LOCAL)


def decider(tenant_id: int, settled: Settled) -> Actor:
    """The head of the safety section, who decides for the district what a bureau sees."""
    head = next(player for player in settled.cast.above if settled.people.get("office") == player.person_id)
    return replace(demo_actor(tenant_id), kind="person", person_id=head.person_id, name=head.name)


def demo_actor(tenant_id: int) -> Actor:
    return replace(Actor.system(tenant_id, "demo"), kind="command")
