"""A value of a pack in a few words: labels where there are any, how many where there are many. Pure.

The product's own words are phrases, so that whoever shows them can say them otherwise; labels are the pack's and stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.kernel.periods import Period
from core.kernel.phrases import Phrase
from core.tenancy.packs.places import NAMES

FIELDS: Mapping[str, str] = {
    "label": "名称", "period": "周期", "due": "截止", "at_least": "次数", "clauses": "依据条款", "confirm": "待确认", "note": "说明",
    "value": "取值", "starts": "开始", "ends": "结束", "window": "时段", "phases": "阶段", "activity": "事项", "domain": "领域", "to": "报给",
    "responsible": "责任部门", "participating": "配合部门", "grants": "权限", "permissions": "权限", "categories": "隐患类别", "fields": "字段",
    "rules": "规则", "items": "检查项", "options": "选项", "treatment": "处理", "moves": "动作", "stages": "环节", "grades": "等级", "terms": "学期",
    "days": "天数", "count": "按", "school_year": "学年", "yearly_from": "每年从", "yearly_to": "每年到", "times": "次数", "by": "办理人", "permission": "权限", "who": "责任单位", "need": "要有", "within": "属于", "requires": "要求",
    "windows": "时段", "target": "目标", "unit": "单位", "no": "序号", "code": "代码", "kind": "种类", "params": "参数值", "text": "正文", "paragraphs": "段落", "quote": "原文",
    "points": "分值", "each": "每项扣分", "least": "不低于", "max_days": "最长天数", "renewals": "可续期次数",
    "check_every_days": "检查间隔（天）", "every_days": "间隔（天）",
}  # fmt: skip
"""Key of a field → its title; one that is not here shows its key."""
PERIODS: Mapping[str, str] = {
    Period.DAY: "每日", Period.SCHOOL_DAY: "每个上学日", Period.WEEK: "每周", Period.TEN_DAYS: "每旬", Period.EVERY_DAYS: "每隔若干日",
    Period.MONTH: "每月", Period.TEACHING_MONTH: "每个教学月", Period.QUARTER: "每季度", Period.TERM: "每学期",
    Period.SCHOOL_YEAR: "每学年", Period.YEAR: "每年", Period.PHASE: "阶段内", Period.CAMPAIGN: "行动期内", Period.WINDOW: "规定时段内",
    Period.ONCE: "一次", Period.EVENT: "发生时", Period.ON_DEMAND: "按需", Period.IRREGULAR: "不定期",
}  # fmt: skip
LONGEST = 120
"""Characters of a value that are shown."""
_REMARKS = frozenset({"confirm", "note", "clauses", "default"})
_DUE = frozenset({"on", "within_minutes", "within_days", "at"})
_WEEK = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


def short(value: Any) -> str:
    """ "" for nothing."""
    match value:
        case None | "":
            return ""
        case bool():
            return Phrase("是") if value else Phrase("否")
        case list() | tuple():
            words = [short(item) for item in value]
            whole = _all(words)
            return whole if len(whole) <= LONGEST else Phrase("%(first)s…（%(n)s）", first=words[:3], n=len(words))
        case Mapping():
            return _mapping(value)
        case _:
            return str(value)[:LONGEST]


def field_words(key: str, value: Any) -> str:
    """The value of a field of this key: a time limit and a period have words of their own."""
    if key == "due":
        return due_words(value or {})
    if key == "period" and value in PERIODS:
        return Phrase(PERIODS[value])
    return short(value)


def title_of_field(key: str) -> str:
    """In the product's words; an unknown one by its key."""
    return Phrase(FIELDS[key]) if key in FIELDS else key


def name_of(item: Mapping[str, Any]) -> str:
    """The code, key or number by which a pack calls it; "" for what has none."""
    return next((str(item[name]) for name in NAMES if item.get(name)), "")


def _mapping(value: Mapping[str, Any]) -> str:
    """By its name; where it has none by what it holds, less the remarks."""
    own = value.get("label") or name_of(value)
    if own:
        return str(own)
    held = {key: part for key, part in value.items() if key not in _REMARKS}
    if held.keys() & _DUE:
        return due_words(held)
    if {"starts", "ends"} <= held.keys():
        return Phrase("%(starts)s至%(ends)s", starts=str(held["starts"]), ends=str(held["ends"]))
    if {"yearly_from", "yearly_to"} <= held.keys():
        return Phrase("每年%(starts)s至%(ends)s", starts=str(held["yearly_from"]), ends=str(held["yearly_to"]))
    if held.keys() == {"days"}:
        return Phrase("%(n)s天", n=held["days"])
    if held.keys() == {"value"}:
        return short(held["value"])
    parts: list[str] = []
    for key, part in held.items():
        parts.append(Phrase("%(what)s：%(value)s", what=title_of_field(key), value=field_words(key, part)))
        if len(parts) > 1 and sum(map(len, parts)) > LONGEST:
            return Phrase("%(first)s…", first=parts[:-1])
    return _all(parts)


def _all(words: list[str]) -> str:
    return words[0] if len(words) == 1 else Phrase("%(all)s", all=words) if words else ""


def due_words(due: Mapping[str, Any]) -> str:
    """When something is due, as a compiled pack says it (core.tenancy.packs.model.Due), in words."""
    if due.get("on"):
        return str(due["on"])
    if "within_minutes" in due:
        return Phrase("%(n)s分钟内", n=due["within_minutes"]) if due["within_minutes"] else Phrase("立即")
    if "within_days" in due:
        return Phrase("%(n)s个工作日内" if due.get("working") else "%(n)s日内", n=due["within_days"])
    when, days = _anchor(due), int(due.get("days", 0))
    if days == 0:
        return when
    return Phrase("%(when)s后%(days)s天" if days > 0 else "%(when)s前%(days)s天", when=when, days=abs(days))


def _anchor(due: Mapping[str, Any]) -> Phrase:
    day, months = int(due.get("day", 31)), int(due.get("months_after", 0))
    match due.get("at", "end"):
        case "month_day" if day >= 31:
            return _later(months, "当月末日", "次月末日", "%(n)s个月后的末日")
        case "month_day":
            return _later(months, "当月%(day)s日", "次月%(day)s日", "%(n)s个月后的%(day)s日", day=day)
        case "year_day" if day >= 31:
            return Phrase("%(month)s月末日", month=due.get("month", 12))
        case "year_day":
            return Phrase("%(month)s月%(day)s日", month=due.get("month", 12), day=day)
        case "weekday":
            return Phrase(_WEEK[(day - 1) % 7])
        case "last_working_day":
            return _later(months, "最后一个工作日", "次月最后一个工作日", "%(n)s个月后的最后一个工作日")
        case "start":
            return _later(months, "期初", "次月期初", "%(n)s个月后的期初")
        case _:
            return _later(months, "期末", "次月期末", "%(n)s个月后的期末")


def _later(months: int, this: str, following: str, later: str, **values: object) -> Phrase:
    """The words for this month, the next one, or one further on."""
    if months > 1:
        return Phrase(later, n=months, **values)
    return Phrase(following if months else this, **values)
