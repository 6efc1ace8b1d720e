"""What a new version of a pack changes, in words that a person reads, and which due days move. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.kernel.obligations import Rule, occurrences
from core.kernel.schoolyear import SchoolCalendar, Span
from core.tenancy.packs.brief import LONGEST, field_words, name_of, short, title_of_field
from core.tenancy.packs.keys import KEYS
from core.tenancy.packs.model import Pack
from core.tenancy.packs.owed import rules, school_calendar

SECTIONS: Mapping[str, str] = {
    "version": "版本", "name": "名称", "short_name": "简称", "division": "行政区划", "layers": "上级层", "terms": "用语", "documents": "文件",
    "clauses": "条款", "readings": "读法", "settings": "参数", "org_types": "单位类型", "departments": "部门", "bodies": "机构",
    "permission_sets": "权限组", "posts": "岗位", "main_tasks": "主要任务", "campaigns": "行动", "calendar": "校历", "domains": "领域",
    "lifecycle": "隐患流程", "obligations": "义务", "topics": "记录主题", "questions": "题库", "exams": "应知应会考核",
    "qualifications": "上岗条件", "reports": "报送", "tables": "统计表", "indicators": "指标", "assessment": "考核",
    "accountability": "问责", "counters": "问责计数", "registers": "台账", "checklists": "检查表", "tasks": "任务", "english": "英文用语", "base": "上级层内容",
}  # fmt: skip
"""Section → its title; one that is not here shows its key."""


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
    if not isinstance(value, list) or not all(isinstance(item, dict) and name_of(item) for item in value):
        return None
    return {name_of(item): item for item in value}


def _label(element: Mapping[str, Any], code: str) -> str:
    if code in KEYS and element.get("key") == code:
        return KEYS[code].title
    return str(element.get("label") or element.get("quote") or element.get("issue") or code)[:LONGEST]


def _fields(old: Any, new: Any) -> Iterator[FieldChange]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*new, *old)):
            if old.get(key) != new.get(key):
                yield FieldChange(title_of_field(key), field_words(key, old.get(key)), field_words(key, new.get(key)))
    else:
        yield FieldChange("", short(old), short(new))


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
