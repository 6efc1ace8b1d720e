"""The registers that sip, tongyu and yongqiao declare find what their notices ask for: an entry that breaks a rule, what makes it right."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.db.engines import Database
from core.db.sessions import TenantSession
from core.kernel.clock import FixedClock
from core.kernel.errors import Invalid
from core.registers.queries.rules import failing
from core.tenancy import shelf
from core.tenancy.models import PackVersion
from core.tenancy.packs.model import OrgKind, RuleKind, SchoolStage
from tests.conftest import NOW
from tests.core.registers.ground import add, get
from tests.factories.world import World, build, compiled

DAY, LATER, GONE = date(2020, 10, 8), date(2020, 10, 20), date(2020, 9, 1)
TRIP = {
    "name": "境外修学",
    "abroad": True,
    "leaves_on": DAY,
    "filing_no": "备1",
    "approved_on": DAY,
    "plan": "方案",
    "visa": "已办",
    "supervision": "每日报告",
}
BRIEFED = {"personal_safety": True, "property_safety": True, "ideology": True, "discipline": True}
SCHEME = {
    "planned_on": DAY,
    "slot": "flag",
    "topic": "fire",
    "document": "消防演练方案",
    "leader": "校长",
    "departments": "德育处",
}
ACCIDENT = {
    "incident_no": "1",
    "occurred_on": DAY,
    "grave": True,
    "coordinator": "office",
    "reported": "9:05",
    "rescue": "已组织",
    "investigation": "已调查",
    "aftermath": "已善后",
}
CHEMICAL = {
    "school_term": "2020年秋学期",
    "item": "盐酸",
    "need": "实验3次",
    "minutes": "会议记录1",
    "manager": "实验室主任",
    "approved_on": DAY,
}
RULE = {"name": "门卫制度", "of_kind": "rule", "issued_on": DAY, "posted_on": DAY}
TESTED = {"tested_on": DAY, "of_kind": "drinking", "item": "一楼饮水机", "verdict": "failed"}
BUS = {"plate": "苏U0001X", "why": "无卫星定位"}
RUNNING = {"plate": "苏U0002X", "dedicated": True, "recorder": True, "linked": False, "attendant": "工号7"}
WASTE = {"waste": "废酸", "quantity": "2升", "produced_on": DAY, "container": "塑料桶", "stored_at": "废液间"}
LETTER = {"held_on": DAY, "form": "letter", "families": 300, "reached": 290, "receipts": 280}
TASK = {"work": "更换灭火器", "target": 10, "reached": 4}
CASES: tuple[tuple[str, str, str, str, dict[str, Any], dict[str, Any]], ...] = (
    ("sip", "responsibility_list", "every_post", "school_b", {"level": "post", "post": "门卫", "duty": "值守"}, {"holder": "safety_b"}),
    ("sip", "safety_rules", "known", "school_b", RULE, {"studied_on": DAY}),
    ("sip", "risks", "posted", "school_b", {"no": 1, "place": "配电房", "of_kind": "用电", "level": "red", "step": "posted", "measure": "上锁", "responsible": "总务主任", "progress": "open", "assessed_on": DAY, "posted_on": LATER}, {"posted_at": "公告栏"}),
    ("sip", "disputes", "owned", "school_b", {"file_no": "1", "of_kind": "dispute", "matter": "收费争议", "found_on": DAY, "measures": "调解"}, {"owner": "副校长"}),
    ("sip", "tips", "linked", "root", {"tip_no": "1", "received_on": DAY, "channel": "phone", "anonymous": True, "content": "通道被占", "verified": "proven"}, {"hazard_no": "SIP-2020-00001"}),
    ("sip", "petitions", "in_time", "root", {"file_no": "1", "received_on": GONE, "of_kind": "staff", "matter": "职称", "replied": False, "valid_until": GONE}, {"replied": True}),
    ("sip", "meeting_decisions", "safety_item", "section", {"held_on": DAY, "name": "处务会", "of_kind": "business"}, {"safety": "布置开学检查"}),
    ("sip", "accident_handling", "present", "root", ACCIDENT, {"at_the_scene": "局长，9:40"}),
    ("sip", "drill_schemes", "children", "school_a", {**SCHEME, "guiding": "教师引导"}, {"protection": "大手拉小手"}),
    ("sip", "fire_plan_duties", "every_duty", "school_b", {"shift": "夜班", "post": "门卫", "alarm": "拨打119", "evacuation": "开启疏散门"}, {"first_fire": "取灭火器"}),
    ("sip", "outside_inspections", "linked", "school_b", {"inspector": "市督导组", "inspected_on": DAY, "findings": 2}, {"hazard_nos": "SIP-2020-00001、00002"}),
    ("sip", "accompanied_meals", "every_day", "school_b", {"month": "2020年9月", "meal_days": 22, "kept_days": 20, "missed_days": 2}, {"kept_days": 22, "missed_days": 0}),
    ("sip", "guard_models", "rostered", "school_b", {"of_kind": "red_and_blue", "started_on": DAY, "spot": "校门", "people": 4}, {"roster": "每日7:30，红马甲2人、蓝马甲2人"}),
    ("sip", "study_trips", "briefed", "school_b", TRIP | BRIEFED | {"discipline": False}, {"discipline": True}),
    ("sip", "personnel_matters", "approved", "section", {"file_no": "1", "of_kind": "travel", "people": 2, "organisation_on": DAY, "foreign_on": DAY}, {"discipline_on": DAY}),
    ("sip", "food_tests", "water", "school_b", {**TESTED, "settled": False}, {"settled": True}),
    ("sip", "chemical_plans", "reported", "school_b", CHEMICAL | {"bought_on": LATER}, {"reported": "报备1、2"}),
    ("sip", "bus_exits", "in_time", "school_b", {**BUS, "cleared": False, "valid_until": GONE}, {"cleared": True}),
    ("sip", "buses", "monitored", "school_b", RUNNING, {"linked": True}),
    ("sip", "lab_admissions", "passed_first", "school_b", {"audience": "students", "group": "八年级一班", "people": 45, "trained_on": DAY, "passed": False, "admitted": True}, {"passed": True}),
    ("sip", "lab_waste", "proper", "school_b", {**WASTE, "disposed": True, "transferred_on": DAY, "receiver": "某处置公司"}, {"receipt_no": "联单1"}),
    ("tongyu", "responsibility_list", "chain", "school_b", {"no": 1, "item": "消防", "post": "校长", "standard": "每月检查", "superior": "县教育局"}, {"acknowledged_on": DAY}),
    ("tongyu", "safety_cards", "everybody", "school_b", {"post": "班主任", "people": 20, "issued_on": DAY, "everybody": False}, {"everybody": True}),
    ("yongqiao", "responsibility_list", "no_blind_spot", "school_b", {"level": "schools", "duty": "食堂安全"}, {"post": "总务主任"}),
    ("yongqiao", "plan_tasks", "in_time", "school_b", {**TASK, "done": False, "valid_until": GONE}, {"done": True, "evidence": "档案1"}),
    ("yongqiao", "bus_agreements", "signed", "school_b", {"provider": "某客运公司"}, {"signed_on": DAY}),
    ("yongqiao", "accompanied_meals", "every_day", "school_b", {"month": "2020年9月", "meal_days": 22, "kept_days": 20, "missed_days": 2}, {"kept_days": 22, "missed_days": 0}),
    ("yongqiao", "home_contacts", "everybody", "school_b", {**LETTER, "unreached": 10}, {"reached": 300, "unreached": 0}),
    ("yongqiao", "waters", "guarded", "school_b", {"name": "村东塘", "of_kind": "pond", "guardian": "村委会", "warning_sign": True, "rescue_equipment": False}, {"rescue_equipment": True}),
)  # fmt: skip
"""(pack, register, rule, unit, an entry that breaks it, what makes it right)."""
REQUIRED = (
    ("tongyu", "school_plan", {"drawn_up_on": DAY, "organisation": "领导小组", "work": "五查五治", "duties": "到岗", "measures": "每周检查"}, ("organisation", "work", "duties", "measures")),
    ("yongqiao", "school_plan", {"drawn_up_on": DAY, "weak_points": "校门口交通", "goals": "零事故"}, ("weak_points", "goals")),
    ("sip", "school_plans", {"of_kind": "action", "drawn_up_on": DAY, "goals": "零事故", "schedule": "三年", "safeguards": "经费"}, ("goals", "schedule", "safeguards")),
    ("sip", "education_plans", {"of_kind": "general", "grade": "七年级", "period": "每周一", "content": "防震", "goal": "会避险", "form": "讲授"}, ("period", "content", "goal", "form")),
)  # fmt: skip
"""(pack, register, a whole entry, the parts that the notice demands of it)."""
DATES = ("valid_from", "valid_until")


@pytest.fixture(scope="module")
def worlds(engines: Database) -> dict[str, World]:
    """One district for each pack, with the units of a wujin one."""
    engines.clock = FixedClock(NOW)
    made = {slug: build(engines) for slug in ("sip", "tongyu", "yongqiao")}
    for slug, world in made.items():
        own = compiled(slug)
        with world.session() as session:
            session.add(
                PackVersion(version=2, digest=own.digest, content=own.content, applied_at=NOW, applied_by="测试")
            )
    return made


def breaks(session: TenantSession, world: World, register: str, rule: str, unit: str) -> bool:
    found = get(session, register)
    own = next(own for own in found.rules if own.code == rule)
    return world.units[unit] in {one.unit_id for one in failing(session, found, own)}


def entry(world: World, values: dict[str, Any]) -> dict[str, Any]:
    """As a form sends it: dates of validity beside the district's own fields, people by id."""
    extra = {key: value for key, value in values.items() if key not in DATES}
    extra |= {key: str(world.people[extra[key]]) for key in ("holder",) if key in extra}
    return {"extra": extra, **{key: values[key] for key in DATES if key in values}}


