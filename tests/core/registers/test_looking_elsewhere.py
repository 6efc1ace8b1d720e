"""Rules that look beyond the entry: at its files, at the movements that explain its number, at what the unit has in another register."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.db.sessions import TenantSession
from core.kernel.events import Event
from core.registers.models import RegisterBreach
from core.registers.queries.rules import failing
from core.registers.services import hang_files, retire_entry
from core.registers.services.entries import CHANGED
from core.registers.services.rules import check_rules
from core.registers.tasks import take_event
from core.tenancy.packs.model import RegisterRule, RuleKind
from tests.core.registers.ground import add, get, registers
from tests.core.registers.test_files import scan
from tests.factories.world import World

DAY = date(2020, 10, 8)
LICENCE = {"extra": {"supplier": "某粮油店", "document_type": "food_licence", "number": "1"}}
ACID = {"name": "盐酸", "hazard_class": "腐蚀品", "stock": 7, "measure": "瓶", "cabinet": "1号柜"}
BUS = {"plate": "苏D0001X", "dedicated": True, "recorder": True, "attendant": True}


def rule(session: TenantSession, slug: str, code: str) -> RegisterRule:
    return next(own for own in get(session, slug).rules if own.code == code)


def at_fault(session: TenantSession, slug: str, own: RegisterRule) -> set[UUID]:
    return {one.unit_id for one in failing(session, get(session, slug), own, others=registers().known(session))}


def opened(session: TenantSession, slug: str, code: str) -> set[UUID]:
    mine = (RegisterBreach.register == slug, RegisterBreach.rule == code, RegisterBreach.cleared_at.is_(None))
    return set(session.scalars(select(RegisterBreach.unit_id).where(*mine)))


def test_has_files_when_the_scan_is_missing_then_found_until_it_hangs_there(world: World, tmp_path: Path) -> None:
    a = world.units["school_a"]
    with world.session() as session:
        own = rule(session, "supplier_documents", "scanned")
        assert own.kind is RuleKind.HAS_FILES and at_fault(session, "supplier_documents", own) == set()
        bare, scanned = (add(session, world, "supplier_documents", LICENCE) for _ in range(2))
        keeper = world.actor("safety_a", session)
        for number, entry in enumerate((scanned, bare)):
            assert at_fault(session, "supplier_documents", own) == {a}, number
            hang_files(
                session, actor=keeper, register=get(session, "supplier_documents"), entry_id=entry, version=1,
                file_ids=[scan(session, world, "safety_a", tmp_path)],
            )  # fmt: skip
        assert at_fault(session, "supplier_documents", own) == set()


def test_balanced_when_the_stock_is_not_what_the_movements_say_then_found(world: World) -> None:
    b = world.units["school_b"]
    with world.session() as session:
        own = rule(session, "chemicals", "balanced")
        acid = add(session, world, "chemicals", {"extra": ACID}, unit="school_b")
        other = add(session, world, "chemicals", {"extra": ACID | {"name": "硫酸", "stock": 0}}, unit="school_b")
        states: list[bool] = [b in at_fault(session, "chemicals", own)]
        moves: list[UUID] = []
        steps = (("opening", 5), ("purchase", 9), ("storage", 4), ("drawing", 1), ("disposal", 1))
        for movement, amount in steps:
            moved = {
                "chemical": str(acid),
                "moved_on": DAY,
                "amount": amount,
                "handler": "实验员",
                "movement": movement,
            }
            moves.append(add(session, world, "chemical_movements", {"extra": moved}, unit="school_b"))
            states.append(b in at_fault(session, "chemicals", own))
        assert states == [True, True, True, True, True, False], (
            "5 + 4 − 1 − 1 = 7; what is only ordered is not there yet"
        )
        movements = get(session, "chemical_movements")
        retire_entry(session, actor=world.system, register=movements, entry_id=moves[-1], version=1)
        found = failing(session, get(session, "chemicals"), own, others=registers().known(session))
        assert [one.entries for one in found] == [(acid,)] and other not in found[0].entries
        assert failing(session, get(session, "chemicals"), own) == (), "without the other register nobody can tell"


def test_rule_over_those_that_have_a_bus_follows_the_other_register(world: World) -> None:
    """「使用校车的学校」: who has one in the bus register, where a campus's counts for its school; after a change there it is asked again."""
    a, b = world.units["school_a"], world.units["school_b"]
    everything: Any = registers()
    with world.session() as session:
        rules, buses = get(session, "rules_library"), get(session, "buses")
        check_rules(session, registers=everything, register=rules)
        assert opened(session, "rules_library", "bus_schools") == set()
        bus = add(session, world, "buses", {"extra": BUS}, unit="school_b")
        changed = Event(
            CHANGED, session.tenant_id, session.now(), payload={"register": "buses", "unit_id": str(b), "entry": None}
        )
        take_event(session, changed, registers=everything)
        assert opened(session, "rules_library", "bus_schools") == {b} != {a}
        about = {"extra": {"name": "校车安全管理制度", "about": "bus"}}
        add(session, world, "rules_library", about, unit="school_b")
        check_rules(session, registers=everything, register=rules)
        assert opened(session, "rules_library", "bus_schools") == set()
        own = rule(session, "responsibility_roster", "bus_schools")
        assert at_fault(session, "responsibility_roster", own) == {b}
        session.flush()
        retire_entry(session, actor=world.system, register=buses, entry_id=bus, version=1)
        assert at_fault(session, "responsibility_roster", own) == set(), "without a bus nothing is asked"
