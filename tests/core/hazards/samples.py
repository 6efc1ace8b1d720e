"""Small lifecycles that hold one peculiarity each, for tests of the machine; the five districts' own come from tenants/."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from core.tenancy.packs import codec
from core.tenancy.packs.model.lifecycle import Lifecycle

TENANTS = Path(__file__).parents[3] / "tenants"
DISTRICTS = ("wujin", "sip", "yongqiao", "lianyun", "tongyu")

_PARTS = [
    {"code": "responsible", "label": "整改责任", "kind": "person"},
    {"code": "measures", "label": "整改措施", "kind": "text"},
    {"code": "funds", "label": "整改资金", "kind": "money", "zero_ok": True},
    {"code": "due", "label": "整改时限", "kind": "date"},
    {"code": "contingency", "label": "应急预案", "kind": "text", "waivable": True},
    {"code": "watcher", "label": "盯防人", "kind": "person"},
    {"code": "controls", "label": "防控措施", "kind": "text"},
    {"code": "number", "label": "督办编号", "kind": "number"},
]
_FIVE = ["responsible", "measures", "funds", "due", "contingency"]
_SOURCES = [
    {"code": "self", "label": "学校自查", "origin": "self_check"},
    {"code": "visit", "label": "督查发现", "origin": "inspection", "found_above": True},
]
_GRADES = [
    {"code": "general", "label": "一般隐患", "deadline": {"days": 15}},
    {"code": "major", "label": "重大隐患", "deadline": {"days": 3, "count": "working"}},
]
_NUMBER = [{"code": "hazard", "label": "隐患编号", "pattern": "WJ-{year}-{seq:05d}", "on": "register"}]


def six_steps(**changes: Any) -> Lifecycle:
    """Six steps with a parallel log, five elements for all, two persons, risk control, extension, escalation."""
    act = "hazard:case:"
    own, district = {"who": "unit"}, {"who": "district"}
    content: dict[str, Any] = {
        "closing_word": "销账",
        "initial": "found",
        "stages": [
            {"code": "found", "label": "隐患排查", "canonical": "discovered",
             "requires": [{"need": "fields", "of": ["place", "found_at", "finder"]}]},
            {"code": "booked", "label": "登记", "canonical": "registered",
             "requires": [{"need": "fields", "of": ["ledger_no", "domain", "grade"]}]},
            {"code": "planned", "label": "方案", "canonical": "planned", "requires": [{"need": "ground"}, {"need": "plan"}]},
            {"code": "fixing", "label": "整治", "canonical": "rectifying"},
            {"code": "guarded", "label": "带险管控", "canonical": "risk_controlled"},
            {"code": "told", "label": "报告", "canonical": "reported",
             "requires": [{"need": "fields", "of": ["measure_done", "done_at"]},
                          {"need": "evidence", "kinds": ["after"]}, {"need": "report_to"}]},
            {"code": "gone", "label": "销账", "canonical": "closed",
             "requires": [{"need": "verification"}, {"need": "follow_up", "of": ["tracking"]}]},
            {"code": "mistaken", "label": "误报", "canonical": "cancelled", "requires": [{"need": "reason"}]},
        ],
        "moves": [
            {"code": "register", "label": "登记", "from": ["found"], "to": "booked", "permission": act + "register",
             "by": [{"who": "keeper"}, district]},
            {"code": "plan", "label": "定方案", "from": ["booked"], "to": "planned", "permission": act + "plan", "by": [own]},
            {"code": "start", "label": "开始整治", "from": ["planned"], "to": "fixing", "permission": act + "rectify",
             "by": [{"who": "rectifier"}, own]},
            {"code": "guard", "label": "转带险管控", "from": ["planned", "fixing"], "to": "guarded",
             "permission": act + "control", "by": [own]},
            {"code": "resume", "label": "恢复整治", "from": ["guarded"], "to": "fixing", "permission": act + "rectify", "by": [own]},
            {"code": "tell", "label": "报告", "from": ["fixing"], "to": "told", "permission": act + "rectify",
             "by": [{"who": "rectifier"}]},
            {"code": "send_back", "label": "退回整治", "from": ["told"], "to": "fixing", "permission": act + "verify",
             "by": [own, district], "not_same_person_as": ["rectifier"], "requires": [{"need": "reason"}]},
            {"code": "close", "label": "销账", "from": ["told"], "to": "gone", "permission": act + "close",
             "by": [{"who": "unit", "when": {"sources": ["self"]}}, {"who": "district", "when": {"sources": ["visit"]}}],
             "not_same_person_as": ["rectifier"]},
            {"code": "cancel", "label": "注销", "from": ["found", "booked"], "to": "mistaken", "permission": act + "register",
             "by": [{"who": "keeper"}, district]},
        ],
        "shortcuts": [{"code": "at_once", "label": "立查立改", "moves": ["register", "plan", "start", "tell"]}],
        "parts": _PARTS,
        "grounds": [
            {"code": "now", "label": "立查立改", "parts": _FIVE, "fixable_now": True, "default": True},
            {"code": "later", "label": "一时难以整改", "parts": [*_FIVE, "watcher", "controls"]},
            {"code": "long", "label": "长期", "parts": _FIVE, "long_term": True},
        ],
        "part_rules": [{"when": {"domains": ["fire"]}, "parts": ["controls"]}],
        "sources": _SOURCES,
        "grades": _GRADES,
        "tracks": [{"code": "tracking", "label": "跟踪", "opens": "booked", "closes": "gone",
                    "by": [own, district], "permission": act + "rectify"}],
        "extension": {"by": [district], "permission": act + "extend", "times": 1, "max_days": 30, "requires": [{"need": "reason"}]},
        "risk_control": {"stage": "guarded", "parts": ["watcher", "controls"], "max_days": 90, "renewals": 1,
                         "on_expiry": ["government"]},
        "escalations": [
            {"code": "government", "label": "报请党委政府", "trigger": "manual", "to": "office", "by": [district],
             "permission": act + "escalate", "requires": [{"need": "reason"}]},
            {"code": "focus", "label": "督导检查重点", "trigger": "overdue", "to": "office", "list_code": "focus", "list_label": "重点清单"},
            {"code": "leaders", "label": "报局领导", "trigger": "major", "to": "office"},
        ],
        "numberings": [*_NUMBER, {"code": "supervision", "label": "督办编号", "pattern": "DB-{year}-{seq:03d}"}],
        "supervision": {"code": "supervised", "label": "编号督办", "numbering": "supervision", "by": [district],
                        "permission": act + "supervise"},
        "recurrence": {"within_days": 180},
    }  # fmt: skip
    return codec.from_json(Lifecycle, {**content, **changes})


def finder_closes() -> Lifecycle:
    """Three steps; only the unit that found it may close, the rectifier never; overdue cases go on a list by themselves."""
    act = "hazard:case:"
    content: dict[str, Any] = {
        "closing_word": "销号",
        "initial": "found",
        "stages": [
            {"code": "found", "label": "排查", "canonical": "discovered"},
            {"code": "fixing", "label": "整改", "canonical": "rectifying", "requires": [{"need": "plan"}]},
            {"code": "gone", "label": "销号", "canonical": "closed",
             "requires": [{"need": "fields", "of": ["measure_done"]}, {"need": "evidence", "kinds": ["after"]},
                          {"need": "verification"}]},
        ],
        "moves": [
            {"code": "fix", "label": "整改", "from": ["found"], "to": "fixing", "permission": act + "rectify", "by": [{"who": "unit"}]},
            {"code": "close", "label": "销号", "from": ["fixing"], "to": "gone", "permission": act + "close",
             "by": [{"who": "finder_unit"}], "not_same_person_as": ["rectifier"]},
        ],
        "parts": _PARTS[:5],
        "grounds": [{"code": "any", "label": "整改", "parts": _FIVE, "default": True}],
        "sources": _SOURCES,
        "grades": [{"code": "general", "label": "一般", "deadline": {"days": None}},
                   {"code": "major", "label": "重大", "deadline": {"days": None}}],
        "escalations": [{"code": "focus", "label": "督导检查重点", "trigger": "overdue", "to": "office", "after_days": 2}],
        "numberings": [{"code": "hazard", "label": "隐患编号", "pattern": "{year}{seq:04d}"}],
    }  # fmt: skip
    return codec.from_json(Lifecycle, content)


@cache
def lifecycles() -> dict[str, Lifecycle]:
    """The samples and, as far as they are there, the lifecycles of the five districts."""
    from core.tenancy.packs.check import load

    found = {"six_steps": six_steps(), "finder_closes": finder_closes()}
    for slug in DISTRICTS:
        if (TENANTS / slug / "pack.yaml").is_file():
            found[slug] = load(TENANTS / slug).lifecycle
    return found
