"""One tenant of the demo, in steps that each stand or fall with one transaction; what is done is never done again.

A tenant's own log says what is done: ``demo.loaded`` is written with everything that was loaded, ``demo.opened`` with the last
step. Whoever starts again after a kill therefore finds a tenant whole or not at all, and never touches one that people use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert, select, text, update

from core.access.actor import Actor
from core.audit.models import AuditEntry, AuditPending
from core.audit.queries import AuditFilter, entries
from core.audit.services import record
from core.db.engines import Database
from core.db.sessions import TenantSession
from core.demo.accountability import tell_matters
from core.demo.assessment import tell_assessment
from core.demo.campaigns import tell_campaigns
from core.demo.chronicle import Rows, chronicle
from core.demo.districts import BUREAU_NAME, BUREAU_SLUG, District
from core.demo.exams import tell_exams
from core.demo.history import LOAD_AT, Historian, Told
from core.demo.inspections import visit_schools
from core.demo.papers import tell_papers
from core.demo.pictures import Album, Put
from core.demo.records import tell_records
from core.demo.reports import tell_reports
from core.demo.roster import roster
from core.demo.settlers import Settled, settle, standing_units
from core.files.models import File
from core.hazards.models import Hazard, HazardCounter, HazardEvent
from core.identity.models import Person
from core.identity.services.links import agree_link
from core.identity.services.people import PersonFacts, create_person
from core.kernel.clock import LOCAL, ShiftedClock, local_date
from core.orgs.services.founding import found_units
from core.orgs.services.posts import appoint
from core.oversight.indicators import CODES
from core.oversight.services.consents import grant_consent
from core.oversight.services.rollups import recount
from core.tenancy.bureaus import bureau_pack
from core.tenancy.directory import Directory, TenantCard
from core.tenancy.models import Tenant
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
LOADED, OPENED = "demo.loaded", "demo.opened"
PATIENCE = "set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0"
"""A story is told between two statements, and on a busy machine that takes longer than a request may stand still."""
Heard = Callable[[int], None]
"""Hears how many hazards have been told so far."""


@dataclass(frozen=True)
class Parts:
    """What loading works on; no plugin is needed for it."""

    db: Database
    directory: Directory


def card_of(parts: Parts, slug: str) -> TenantCard | None:
    """The tenant, suspended or not."""
    parts.directory.forget()
    return next((card for card in parts.directory.all() if card.slug == slug), None)


def finished(parts: Parts, slug: str) -> bool:
    """Nothing is left to do: it was loaded and opened, or people of this installation took the district in themselves."""
    card = card_of(parts, slug)
    if card is None:
        return False
    with parts.db.tenant(card.id, read_only=True) as session:
        return said(session, OPENED) or (card.status == "active" and not said(session, LOADED))


def said(session: TenantSession, action: str) -> bool:
    return bool(entries(session, AuditFilter(action=action), limit=1).items)


def load_bureau(parts: Parts, *, password_hash: str) -> int:
    """The bureau above the districts with its staff; returns its id."""
    pack = bureau_pack(BUREAU_SLUG, BUREAU_NAME, short_name="监测中心")

    def furnish(session: TenantSession, pack: Pack) -> None:
        if said(session, LOADED):
            return
        actor = demo_actor(session.tenant_id)
        root = found_units(session, actor=actor, pack=pack)
        today = local_date(session.now())
        for code, name in BUREAU_STAFF:
            person = create_person(
                session, actor=actor, facts=PersonFacts(login=code, name=name), password_hash=password_hash
            )
            appoint(session, actor=actor, person_id=person, unit_id=root, post_code=code, valid_from=today)
        _mark(session, LOADED)

    card = card_of(parts, BUREAU_SLUG)
    if card is not None and finished(parts, BUREAU_SLUG):
        return card.id
    made = onboard(parts.db, pack, by="demo", furnish=furnish)
    with parts.db.tenant(made.tenant_id) as session:
        _mark(session, OPENED)
    return made.tenant_id


def load_district(
    parts: Parts, district: District, *, bureau_id: int, password_hash: str, put: Put, tell: Heard
) -> None:
    """Takes the district in, or goes on where a killed start left off. Side effects: commits; pictures go to the storage."""
    if finished(parts, district.slug):
        return
    pack = load_pack(PACKS / district.slug)
    offset = _offset(parts, district)
    bureau = next(card for card in parts.directory.all() if card.id == bureau_id)

    def furnish(session: TenantSession, pack: Pack) -> None:
        session.connection().execute(text(PATIENCE))
        # Whoever did not outlive its starter may still have committed: onboarding's lock made us wait for it.
        if said(session, LOADED):
            return
        found_units(session, actor=demo_actor(session.tenant_id), pack=pack)
        standing = standing_units(session)
        settled = settle(session, pack, roster(district, pack, standing), password_hash=password_hash)
        count = _history(session, district, pack, settled, put, tell)
        visit_schools(session, pack, settled, seed=district.slug, put=put)
        tell_records(session, pack, settled, seed=district.slug)
        head = decider(session.tenant_id, settled)
        tell_exams(session, pack, settled, seed=district.slug, head=head)
        tell_campaigns(session, pack, settled, seed=district.slug, put=put, head=head)
        tell_reports(session, since=district.since, seed=district.slug, reviewer=head)
        tell_papers(session, pack, settled, seed=district.slug, put=put, head=head)
        tell_matters(session, pack, settled, seed=district.slug, put=put, head=head)
        if district.consent:
            grant_consent(
                session, actor=head, bureau=bureau, shown=CODES, rows_granted=district.rows,
                valid_from=district.since, valid_until=None,
            )  # fmt: skip
        for point in entry_points(group=EXTRAS):
            point.load()(session, today=district.today, seed=district.slug)
        tell_assessment(session, pack, settled, head=head)
        recount(session)
        _mark(session, LOADED, hazards=count)

    made = onboard(parts.db, pack, by="demo", furnish=furnish, clock_offset=offset)
    _open(parts, district, made.tenant_id, offset, bureau_id)


def _open(parts: Parts, district: District, tenant_id: int, offset: timedelta, bureau_id: int) -> None:
    """The last step. Everything before its mark may be repeated."""
    linked = district.slug == LINKED
    with parts.db.tenant(bureau_id) as session:
        officer = session.scalars(select(Person.id).where(Person.login == "officer")).one_or_none() if linked else None
    with parts.db.tenant(tenant_id, read_only=True) as session:
        office = session.scalars(select(Person.id).where(Person.login == "office")).one() if linked else None
    if officer is not None and office is not None:
        with parts.db.tenant(bureau_id) as session:
            _link(session, officer, tenant_id, office)
    with parts.db.tenant(tenant_id, clock=ShiftedClock(parts.db.clock, offset)) as session:
        if officer is not None and office is not None:
            _link(session, office, bureau_id, officer)
        _mark(session, OPENED)


def _link(session: TenantSession, person_id: UUID, other_tenant_id: int, other_person_id: UUID) -> None:
    """One human being with a post in both places: the switch of the top bar has something to show."""
    agree_link(
        session, actor=demo_actor(session.tenant_id), person_id=person_id, other_tenant_id=other_tenant_id,
        other_person_id=other_person_id,
    )  # fmt: skip


def _offset(parts: Parts, district: District) -> timedelta:
    """Of the district's clock. A row that a killed start left without contents gets the one of now."""
    card = card_of(parts, district.slug)
    offset = clock_offset(district.today, parts.db.clock.now())
    if card is None:
        return offset
    with parts.db.tenant(card.id, read_only=True) as session:
        if said(session, LOADED):
            return timedelta(seconds=card.clock_offset_s)
    with parts.db.platform() as platform:
        platform.execute(update(Tenant).where(Tenant.id == card.id).values(clock_offset_s=int(offset.total_seconds())))
    return offset


