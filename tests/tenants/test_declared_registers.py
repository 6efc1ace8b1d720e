"""The registers that wujin and lianyun declare find what their notices ask for: an entry that is right, one that is not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.db.engines import Database
from core.db.sessions import TenantSession
from core.kernel.clock import FixedClock
from core.kernel.errors import Invalid
from core.registers.queries.rules import failing
from core.tenancy.models import PackVersion
from tests.conftest import NOW
from tests.core.registers.ground import add, get
from tests.factories.world import World, build, compiled

DAY = date(2020, 10, 8)
ROSTER = {"level": "school_leader", "post": "校长", "scope": "general", "duty": "安全第一责任人", "superior": "教育局"}
RISK = {
    "risk_point": "食堂操作间",
    "place": "食堂",
    "description": "燃气",
    "level": "general",
    "post": "后勤主任",
    "measures": "每日关阀",
}
ADMITTED = {"audience": "students", "group": "八年级一班", "people": 45, "admitted": True}
TAUGHT = {"trained_on": DAY, "sources": True, "operation": True, "handling": True}
WASTE = {"waste": "废酸", "quantity": "2", "measure": "升", "produced_on": DAY}
BUS = {"plate": "苏D0001X", "happened_on": DAY, "violation": "speeding"}
CHEMICAL = {"name": "盐酸", "hazard_class": "腐蚀品", "stock": 2, "measure": "瓶", "cabinet": "1号柜"}
CONDITIONS = {"assessed_on": DAY, "closed": True, "guards_needed": 4, "guards": 3, "alarm": True, "video": True}
WUJIN: tuple[tuple[str, str, dict[str, Any], dict[str, Any]], ...] = (
    ("responsibility_roster", "double", ROSTER | {"standing": "deputy"}, {"business_duty": "教学"}),
    ("responsibility_roster", "layered", {**ROSTER, "superior": ""}, {"superior": "教育局"}),
    ("responsibility_roster", "one_holder", ROSTER, {"holder": "safety_b"}),
    ("responsibility_roster", "known_first", ROSTER | {"performed_on": DAY, "log": "带队检查"}, {"acknowledged_on": DAY}),
    ("risk_list", "measured", RISK, {"measures_state": "in_place"}),
    ("food_purchases", "documented", {"bought_on": DAY, "goods": "大米", "quantity": "50千克", "supplier": "某粮油店", "slip": True}, {"checked": True}),
    ("accompanied_meals", "every_day", {"month": "2020年9月", "meal_days": 22, "kept_days": 21, "missed_days": 1}, {"kept_days": 22, "missed_days": 0}),
    ("lab_risk_points", "measured", {"place": "储藏室", "level": "major", "post": "实验员", "key": True}, {"measures": "双人双锁"}),
    ("lab_risk_points", "to_the_person", {"place": "储藏室", "level": "major", "post": "实验员"}, {"holder": "safety_b"}),
    ("lab_waste", "proper", WASTE | {"disposed": True, "transferred_on": DAY, "receiver": "某处置公司"}, {"note_no": "联单1"}),
    ("lab_admissions", "trained_first", ADMITTED | {**TAUGHT, "handling": False}, {"handling": True}),
    ("chemicals", "two_keepers", CHEMICAL | {"keeper": "实验员"}, {"second_keeper": "化学教师"}),
    ("chemicals", "two_locks", CHEMICAL | {"key_holder": "实验员"}, {"second_key_holder": "总务主任"}),
    ("chemicals", "two_books", CHEMICAL | {"reconciled_on": DAY, "books_equal": False}, {"books_equal": True}),
    ("rule_gaps", "with_document", {"name": "值班制度", "rule_kind": "rule", "action": "create", "owner": "校长", "done": True}, {"document": "校字1号"}),
)  # fmt: skip
"""(register, rule, an entry that breaks it, what makes it right)."""
PLAN = {"name": "防震预案", "event_type": "refuge", "places": "教学楼、操场", "posts": "总指挥、疏散组"}
RATED = {"reviewed_on": date(2020, 11, 1), "safe": "good", "scientific": "fair"}
MATTER = {"matter_no": "2021-1", "matter": "petition", "opened_on": DAY, "handler": "办公室"}
LIANYUN: tuple[tuple[str, str, dict[str, Any], dict[str, Any]], ...] = (
    ("emergency_plans", "rated", PLAN | RATED, {"workable": "good"}),
    ("responsibility_roster", "double", {"level": "school_leader", "post": "校长", "standing": "administration", "duty": "总责"}, {"business_duty": "教学"}),
    ("responsibility_roster", "layered", {"level": "school_staff", "post": "班主任", "duty": "班级安全"}, {"superior": "德育主任"}),
    ("dispute_matters", "answered_first", MATTER | {"resolved_on": DAY}, {"answered_on": DAY}),
    ("bus_sections", "guarded", {"section": "校前路口", "danger": "无信号灯", "done": True}, {"measures": "警示标志"}),
    ("high_rises", "managed", {"building": "综合楼", "floors": 12, "manager": "总务主任"}, {"checked_on": DAY}),
    ("waters", "timed", {"name": "校后河", "water_type": "river", "key_times": "放学后"}, {"patrol": "每日两次"}),
)  # fmt: skip


@pytest.fixture(scope="module")
def worlds(engines: Database) -> dict[str, World]:
    """Two districts; the second one goes over to lianyun's pack."""
    engines.clock = FixedClock(NOW)
    made = {slug: build(engines) for slug in ("wujin", "lianyun")}
    other = compiled("lianyun")
    with made["lianyun"].session() as session:
        session.add(
            PackVersion(version=2, digest=other.digest, content=other.content, applied_at=NOW, applied_by="测试")
        )
    return made


