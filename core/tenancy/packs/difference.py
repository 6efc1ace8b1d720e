"""What a new version of a pack changes, in words that a person reads, and which due days move. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.kernel.obligations import Rule, occurrences
from core.kernel.schoolyear import SchoolCalendar, Span
from core.tenancy.packs.keys import KEYS
from core.tenancy.packs.model import Pack
from core.tenancy.packs.owed import rules, school_calendar
from core.tenancy.packs.places import NAMES

SECTIONS: Mapping[str, str] = {
    "version": "版本", "name": "名称", "short_name": "简称", "division": "行政区划", "layers": "上级层", "terms": "用语", "documents": "文件",
    "clauses": "条款", "readings": "读法", "settings": "参数", "org_types": "单位类型", "departments": "部门", "bodies": "机构",
    "permission_sets": "权限组", "posts": "岗位", "main_tasks": "主要任务", "campaigns": "行动", "calendar": "校历", "domains": "领域",
    "lifecycle": "隐患流程", "obligations": "义务", "topics": "记录主题", "questions": "题库", "exams": "应知应会考核", "qualifications": "上岗条件", "reports": "报送", "tables": "统计表", "indicators": "指标", "assessment": "考核",
    "accountability": "问责", "registers": "台账", "checklists": "检查表", "tasks": "任务", "base": "上级层内容",
}  # fmt: skip
"""Section → its title; one that is not here shows its key."""
FIELDS: Mapping[str, str] = {
    "label": "名称", "period": "周期", "due": "截止", "at_least": "次数", "clauses": "依据条款", "confirm": "待确认", "note": "说明",
    "value": "取值", "starts": "开始", "ends": "结束", "window": "时段", "phases": "阶段", "activity": "事项", "domain": "领域", "to": "报给",
    "responsible": "责任部门", "participating": "配合部门", "grants": "权限", "permissions": "权限", "categories": "隐患类别", "fields": "字段",
    "rules": "规则", "items": "检查项", "options": "选项", "treatment": "处理", "moves": "动作", "stages": "环节", "grades": "等级", "terms": "学期",
    "days": "天数", "count": "按", "school_year": "学年", "yearly_from": "每年从", "yearly_to": "每年到", "times": "次数", "by": "办理人", "permission": "权限", "who": "责任单位", "need": "要有", "within": "属于", "requires": "要求",
    "windows": "时段", "target": "目标", "unit": "单位", "no": "序号", "code": "代码", "kind": "种类", "params": "参数值", "text": "正文", "paragraphs": "段落", "quote": "原文",
}  # fmt: skip
LONGEST = 120
"""Characters of a value that are shown."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """``title``: of the field; values in short, "" for nothing."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ElementChange:
    """``how``: added | removed | changed; ``fields`` only where changed."""

    code: str
    label: str
    how: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionDifference:
    section: str
    title: str
    elements: tuple[ElementChange, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """Due days of one rule inside the days asked for that are there before and not after, and the other way round."""

    code: str
    title: str
    before: tuple[date, ...]
    after: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    sections: tuple[SectionDifference, ...]
    moved: tuple[Moved, ...]

    @property
    def nothing(self) -> bool:
        return not self.sections


def difference(before: Pack, after: Pack, *, asked: Span) -> Difference:
    """``asked``: the days whose due days are compared. Raises ValueError for an obligation that makes no sense."""
    return Difference(tuple(_sections(before.to_json(), after.to_json())), tuple(_moved(before, after, asked)))


def _sections(before: dict[str, Any], after: dict[str, Any]) -> Iterator[SectionDifference]:
    for section in dict.fromkeys((*SECTIONS, *after, *before)):
        old, new = before.get(section), after.get(section)
        if old != new:
            yield SectionDifference(section, SECTIONS.get(section, section), tuple(_elements(section, old, new)))


def _elements(section: str, old: Any, new: Any) -> Iterator[ElementChange]:
    was, now = named(old), named(new)
    if was is None or now is None:
        yield ElementChange("", SECTIONS.get(section, section), "changed", tuple(_fields(old, new)))
        return
    for code, element in now.items():
        if code not in was:
            yield ElementChange(code, _label(element, code), "added")
        elif was[code] != element:
            yield ElementChange(code, _label(element, code), "changed", tuple(_fields(was[code], element)))
    for code, element in was.items():
        if code not in now:
            yield ElementChange(code, _label(element, code), "removed")


def named(value: Any) -> dict[str, Any] | None:
    """A list of named things by name; {} for what is absent; None for anything else."""
    if value is None:
        return {}
    if not isinstance(value, list) or not all(isinstance(item, dict) and _name(item) for item in value):
        return None
    return {_name(item): item for item in value}


def _name(item: Mapping[str, Any]) -> str:
    return next((str(item[name]) for name in NAMES if item.get(name)), "")


def _label(element: Mapping[str, Any], code: str) -> str:
    if code in KEYS and element.get("key") == code:
        return KEYS[code].title
    return str(element.get("label") or element.get("quote") or element.get("issue") or code)[:LONGEST]


def _fields(old: Any, new: Any) -> Iterator[FieldChange]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*new, *old)):
            if old.get(key) != new.get(key):
                say = _due if key == "due" else short
                yield FieldChange(FIELDS.get(key, key), say(old.get(key)), say(new.get(key)))
    else:
        yield FieldChange("", short(old), short(new))


