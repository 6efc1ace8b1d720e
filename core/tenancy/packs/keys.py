"""The keys that several levels of government may set, and which way is stricter.

The list is code, not data, because each key is read by code (tests/rules/test_settings_read.py). A pack or layer that sets
another key is refused, and so is one that sets a key which the lifecycle says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.tenancy.packs.model import (
    Deadline,
    EvidenceKind,
    LegalGrade,
    Lifecycle,
    Need,
    Party,
)


class Stricter(StrEnum):
    """Of two values of a key, which binds."""

    LOWER = "lower"
    HIGHER = "higher"
    YES = "yes"
    NO = "no"
    UNION = "union"
    """Sets: all members together."""
    NEARER = "nearer"
    """Nothing is stricter: the level nearer to the school has the word."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a section of the pack itself says about a key."""

    value: Any
    clauses: tuple[str, ...] = ()
    confirm: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """One key."""

    name: str
    """Dotted name."""
    of: type
    """int, bool, str or tuple (of texts)."""
    stricter: Stricter
    """Which way is stricter."""
    title: str
    """What it is, for people."""
    default: Any = None
    """The product's own value where nobody says anything; shown 待确认."""
    floor: Any = None
    """No level may be looser than this, whatever it gives as its reason."""
    reads: Callable[[Lifecycle], Said | None] | None = None
    """Where the pack says it in its lifecycle instead of in ``settings``."""

    def accepts(self, value: Any) -> bool:
        """Is the value of this key's kind?"""
        if self.of is tuple:
            return isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)
        if self.of is int:
            return value is None or (isinstance(value, int) and not isinstance(value, bool))
        return isinstance(value, self.of)

    def looser(self, one: Any, other: Any) -> bool:
        """Is ``one`` looser than ``other``?"""
        match self.stricter:
            case Stricter.LOWER:
                return bool(one > other)
            case Stricter.HIGHER:
                return bool(one < other)
            case Stricter.YES:
                return bool(other and not one)
            case Stricter.NO:
                return bool(one and not other)
            case Stricter.UNION:
                return not set(other) <= set(one)
            case Stricter.NEARER:
                return False


def _deadline(grade: LegalGrade) -> Callable[[Lifecycle], Said | None]:
    def reads(lifecycle: Lifecycle) -> Said | None:
        limit: Deadline = lifecycle.grade(grade).deadline
        return None if limit.days is None else Said(limit.days, limit.clauses, limit.confirm, limit.note)

    return reads


def _extension_times(lifecycle: Lifecycle) -> Said | None:
    extension = lifecycle.extension
    return Said(extension.times, extension.clauses, extension.confirm, extension.note) if extension else Said(0)


def _control_days(lifecycle: Lifecycle) -> Said | None:
    control = lifecycle.risk_control
    return (
        Said(control.max_days, control.clauses, control.confirm, control.note) if control and control.max_days else None
    )


def _parts(lifecycle: Lifecycle) -> Said | None:
    ground = lifecycle.ground(None)
    return Said(ground.parts, ground.clauses, ground.confirm, ground.note)


def _persons(lifecycle: Lifecycle) -> Said | None:
    into_closed = [move for move in lifecycle.moves if lifecycle.canonical(move.to) == "closed"]
    return Said(2 if all(Party.RECTIFIER in move.not_same_person_as for move in into_closed) else 1)


def _photos(lifecycle: Lifecycle) -> Said | None:
    wanted = [
        requirement
        for move in lifecycle.moves
        for requirement in lifecycle.requirements(move)
        if requirement.need is Need.EVIDENCE and EvidenceKind.AFTER in requirement.kinds
    ]
    return Said(max(item.at_least for item in wanted), wanted[0].clauses, wanted[0].confirm) if wanted else None


_ALL = (
    Key("hazard.plan.parts", tuple, Stricter.UNION, "整改方案必填要素", (), reads=_parts),
    Key("hazard.close.persons", int, Stricter.HIGHER, "从整改到销号至少经过几个人", 2, floor=2, reads=_persons),
    Key("hazard.evidence.after_photos", int, Stricter.HIGHER, "整改后至少几张照片", 1, reads=_photos),
    Key(
        "hazard.deadline.general.days",
        int,
        Stricter.LOWER,
        "一般隐患整改期限（天）",
        reads=_deadline(LegalGrade.GENERAL),
    ),
    Key("hazard.deadline.major.days", int, Stricter.LOWER, "重大隐患整改期限（天）", reads=_deadline(LegalGrade.MAJOR)),
    Key("hazard.extension.times", int, Stricter.LOWER, "最多延期次数", 1, reads=_extension_times),
    Key("hazard.control.days", int, Stricter.LOWER, "带险管控最长天数", 90, reads=_control_days),
    Key("due.named_day_included", bool, Stricter.NO, "“D日前”含当日", True),
    Key("due.reminder_days", int, Stricter.NEARER, "到期前几天提醒", 1),
    Key("report.ten_day.reading", str, Stricter.NEARER, "每十日报送的读法"),
    Key("report.holiday_shift", bool, Stricter.NEARER, "遇节假日顺延", False),
    Key("drill.school.months", int, Stricter.LOWER, "中小学应急疏散演练：至少每几个月一次"),
    Key("drill.kindergarten.months", int, Stricter.LOWER, "幼儿园应急疏散演练：至少每几个月一次"),
    Key("drill.school.per_year", int, Stricter.HIGHER, "中小学每学年演练次数"),
    Key("drill.kindergarten.per_year", int, Stricter.HIGHER, "幼儿园每学年演练次数"),
    Key("drill.target_seconds", int, Stricter.LOWER, "应急疏散演练用时目标（秒）", 120),
    Key("incident.first_minutes", int, Stricter.LOWER, "突发事件首报时限（分钟）", 60),
    Key("incident.further_hours", int, Stricter.LOWER, "突发事件未办结前至少几小时续报一次", 24),
    Key("plan.review_months", int, Stricter.LOWER, "应急预案至少几个月复审一次", 12),
    Key("inspection.days", int, Stricter.LOWER, "隐患排查：至少每几天一次"),
    Key("inspection.conflict_years", int, Stricter.HIGHER, "检查回避：曾任职单位几年内不得检查", 3),
    Key("inspection.columns", bool, Stricter.YES, "检查表逐项写明检查事项（分类）、具体内容、检查标准", False),
    Key("list.update_days", int, Stricter.LOWER, "问题隐患清单多久更新一次（天）", 31),
    Key("fire.patrol.per_day", int, Stricter.HIGHER, "每日防火巡查次数"),
    Key("fire.check.months", int, Stricter.LOWER, "防火检查：至少每几个月一次"),
    Key("fire.drill.months", int, Stricter.LOWER, "灭火和疏散演练：至少每几个月一次"),
    Key("fire.control_room.certified", int, Stricter.HIGHER, "每校区持消控证人数"),
    Key("fire.training.per_term", int, Stricter.HIGHER, "每学期全员消防培训次数"),
)

KEYS: dict[str, Key] = {key.name: key for key in _ALL}
"""Every key by name."""