def breaks(session: TenantSession, world: World, register: str, rule: str) -> bool:
    found = get(session, register)
    own = next(own for own in found.rules if own.code == rule)
    return world.units["school_b"] in {one.unit_id for one in failing(session, found, own)}


@pytest.mark.parametrize(
    ("pack", "register", "rule", "wrong", "right"),
    [("wujin", *case) for case in WUJIN] + [("lianyun", *case) for case in LIANYUN],
)
def test_rule_when_an_entry_breaks_it_then_found_until_it_is_right(
    worlds: dict[str, World], pack: str, register: str, rule: str, wrong: dict[str, Any], right: dict[str, Any]
) -> None:
    world = worlds[pack]
    right = {key: str(world.people[value]) if key == "holder" else value for key, value in right.items()}
    with world.session() as session:
        assert not breaks(session, world, register, rule)
        with session.begin_nested() as kept:
            add(session, world, register, {"extra": wrong}, unit="school_b")
            assert breaks(session, world, register, rule)
            kept.rollback()
        with session.begin_nested() as kept:
            add(session, world, register, {"extra": wrong | right}, unit="school_b")
            assert not breaks(session, world, register, rule)
            kept.rollback()


def test_chemical_movement_when_one_person_handles_it_then_found_under_the_double_it_breaks(
    worlds: dict[str, World],
) -> None:
    """「双人收发」「双人领用」: each movement of an entry of the ledger; who handles it is told by post, never by name."""
    world = worlds["wujin"]
    with world.session() as session:
        chemical = add(session, world, "chemicals", {"extra": CHEMICAL}, unit="school_b")
        moved = {"chemical": str(chemical), "moved_on": DAY, "amount": 1, "handler": "实验员"}
        for movement, broken, kept in (("storage", "two_issue", "two_draw"), ("drawing", "two_draw", "two_issue")):
            for second, found in (("", True), ("化学教师", False)):
                with session.begin_nested() as tried:
                    values = {"extra": moved | {"movement": movement, "second_handler": second}}
                    add(session, world, "chemical_movements", values, unit="school_b")
                    assert breaks(session, world, "chemical_movements", broken) is found
                    assert not breaks(session, world, "chemical_movements", kept)
                    tried.rollback()
        session.rollback()


def test_entry_when_what_the_notice_demands_is_missing_then_refused(worlds: dict[str, World]) -> None:
    """「每个风险都有责任岗位和措施」: such an entry cannot be kept at all."""
    world = worlds["wujin"]
    with world.session() as session:
        for missing in ("post", "measures"):
            with pytest.raises(Invalid) as fault:
                add(session, world, "risk_list", {"extra": {**RISK, missing: ""}})
            assert f"extra.{missing}" in fault.value.fields
        for part in ("closed", "guards_needed", "guards", "alarm", "video"):
            with pytest.raises(Invalid) as fault:
                add(session, world, "security_conditions", {"extra": CONDITIONS | {part: None}})
            assert f"extra.{part}" in fault.value.fields
        with pytest.raises(Invalid):
            add(session, world, "bus_violations", {"extra": BUS | {"violation": "parking"}})


def test_missing_when_a_unit_has_none_then_said_and_unconfirmed(worlds: dict[str, World]) -> None:
    """Lists that the notice asks for without a day: missing ones are told, and open no hazard until the district says so."""
    for pack, register, rule in (
        ("wujin", "risk_list", "has_list"),
        ("wujin", "liaison", "township"),
        ("wujin", "security_conditions", "sheet"),
        ("lianyun", "responsibility_roster", "party"),
    ):
        with worlds[pack].session() as session:
            assert breaks(session, worlds[pack], register, rule)
            own = next(own for own in get(session, register).rules if own.code == rule)
            assert own.confirm and own.note