def short(value: Any) -> str:
    """A value of a pack in a few words: labels where there are any, how many where there are many."""
    match value:
        case None | "":
            return ""
        case bool():
            return "是" if value else "否"
        case list() | tuple():
            words = [short(item) for item in value]
            text = "、".join(words)
            return text if len(text) <= LONGEST else f"{'、'.join(words[:3])}…（{len(words)}）"
        case Mapping():
            return _mapping(value)
        case _:
            return str(value)[:LONGEST]


def _mapping(value: Mapping[str, Any]) -> str:
    """By its name; where it has none by what it holds, less the remarks."""
    own = value.get("label") or _name(value)
    if own:
        return str(own)
    held = {key: part for key, part in value.items() if key not in _REMARKS}
    if held.keys() & _DUE:
        return due_words(held)
    if {"starts", "ends"} <= held.keys():
        return f"{held['starts']}至{held['ends']}"
    if {"yearly_from", "yearly_to"} <= held.keys():
        return f"每年{held['yearly_from']}至{held['yearly_to']}"
    if held.keys() == {"days"}:
        return f"{held['days']}天"
    if held.keys() == {"value"}:
        return short(held["value"])
    return "，".join(f"{FIELDS.get(key, key)}：{short(part)}" for key, part in held.items())[:LONGEST]


_REMARKS = frozenset({"confirm", "note", "clauses", "default"})
_DUE = frozenset({"on", "within_minutes", "within_days", "at"})
_WEEK = "一二三四五六日"


def _due(value: Any) -> str:
    return due_words(value or {})


def due_words(due: Mapping[str, Any]) -> str:
    """When something is due, as a compiled pack says it (core.tenancy.packs.model.Due), in words."""
    if due.get("on"):
        return str(due["on"])
    if "within_minutes" in due:
        return f"{due['within_minutes']}分钟内" if due["within_minutes"] else "立即"
    if "within_days" in due:
        return f"{due['within_days']}个工作日内" if due.get("working") else f"{due['within_days']}日内"
    day, days = int(due.get("day", 31)), int(due.get("days", 0))
    after = {0: "", 1: "次月"}.get(int(due.get("months_after", 0)), f"{due.get('months_after')}个月后")
    last = "末日" if day >= 31 else f"{day}日"
    match due.get("at", "end"):
        case "month_day":
            text = f"{after or '当月'}{last}"
        case "year_day":
            text = f"{due.get('month', 12)}月{last}"
        case "weekday":
            text = f"星期{_WEEK[(day - 1) % 7]}"
        case "last_working_day":
            text = f"{after}最后一个工作日"
        case "start":
            text = f"{after}期初"
        case _:
            text = f"{after}期末"
    return text + (f"后{days}天" if days > 0 else f"前{-days}天" if days < 0 else "")


def _moved(before: Pack, after: Pack, asked: Span) -> Iterator[Moved]:
    old, new = _days(before, asked), _days(after, asked)
    for code in dict.fromkeys((*new, *old)):
        was, now = old.get(code, ("", frozenset())), new.get(code, ("", frozenset()))
        if was[1] != now[1]:
            yield Moved(code, now[0] or was[0], tuple(sorted(was[1] - now[1])), tuple(sorted(now[1] - was[1])))


def _days(pack: Pack, asked: Span) -> dict[str, tuple[str, frozenset[date]]]:
    calendar = school_calendar(pack, asked=asked)
    return {rule.code: (rule.title, _of(rule, calendar, asked)) for rule in rules(pack)}


def _of(rule: Rule, calendar: SchoolCalendar, asked: Span) -> frozenset[date]:
    return frozenset(one.due_on for one in occurrences(rule, calendar, asked) if one.due_on)
