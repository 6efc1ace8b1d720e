"""Charts of a bureau over districts: the same small picture for each, and rates against their size. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from flask_babel import gettext as _

from core.oversight.figures import SUPPRESS_BELOW, Chart, MonthPoint, Rate

LIMITS = ((1.96, "95%"), (3.09, "99.8%"))
STEPS = 24


@dataclass(frozen=True)
class Point:
    """A district's rate in one group (a domain)."""

    district: str
    group: str
    rate: Rate


def multiples(panels: Sequence[tuple[str, str, Sequence[MonthPoint]]]) -> list[Chart]:
    """One small chart per district (id, name, months), all on one scale so that they may be compared by eye."""
    top = max((max(point.found, point.closed) for _id, _name, points in panels for point in points), default=0)
    charts = []
    for key, name, points in panels:
        labels = [f"{point.month:%Y-%m}" for point in points]
        option: dict[str, Any] = {
            "tooltip": {"trigger": "axis"},
            "legend": {},
            "xAxis": {"type": "category", "data": labels},
            "yAxis": {"type": "value", "minInterval": 1, "max": _ceiling(top)},
            "series": [
                {
                    "name": _("发现"),
                    "type": "bar",
                    "data": [point.found for point in points],
                    "itemStyle": {"color": "--series-4"},
                },
                {
                    "name": _("整改完成"),
                    "type": "line",
                    "data": [point.closed for point in points],
                    "itemStyle": {"color": "--series-1"},
                },
            ],
        }
        found, closed = sum(point.found for point in points), sum(point.closed for point in points)
        charts.append(
            Chart(
                f"months-{key}",
                name,
                option,
                (_("月份"), _("发现"), _("整改完成")),
                tuple((label, point.found, point.closed) for label, point in zip(labels, points, strict=True)),
                _("%(n)s个月发现%(found)s条，整改完成%(closed)s条。", n=len(points), found=found, closed=closed),
                height="sm",
            )
        )
    return charts


def funnel(points: Sequence[Point]) -> Chart:
    """On-time rates against the number of cases, with the limits that chance alone would draw around the common rate.

    Points with fewer than five cases are left out of the picture and marked in the table.
    """
    shown = [point for point in points if point.rate.shown is not None]
    part, whole = sum(point.rate.part for point in shown), sum(point.rate.whole for point in shown)
    mean = part / whole if whole else 0.0
    districts = list(dict.fromkeys(point.district for point in shown))
    series: list[dict[str, Any]] = [
        {
            "name": district,
            "type": "scatter",
            "symbolSize": 10,
            "data": [
                {
                    "value": [point.rate.whole, round(100 * point.rate.part / point.rate.whole, 1)],
                    "name": f"{district} {point.group}",
                }
                for point in shown
                if point.district == district
            ],
        }
        for district in districts
    ]
    most = max((point.rate.whole for point in shown), default=0)
    for z, name in LIMITS if most else ():
        sizes = sorted({max(SUPPRESS_BELOW, round(most * step / STEPS)) for step in range(1, STEPS + 1)})
        for sign in (1, -1):
            line = [
                [n, round(100 * min(1.0, max(0.0, mean + sign * z * sqrt(mean * (1 - mean) / n))), 1)] for n in sizes
            ]
            series.append(
                {
                    "name": _("%(share)s界限", share=name), "type": "line", "symbol": "none", "silent": True, "data": line,
                    "lineStyle": {"color": "--line-2", "width": 1, "type": "dashed" if z < 2 else "solid"},
                    "itemStyle": {"color": "--line-2"}, "tooltip": {"show": False},
                }
            )  # fmt: skip
    option = {
        "tooltip": {"trigger": "item"},
        "legend": {"data": districts},
        "xAxis": {"type": "value", "name": _("有期限的整改完成数"), "nameLocation": "middle", "nameGap": 28, "min": 0},
        "yAxis": {"type": "value", "name": "%", "min": _floor(shown), "max": 100},
        "series": series,
        "grid": {"bottom": 36},
    }
    outside = [point for point in shown if outlying(point.rate, mean)]
    summary = (
        _("共同的按期整改率%(mean)s（%(part)s/%(whole)s）。", mean=f"{mean:.1%}", part=part, whole=whole)
        if whole
        else _("还没有可比的数字。")
    )
    if whole:
        summary += (
            _("超出99.8%%界限、值得一问的有%(n)s处：", n=len(outside))
            + "、".join(f"{point.district} {point.group}" for point in outside)
            + "。"
            if outside
            else _("各处差异都在偶然范围以内。")
        )
    return Chart(
        "funnel", _("按期整改率与数量"), option, (_("区县"), _("领域"), _("按期"), _("有期限的完成数"), _("按期整改率")),
        tuple((point.district, point.group, *_cells(point.rate)) for point in points), summary, height="lg",
        note=_("数量少时差异多半是偶然；少于%(n)s条的不显示比率，也不画点。", n=SUPPRESS_BELOW),
    )  # fmt: skip


def outlying(rate: Rate, mean: float) -> bool:
    """Beyond what chance explains at 99.8 %."""
    if not rate.whole or not 0 < mean < 1:
        return False
    return abs(rate.part / rate.whole - mean) > LIMITS[1][0] * sqrt(mean * (1 - mean) / rate.whole)


def _cells(rate: Rate) -> tuple[object, object, object]:
    if rate.suppressed:
        small = f"<{SUPPRESS_BELOW}"
        return small, small, "—"
    return rate.part, rate.whole, f"{rate.value:.1%}" if rate.value is not None else "—"


def _floor(points: Sequence[Point]) -> int:
    """The axis begins at a round ten below the lowest rate: the limits, not the zero, are what a funnel compares with."""
    lowest = min((100 * point.rate.part / point.rate.whole for point in points), default=0)
    return max(0, int(lowest // 10) * 10 - 10)


def _ceiling(top: int) -> int:
    """A round number not below ``top``."""
    for step in (10, 20, 50, 100, 200, 500, 1000, 2000, 5000):
        if top <= step:
            return step
    return -(-top // 5000) * 5000
