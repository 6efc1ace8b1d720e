"""Charts of shares: the closure rate of each month's finds, and the Pareto of problems. Pure; every rate with its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from core.oversight.charts.district import Url, item, month_label, rate
from core.oversight.figures import CategoryRow, Chart, MonthPoint

MOST = 12
"""Problems drawn one by one; what is rarer is one bar, and in the table as well."""
FEW = 80
"""The sentence says how few kinds make up so many in the hundred."""


def closure(points: Sequence[MonthPoint], *, url: Url | None = None) -> Chart:
    """Of the hazards found in each month, the share closed by now; both numbers stand at each point. ``url(month=…, what="found")``."""
    shown = [point for point in points if point.found]
    data: list[Any] = []
    for point in shown:
        mark = item(round(100 * point.done / point.found, 1), url and url(month=point.month, what="found"), always=True)
        data.append({**mark, "label": {"show": True, "position": "top", "formatter": f"{point.done}/{point.found}"}})
    option: dict[str, Any] = {
        "tooltip": {"trigger": "axis"},
        "legend": False,
        "xAxis": {"type": "category", "data": [month_label(point) for point in shown], "boundaryGap": len(shown) == 1},
        "yAxis": {"type": "value", "min": 0, "max": 100, "axisLabel": {"formatter": "{value}%"}},
        "series": [
            {
                "name": _("整改率"),
                "type": "line",
                "symbol": "circle",
                "itemStyle": {"color": "--series-2"},
                "data": data,
            }
        ],
    }
    found, done = sum(point.found for point in shown), sum(point.done for point in shown)
    summary = (
        _("所列月份发现的隐患，现已完成%(rate)s。", rate=rate(done, found)) if shown else _("所选范围内没有隐患。")
    )
    return Chart(
        "closure", _("各月发现的整改率"), option, (_("月份"), _("发现"), _("已完成"), _("整改率")),
        tuple((month_label(point), point.found, point.done, rate(point.done, point.found)) for point in shown), summary,
        note=_("按发现的月份计，点上的数字为“已完成/发现”；最近的月份多数还在期限内。"),
    )  # fmt: skip


def categories(rows: Sequence[CategoryRow], *, url: Url | None = None) -> Chart:
    """Problems, the most frequent first, and their share added up (Pareto). ``url(domain=…, category=…)``."""
    ordered = sorted(rows, key=lambda row: -row.found)
    total = sum(row.found for row in ordered)
    sums = [sum(row.found for row in ordered[: place + 1]) for place in range(len(ordered))]
    drawn, rest = ordered[:MOST], ordered[MOST:]
    names = [row.title for row in drawn] + ([_("其他%(n)s类", n=len(rest))] if rest else [])
    bars = [item(row.found, url and row.category and url(domain=row.domain, category=row.category)) for row in drawn]
    bars += [sum(row.found for row in rest)] if rest else []
    line = [round(100 * part / total, 1) for part in sums[: len(drawn)]] + ([100.0] if rest else [])
    option: dict[str, Any] = {
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "legend": {},
        "xAxis": {"type": "category", "data": names, "axisLabel": {"interval": 0, "rotate": 35, "width": 150, "overflow": "truncate"}},
        "yAxis": [
            {"type": "value", "minInterval": 1},
            {"type": "value", "min": 0, "max": 100, "axisLabel": {"formatter": "{value}%"}, "splitLine": {"show": False}},
        ],
        "series": [
            {"name": _("发现"), "type": "bar", "data": bars, "itemStyle": {"color": "--series-1"}},
            {"name": _("累计占比"), "type": "line", "yAxisIndex": 1, "symbol": "circle", "data": line, "itemStyle": {"color": "--series-3"}},
        ],
    }  # fmt: skip
    if ordered:
        few = next(place for place, part in enumerate(sums, 1) if 100 * part >= FEW * total)
        summary = _(
            "共%(n)s类问题，前%(few)s类占%(rate)s。最多的是%(title)s，%(found)s条。",
            n=len(ordered), few=few, rate=rate(sums[few - 1], total), title=ordered[0].title, found=ordered[0].found,
        )  # fmt: skip
    else:
        summary = _("所选范围内没有隐患。")
    return Chart(
        "categories", _("问题类别（帕累托）"), option, (_("类别"), _("发现"), _("占比"), _("累计占比")),
        tuple((row.title, row.found, rate(row.found, total), rate(part, total)) for row, part in zip(ordered, sums, strict=True)),
        summary, height="lg",
    )  # fmt: skip
