"""Loads a volume: districts of skewed sizes with schools, hazards and their timelines; set-based, as the migration login.

A few districts are built by the product's own services, with people and keys: those are the ones that are measured. The
others are copies of their pack, so that indexes, statistics and caches are as large as in earnest.
"""

from __future__ import annotations

import csv
import io
import json
import math
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import NormalDist
from typing import Any

import psycopg2
from sqlalchemy import select
from sqlalchemy.engine import make_url

from core.access.actor import Actor
from core.app import feature_modules
from core.db.engines import Database
from core.db.migrate import upgrade
from core.demo.texts import TEXTS
from core.hooks.manager import build_plugins
from core.identity.services.people import PersonFacts, create_person
from core.identity.services.sessions import open_session
from core.identity.services.tokens import create_token
from core.kernel.clock import FixedClock
from core.orgs.services import appoint
from core.orgs.services.founding import found_units
from core.oversight.indicators import CODES
from core.oversight.services.consents import grant_consent
from core.oversight.services.rollups import recount
from core.runtime.embedded import Embedded
from core.runtime.roles import Logins
from core.search.registered import searchables
from core.search.services import index_anew
from core.tenancy.bureaus import bureau_pack
from core.tenancy.models import Tenant
from core.tenancy.onboarding import apply_pack
from tests.bench.place import Place
from tests.factories.world import World, build, build_bureau

NOW = datetime(2020, 11, 26, 2, 0, tzinfo=UTC)
"""In the campaign of the pack that all districts have."""
LARGEST = 46_485
"""Hazards of the largest district of 3,000 with 5 million (tenancy.md B)."""
MIDDLE = 1_000
"""Hazards of the measured district in the middle, in volumes of every size: what grows is what lies around it."""
SPREAD = 1.11
"""Sigma of the districts' sizes (lognormal): median 900 where the mean is 1,667."""
SEARCHED = 500_000
"""Hazards that are indexed for the search; beyond, only the largest districts are."""
SQL = Path(__file__).with_name("volume.sql")
ROLES = ("head", "safety_a")