@pytest.mark.parametrize(("pack", "register", "rule", "unit", "wrong", "right"), CASES)
def test_rule_when_an_entry_breaks_it_then_found_until_it_is_right(
    worlds: dict[str, World], pack: str, register: str, rule: str, unit: str, wrong: dict[str, Any], right: dict[str, Any]
) -> None:  # fmt: skip
    world = worlds[pack]
    with world.session() as session:
        for values, broken in ((wrong, True), (wrong | right, False)):
            with session.begin_nested() as kept:
                add(session, world, register, entry(world, values), unit=unit)
                assert breaks(session, world, register, rule, unit) is broken
                kept.rollback()


def test_rule_when_for_small_children_then_not_asked_of_a_junior_school(worlds: dict[str, World]) -> None:
    world = worlds["sip"]
    with world.session() as session:
        add(session, world, "drill_schemes", entry(world, SCHEME), unit="school_b")
        assert not breaks(session, world, "drill_schemes", "children", "school_b")
        session.rollback()


@pytest.mark.parametrize(("pack", "register", "whole", "demanded"), REQUIRED)
def test_plan_when_a_demanded_part_is_missing_then_refused(
    worlds: dict[str, World], pack: str, register: str, whole: dict[str, Any], demanded: tuple[str, ...]
) -> None:
    world = worlds[pack]
    with world.session() as session:
        for part in demanded:
            with pytest.raises(Invalid) as fault:
                add(session, world, register, entry(world, whole | {part: ""}), unit="school_b")
            assert f"extra.{part}" in fault.value.fields
        with session.begin_nested() as kept:
            add(session, world, register, entry(world, whole), unit="school_b")
            kept.rollback()


@pytest.mark.parametrize("pack", ["sip", "tongyu", "yongqiao"])
def test_list_when_the_notice_names_no_day_then_its_absence_is_told_and_unconfirmed(
    worlds: dict[str, World], pack: str
) -> None:
    world = worlds[pack]
    with world.session() as session:
        for declared in compiled_registers(session):
            for rule in get(session, declared).rules:
                alone = rule.stages == (SchoolStage.SENIOR,) or rule.kinds == (OrgKind.PROVIDER,)
                nobody = alone or rule.having is not None  # none in this district; none that has it yet
                if rule.kind is RuleKind.AT_LEAST and not nobody:
                    assert rule.confirm and rule.note, (declared, rule.code)
                    assert failing(session, get(session, declared), rule), "nobody has one yet"


def compiled_registers(session: TenantSession) -> tuple[str, ...]:
    """Codes of the registers that the pack in force declares itself."""
    pack = shelf.current(session)
    assert pack is not None
    return tuple(own.code for own in pack.registers if not own.extends)
