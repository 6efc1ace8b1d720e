"""The scheme of a round as it was on the day it was opened: points decided by the district, indicators as the pack had them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.kernel.errors import Invalid
from core.tenancy.packs import codec
from core.tenancy.packs.model import AssessmentItem, Indicator, Pack, Scheme, Veto


@dataclass(frozen=True)
class Frozen:
    """``indicators``: those of the items and vetoes, by code."""

    scheme: Scheme
    indicators: Mapping[str, Indicator]

    def item(self, code: str) -> AssessmentItem | Veto | None:
        known: tuple[AssessmentItem | Veto, ...] = (*self.scheme.items, *self.scheme.vetoes)
        return next((own for own in known if own.code == code), None)

    def title(self, code: str) -> str:
        """Of an item or a veto; its code where the scheme has none such."""
        found = self.item(code)
        return found.label if found is not None else code

    def grade(self, code: str) -> str:
        """The district's word; empty for none."""
        return next((own.label for own in self.scheme.grades if own.code == code), "")

    def to_json(self) -> dict[str, Any]:
        return {
            "scheme": codec.to_json(self.scheme),
            "indicators": [codec.to_json(own) for own in self.indicators.values()],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Frozen:
        indicators = [codec.from_json(Indicator, own) for own in data["indicators"]]
        return cls(codec.from_json(Scheme, data["scheme"]), {own.code: own for own in indicators})


def freeze(pack: Pack, code: str, points: Mapping[str, float]) -> Frozen:
    """``points``: code of an item → what the district decided it to be at most; others as in the pack, 0 leaves the item out.

    Raises Invalid for a scheme or item that is not there and for points that do not add up.
    """
    scheme = next((own for own in pack.assessment if own.code == code), None)
    if scheme is None:
        raise Invalid(fields={"code": "文件没有这个考核方案"})
    if points.keys() - {item.code for item in scheme.items}:
        raise Invalid(fields={"points": "方案没有这个项目"})
    items = tuple(_with(item, points.get(item.code, item.points)) for item in scheme.items)
    scheme = replace(scheme, items=tuple(item for item in items if item.points))
    if not scheme.items or any(item.points < 0 for item in items):
        raise Invalid(fields={"points": "分值应为正数，至少留一项"})
    if sum(item.points for item in scheme.items if not item.bonus) > scheme.full:
        raise Invalid(fields={"points": "各项分值合计不能超过满分"})
    used = {item.indicator for item in scheme.items} | {veto.indicator for veto in scheme.vetoes}
    return Frozen(scheme, {own.code: own for own in pack.indicators if own.code in used})


def _with(item: AssessmentItem, points: float) -> AssessmentItem:
    """What one fault costs is never more than all of them."""
    return item if points == item.points else replace(item, points=points, each=min(item.each, max(points, 0)))