@dataclass(frozen=True)
class Size:
    """``watched``: districts that let the bureau look."""

    tenants: int = 200
    hazards: int = 400_000
    watched: int = 100

    def sizes(self) -> list[int]:
        """Hazards of each district, largest first; the largest is as large as that of the largest volume."""
        middle = NormalDist()
        shape = [
            math.exp(SPREAD * middle.inv_cdf((place + 0.5) / self.tenants)) for place in reversed(range(self.tenants))
        ]
        largest = min(LARGEST, self.hazards // 2) if self.tenants > 1 else self.hazards
        rest = sum(shape[1:]) or 1
        found = [largest, *(max(20, round((self.hazards - largest) * one / rest)) for one in shape[1:])]
        if self.hazards >= 100 * MIDDLE:
            found[len(found) // 2] = MIDDLE
        return found


@dataclass(frozen=True)
class Measured:
    """A district that is measured: keys of REST and cookies of pages, by role."""

    tenant_id: int
    hazards: int
    tokens: dict[str, str]
    cookies: dict[str, str]
    units: dict[str, str]


@dataclass(frozen=True)
class Volume:
    """``largest`` and ``middle`` are districts; ``bureau`` watches the first ``size.watched`` of them."""

    size: Size
    largest: Measured
    middle: Measured
    bureau: Measured
    loaded_s: float


def loaded(place: Place, size: Size, *, note: Callable[[str], None] = lambda _: None) -> Volume:
    """The volume of this place; loaded anew unless it is there already. Side effects: starts servers of its own."""
    mark = place.folder / "volume.json"
    if mark.exists() and (held := json.loads(mark.read_text("utf-8")))["size"] == asdict(size):
        place.pair.start()
        upgrade(place.logins.migrate)
        return _volume(held)
    if place.own:
        _empty(place)
    begun = time.perf_counter()
    volume = _load(place.logins, size, note)
    made = {**asdict(volume), "loaded_s": round(time.perf_counter() - begun, 1)}
    mark.write_text(json.dumps(made, indent=2), "utf-8")
    if place.own:
        place.pair.stop()  # from here on nothing may be lost, as in earnest
        place.pair.start()
    return _volume(made)


def _empty(place: Place) -> None:
    """A new database, in servers that are quick and lose everything with the machine's power."""
    quick = Embedded.at(place.servers, durable=False)
    quick.start()
    quick.drop_database(place.database)
    quick.create_database(place.database)


def _volume(held: dict[str, Any]) -> Volume:
    parts = {name: Measured(**held[name]) for name in ("largest", "middle", "bureau")}
    return Volume(Size(**held["size"]), loaded_s=held["loaded_s"], **parts)


def _load(logins: Logins, size: Size, note: Callable[[str], None]) -> Volume:
    upgrade(logins.migrate)
    db = Database(app=logins.app, platform=logins.platform, clock=FixedClock(NOW))
    sizes = size.sizes()
    note("measured districts and the bureau, by the product's services")
    largest = build(db, slug="bench-largest")
    middle = build(db, slug="bench-middle")
    bureau = _bureau(db)
    with _connection(logins.migrate) as connection, connection.cursor() as cursor:
        cursor.execute("set search_path = app, ctx")
        _copy(cursor, sizes, largest, middle)
        for name, statement in _statements():
            note(name)
            cursor.execute(statement)
        connection.commit()
        note("statistics")
        connection.autocommit = True
        cursor.execute("vacuum (analyze)")
    note("consents and rollups")
    for tenant_id in _watched(db, largest, middle, size.watched):
        with db.tenant(tenant_id) as session:
            actor = Actor.system(tenant_id, "bench")
            grant_consent(session, actor=actor, bureau=bureau.tenant, shown=CODES, rows_granted=False)
            recount(session)
    note("search")
    plugins = build_plugins(feature_modules())
    for tenant_id in _by_size(db, logins, SEARCHED):
        for searchable in searchables(plugins):
            with db.tenant(tenant_id) as session:
                index_anew(session, searchable=searchable)
    with _connection(logins.migrate) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("vacuum (analyze)")
    made = Volume(
        size, _measured(largest, sizes[0]), _measured(middle, sizes[len(sizes) // 2]), _measured(bureau, 0), 0
    )
    db.dispose()
    return made


def _by_size(db: Database, logins: Logins, most: int) -> list[int]:
    """Districts that are indexed for the search: the largest first, as many as hold ``most`` hazards."""
    with _connection(logins.migrate) as connection, connection.cursor() as cursor:
        cursor.execute("select tenant_id, hazards from bench.sizes order by hazards desc")
        chosen, total = [], 0
        for tenant_id, hazards in cursor:
            if total < most:
                chosen.append(tenant_id)
                total += hazards
    return chosen


def _watched(db: Database, largest: World, middle: World, most: int) -> list[int]:
    with db.platform() as session:
        every = session.scalars(select(Tenant.id).where(Tenant.kind == "district").order_by(Tenant.id)).all()
    first = [largest.tenant.id, middle.tenant.id]
    return [*first, *(tenant_id for tenant_id in every if tenant_id not in first)][:most]


def _copy(cursor: Any, sizes: list[int], largest: World, middle: World) -> None:
    """Hands the sizes and the words to the SQL, by COPY."""
    cursor.execute(
        "create schema if not exists bench; drop table if exists bench.sizes, bench.texts;"
        "create unlogged table bench.sizes (place int, hazards int, tenant_id int, schools int);"
        "create unlogged table bench.texts (no int, domain text, category text, place text, what text, done text)"
    )
    own = {0: largest.tenant.id, len(sizes) // 2: middle.tenant.id}
    rows = [(place, hazards, own.get(place, ""), max(5, hazards // 60)) for place, hazards in enumerate(sizes)]
    _copy_in(cursor, "bench.sizes", rows)
    words = [
        (code.split(".")[0], code, place, what, done) for code, texts in TEXTS.items() for place, what, done in texts
    ]
    random.Random(7).shuffle(words)
    _copy_in(cursor, "bench.texts", [(number, *word) for number, word in enumerate(words)])


def _copy_in(cursor: Any, table: str, rows: list[tuple[Any, ...]]) -> None:
    page = io.StringIO()
    csv.writer(page).writerows(rows)
    page.seek(0)
    cursor.copy_expert(f"copy {table} from stdin with (format csv)", page)


def _statements() -> Iterator[tuple[str, str]]:
    """The parts of volume.sql with their headings (``-- # heading``)."""
    for part in SQL.read_text("utf-8").split("-- # ")[1:]:
        heading, _, statement = part.partition("\n")
        yield heading.strip(), statement


def _bureau(db: Database) -> World:
    made = build_bureau(db, slug="bench-bureau")
    with made.session() as session:
        pack = bureau_pack("bench-bureau", "某某市教育局")
        apply_pack(session, pack, by="bench")
    with made.session() as session:
        root = found_units(session, actor=made.system, pack=pack)
        person = create_person(session, actor=made.system, facts=PersonFacts(login="officer", name="officer"))
        appoint(session, actor=made.system, person_id=person, unit_id=root, post_code="officer", valid_from=NOW.date())
        made.people["officer"] = person
    with made.session() as session:
        own = made.actor("officer", session)
        codes = {code for grant in own.grants for code in grant.permissions}
        made.tokens["officer"] = create_token(
            session, actor=made.system, person_id=person, name="bench", permissions=codes, days=300
        ).value
    return made


def _measured(world: World, hazards: int) -> Measured:
    roles = [role for role in (*ROLES, "officer") if role in world.people]
    cookies = {}
    for role in roles:
        with world.session() as session:
            secret = open_session(session, person_id=world.people[role], ip="127.0.0.1", user_agent="bench")
        cookies[role] = f"{world.tenant.id}.{secret}"
    units = {name: str(unit) for name, unit in world.units.items()}
    return Measured(world.tenant.id, hazards, {role: world.tokens[role] for role in roles}, cookies, units)


@contextmanager
def _connection(url: str) -> Iterator[Any]:
    parts = make_url(url)
    connection = psycopg2.connect(
        user=parts.username, password=parts.password, dbname=parts.database, host=parts.query.get("host", parts.host),
        port=parts.port,
    )  # fmt: skip
    try:
        yield connection
    finally:
        connection.close()
