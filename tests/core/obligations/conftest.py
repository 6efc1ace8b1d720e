"""Districts of the obligations' tests: a pack, units of every kind it names, and facts that are handed in as arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import count
from uuid import UUID, uuid5

import pytest
from sqlalchemy import Date, Integer, Select, Text, Uuid, func, select

from core.db.engines import Database
from core.db.sessions import TenantSession
from core.hooks.evidence import COLUMNS, Evidence
from core.hooks.manager import Plugins, build_plugins
from core.hooks.specs import impl
from core.kernel.clock import FixedClock, start_of_day
from core.kernel.obligations import Standing
from core.kernel.schoolyear import Span
from core.obligations.queries.arrays import rows
from core.orgs.services import create_unit
from core.orgs.services.creation import UnitFacts
from core.tenancy.directory import TenantCard
from core.tenancy.models import PackVersion, PluginSwitch, Tenant
from core.tenancy.packs.check import load
from core.tenancy.packs.model import Pack
from tests.factories.world import ROOT, World, compiled

OPENED = date(2018, 1, 1)
PLUGINS = ("fire", "food", "labchem", "bus", "drowning", "buildings", "security", "bullying")


@dataclass(frozen=True)
class Fact:
    """One fact that counts, as a feature's select would give it."""

    unit_id: UUID
    activity: str
    on: date
    topics: tuple[str, ...] = ()
    key: str = ""
    times: int = 1


def evidence_from(
    facts: Sequence[Fact], *, activities: Sequence[str] = (), kind: str = "test", excuse: Standing | None = None
) -> Evidence:
    """Real SQL over arrays: no table, the same columns."""
    space = UUID(int=7)

    def select_facts(session: TenantSession, span: Span) -> Select[tuple[object, ...]]:
        table = rows(
            "lines",
            unit_id=(Uuid(as_uuid=True), [fact.unit_id for fact in facts]),
            activity=(Text(), [fact.activity for fact in facts]),
            topic=(Text(), [",".join(fact.topics) for fact in facts]),
            key=(Text(), [fact.key for fact in facts]),
            on_date=(Date(), [fact.on for fact in facts]),
            times=(Integer(), [fact.times for fact in facts]),
            kind=(Text(), [kind] * len(facts)),
            id=(Uuid(as_uuid=True), [uuid5(space, str(no)) for no in range(len(facts))]),
        )
        columns = {**table.c, "topics": func.string_to_array(table.c.topic, ",").label("topics")}
        return select(*(columns[name] for name in COLUMNS)).where(table.c.on_date.between(span.starts, span.ends))

    words = frozenset(activities or {fact.activity for fact in facts})
    return Evidence(kind=kind, title="测试", activities=words, facts=select_facts, keyed=True, excuse=excuse)


def plugins_with(evidence: Sequence[Evidence]) -> Plugins:
    """A process whose only evidence this is."""

    class Offers:
        @impl
        def register_evidence(self) -> Sequence[Evidence]:
            return evidence

    found = build_plugins([], points=[])
    found.manager.register(Offers(), name="test.evidence")
    return found


_serial = count()
"""One database for all tests of a worker: no two districts bear the same name."""


@pytest.fixture
def district(db: Database, clock: FixedClock) -> Callable[..., World]:
    """``district("tongyu", on=date(2018, 12, 6))``: the pack, its plugins on, and units of the kinds it names."""

    def make(pack: str, *, on: date, schools: int = 1, at: int = 10) -> World:
        with db.platform() as platform:
            slug = f"due{next(_serial)}-{pack}"
            row = Tenant(slug=slug, name="某某县教育局", kind="district", created_at=platform.now())
            platform.add(row)
            platform.flush()
            world = World(TenantCard(row.id, row.slug, row.name, row.kind, "active", 0), db)
        clock.at = start_of_day(on) + timedelta(hours=at)
        ready = compiled(pack)
        with world.session() as session:
            session.add(
                PackVersion(
                    version=1, digest=ready.digest, content=ready.content, applied_at=session.now(), applied_by="测试"
                )
            )
            for slug in PLUGINS:
                session.add(PluginSwitch(plugin=slug, on_from=OPENED))
        with world.session() as session:
            _settle(session, world, pack, schools)
        return world

    return make


@cache
def load_pack(slug: str) -> Pack:
    return load(ROOT / "tenants" / slug)


def _settle(session: TenantSession, world: World, pack: str, schools: int) -> None:
    types = load_pack(pack).org_types
    bureau = next(one for one in types if one.kind == "bureau")
    world.units["root"] = _unit(session, world, "bureau", bureau.label, str(bureau.kind), bureau.code, (), None)
    for department in load_pack(pack).departments:
        world.units[department.code] = _unit(
            session, world, department.code, department.label, "department", None, (), world.units["root"]
        )
    for one in types:
        if one.kind in ("school", "kindergarten", "cluster", "agency", "third_party"):
            for no in range(schools):
                code = f"{one.code}-{no + 1}"
                world.units[code] = _unit(
                    session, world, code, f"{one.label}{no + 1}", str(one.kind), one.code,
                    tuple(map(str, one.stages)), world.units["root"],
                )  # fmt: skip


def _unit(
    session: TenantSession, world: World, code: str, name: str, kind: str, org_type: str | None,
    stages: Sequence[str], parent: UUID | None,
) -> UUID:  # fmt: skip
    facts = UnitFacts(code=code, name=name, kind=kind, org_type=org_type, stages=stages, valid_from=OPENED)
    return create_unit(session, actor=world.system, facts=facts, parent_id=parent)
