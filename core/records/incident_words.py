"""Incidents in words, and what the law says of their grade. Pure."""

from __future__ import annotations

from collections.abc import Mapping

CATEGORIES: Mapping[str, str] = {
    "blaze": "火灾", "poisoning": "食品安全、食物中毒", "traffic": "交通事故", "drowned": "溺水", "collapse": "校舍和设施", "stampede": "拥挤踩踏",
    "chemical": "实验室和危化品", "violence": "暴力侵害", "bullied": "学生欺凌", "disease": "传染病", "natural": "自然灾害", "injury": "意外伤害", "other": "其他",
}  # fmt: skip
GRADES: Mapping[str, str] = {"general": "一般", "larger": "较大", "major": "重大", "extreme": "特别重大"}
"""生产安全事故报告和调查处理条例 (国务院令第493号) art. 3."""
REPORTS: Mapping[str, str] = {"first": "首报", "further": "续报", "final": "终报"}
STATES: Mapping[str, str] = {"open": "处置中", "closed": "已终报"}

_DEAD = ((30, "extreme"), (10, "major"), (3, "larger"))
_INJURED = ((100, "extreme"), (50, "major"), (10, "larger"))
_ORDER = tuple(GRADES)


def least_grade(*, dead: int, injured: int) -> str:
    """The lowest grade that such numbers allow, by art. 3 (deaths; serious injuries counted as injuries told)."""
    by_dead = next((grade for least, grade in _DEAD if dead >= least), "general")
    by_injured = next((grade for least, grade in _INJURED if injured >= least), "general")
    return max(by_dead, by_injured, key=_ORDER.index)


def too_low(grade: str, *, dead: int, injured: int) -> bool:
    return _ORDER.index(grade) < _ORDER.index(least_grade(dead=dead, injured=injured))