def _history(session: TenantSession, district: District, pack: Pack, settled: Settled, put: Put, tell: Heard) -> int:
    told: list[Told] = []
    for one in Historian(district, pack, settled.cast, settled.places).tell():
        told.append(one)
        if len(told) % 50 == 0:
            tell(len(told))
    write(session, chronicle(session.tenant_id, pack, told, Album(session.tenant_id, district.today, put)))
    tell(len(told))
    return len(told)


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


def _mark(session: TenantSession, action: str, **data: int) -> None:
    record(
        session, actor=demo_actor(session.tenant_id), action=action, object_kind="tenant", object_id=session.tenant_id,
        data=data,
    )  # fmt: skip


def clock_offset(today: date, now: datetime) -> timedelta:
    """So that the district's clock stands at 10:00 of its day now, and runs on from there."""
    return datetime.combine(today, LOAD_AT, LOCAL) - now.astimezone(LOCAL)


def decider(tenant_id: int, settled: Settled) -> Actor:
    """The head of the safety section, who decides for the district what a bureau sees."""
    head = next(player for player in settled.cast.above if settled.people.get("office") == player.person_id)
    return replace(demo_actor(tenant_id), kind="person", person_id=head.person_id, name=head.name)


def demo_actor(tenant_id: int) -> Actor:
    return replace(Actor.system(tenant_id, "demo"), kind="command")
