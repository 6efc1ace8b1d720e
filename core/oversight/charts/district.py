"""Charts of one district. Pure; ``url`` functions, where given, lead from a mark to exactly the rows behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext as _

from core.oversight.figures import AGES, Box, Chart, DomainRow, MonthPoint, Span

AGE_COLOURS = ("--heat-1", "--heat-2", "--heat-3", "--heat-4")
SPOKEN = 3
"""Groups that the sentence names; the rest is in the table."""
Url = Callable[..., str]


def month_label(point: MonthPoint) -> str:
    return f"{point.month:%Y-%m}"


def ageing(rows: Sequence[DomainRow], *, url: Url | None = None) -> Chart:
    """How long open hazards have been open, by domain: stacked bars. ``url(domain=…, age=0…3)``."""
    shown = [row for row in rows if row.open]
    series: list[dict[str, Any]] = []
    for index, label in enumerate(AGES):
        data = [item(row.ages[index], url and url(domain=row.domain, age=index)) for row in shown]
        series.append(
            {"name": _(label), "type": "bar", "stack": "age", "data": data, "itemStyle": {"color": AGE_COLOURS[index]}}
        )
    option = {
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "legend": {},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "inverse": True, "data": [row.title for row in shown]},
        "series": series,
    }
    total, old = sum(row.open for row in shown), sum(row.ages[3] for row in shown)
    summary = (
        _("未完成%(total)s条，其中已超过30天%(old)s条。", total=total, old=old) if total else _("没有未完成的隐患。")
    )
    return Chart(
        "ageing", _("在办时长"), option, (_("领域"), *(_(label) for label in AGES), _("合计")),
        tuple((row.title, *row.ages, row.open) for row in shown), summary,
        note=_("从发现之日算起，只计未完成的。"),
    )  # fmt: skip


def trend(points: Sequence[MonthPoint], terms: Sequence[Span] = (), *, url: Url | None = None) -> Chart:
    """Found and closed by month, the terms shaded behind and named in the table. ``url(month=…, what="found"|"closed")``."""
    labels = [month_label(point) for point in points]
    areas = [
        [{"name": span.title, "xAxis": f"{span.starts:%Y-%m}"}, {"xAxis": f"{span.ends:%Y-%m}"}]
        for span in terms
        if labels and f"{span.starts:%Y-%m}" in labels and f"{span.ends:%Y-%m}" in labels
    ]
    shading = [
        [{**start, "itemStyle": {"color": "--sunken" if index % 2 else "--brand-tint"}}, end]
        for index, (start, end) in enumerate(areas)
    ]
    found: dict[str, Any] = {
        "name": _("发现"), "type": "line", "symbol": "circle", "itemStyle": {"color": "--series-1"},
        "data": [item(point.found, url and url(month=point.month, what="found")) for point in points],
    }  # fmt: skip
    if shading:
        found["markArea"] = {"silent": True, "label": {"position": "insideTop", "color": "--ink-3"}, "data": shading}
    closed = {
        "name": _("整改完成"), "type": "line", "symbol": "rect", "lineStyle": {"type": "dashed"}, "itemStyle": {"color": "--series-3"},
        "data": [item(point.closed, url and url(month=point.month, what="closed")) for point in points],
    }  # fmt: skip
    option = {
        "tooltip": {"trigger": "axis"},
        "legend": {},
        "xAxis": {"type": "category", "data": labels, "boundaryGap": len(labels) == 1},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [found, closed],
    }
    all_found, all_closed = sum(point.found for point in points), sum(point.closed for point in points)
    summary = _("%(n)s个月共发现%(found)s条，整改完成%(closed)s条。", n=len(points), found=all_found, closed=all_closed)
    if points:
        peak = max(points, key=lambda point: point.found)
        summary += _("发现最多的是%(month)s，%(found)s条。", month=month_label(peak), found=peak.found)
    return Chart(
        "trend", _("按月发现与整改"), option, (_("月份"), _("学期"), _("发现"), _("整改完成")),
        tuple((month_label(point), _term_of(point, terms), point.found, point.closed) for point in points), summary,
        note=_("整改完成按完成的月份计，可能是以前发现的；浅色底为学期。") if shading else _("整改完成按完成的月份计，可能是以前发现的。"),
    )  # fmt: skip


def _term_of(point: MonthPoint, terms: Sequence[Span]) -> str:
    """The term in whose months it lies; — in the holidays."""
    own = (span.title for span in terms if span.starts.replace(day=1) <= point.month <= span.ends)
    return next(own, "—")


def domains(rows: Sequence[DomainRow], *, url: Url | None = None) -> Chart:
    """Closed, open in time and overdue by domain: stacked bars of counts, the rate in the table."""
    shown = [row for row in rows if row.found]

    def bars(name: str, colour: str, state: str, count: Callable[[DomainRow], int]) -> dict[str, Any]:
        data = [item(count(row), url and url(domain=row.domain, state=state)) for row in shown]
        return {"name": name, "type": "bar", "stack": "domain", "data": data, "itemStyle": {"color": colour}}

    option = {
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "legend": {},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "inverse": True, "data": [row.title for row in shown]},
        "series": [
            bars(_("已完成"), "--series-2", "closed", lambda row: row.closed),
            bars(_("未完成未逾期"), "--series-4", "in_time", lambda row: row.open - row.overdue),
            bars(_("逾期"), "--time-overdue", "overdue", lambda row: row.overdue),
        ],
    }
    if shown:
        most = max(shown, key=lambda row: row.overdue)
        summary = _("共%(n)s个领域有隐患。", n=len(shown)) + (
            _("逾期最多的是%(title)s，%(overdue)s条。", title=most.title, overdue=most.overdue)
            if most.overdue
            else _("没有逾期的。")
        )
    else:
        summary = _("所选范围内没有隐患。")
    columns = (_("领域"), _("发现"), _("已完成"), _("未完成"), _("逾期"), _("整改率"))
    table = tuple(
        (row.title, row.found, row.closed, row.open, row.overdue, rate(row.closed, row.found)) for row in shown
    )
    return Chart("domains", _("各领域隐患"), option, columns, table, summary)


def days_box(boxes: Sequence[Box]) -> Chart:
    """Days from found to closed: five numbers per group, never a mean alone."""
    option = {
        "tooltip": {"trigger": "item"},
        "legend": False,
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "axisLabel": {"interval": 0},
            "data": [f"{box.title}（{box.n}）" for box in boxes],
        },
        "series": [
            {"type": "boxplot", "data": [[box.low, box.lower, box.median, box.upper, box.high] for box in boxes]}
        ],
    }
    summary = "；".join(
        _(
            "%(title)s：一半在%(median)s天内完成，四分之三在%(upper)s天内（%(n)s条）",
            title=box.title,
            median=_n(box.median),
            upper=_n(box.upper),
            n=box.n,
        )
        for box in boxes[:SPOKEN]
    )
    columns = (_("分组"), _("条数"), _("最短"), _("四分之一"), _("中位"), _("四分之三"), _("九成五"))
    return Chart(
        "days", _("整改用时（天）"), option, columns,
        tuple((box.title, box.n, _n(box.low), _n(box.lower), _n(box.median), _n(box.upper), _n(box.high)) for box in boxes),
        (summary + "。") if summary else _("还没有整改完成的隐患。"),
        note=_("箱体为中间一半，右须到第95百分位，少数特长的不画出来。"),
    )  # fmt: skip


def item(value: float, url: str | None, *, always: bool = False) -> Any:
    """A mark of a chart; one that counts nothing leads nowhere. ``always``: a mapping also without an address."""
    if url and value:
        return {"value": value, "url": url}
    return {"value": value} if always else value


def rate(part: int, whole: int) -> str:
    """A share with both its numbers."""
    return f"{part / whole:.1%}（{part}/{whole}）" if whole else "—"


def _n(value: float) -> int | float:
    return int(value) if float(value).is_integer() else round(value, 1)
