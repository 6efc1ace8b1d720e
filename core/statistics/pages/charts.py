"""A table's hazards as bars: found, rectified, closed by row. Pure; ``None`` where the table has no such figures."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from core.statistics.sheet import Row, Sheet
from core.tenancy.packs.model import EVERYTHING, LegalGrade, Only, Table

SHOWN = 15
"""Bars; the others are in the table."""
FACTS = (
    ("hazards.found", "发现", "--series-1"),
    ("hazards.rectified", "完成整改", "--series-2"),
    ("hazards.closed", "已销号", "--series-3"),
)


def bars(sheet: Sheet, table: Table) -> dict[str, Any] | None:
    """What the chart macro takes."""
    places = {fact: _places(sheet, table, fact) for fact, _title, _colour in FACTS}
    facts = [(fact, _(title), colour) for fact, title, colour in FACTS if places[fact]]
    if len(facts) < 2:
        return None
    rows = [row for row in sheet.rows if not row.total]
    numbers = {row.code: [_sum(row, places[fact]) for fact, _title, _colour in facts] for row in rows}
    rows = sorted((row for row in rows if any(numbers[row.code])), key=lambda row: -numbers[row.code][0])[:SHOWN]
    if not rows:
        return None
    series = [
        {
            "name": title,
            "type": "bar",
            "data": [numbers[row.code][place] for row in rows],
            "itemStyle": {"color": colour},
        }
        for place, (_fact, title, colour) in enumerate(facts)
    ]
    option = {
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}}, "legend": {},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "inverse": True, "data": [row.label for row in rows]}, "series": series,
    }  # fmt: skip
    total = [sum(numbers[row.code][place] for row in rows) for place in range(len(facts))]
    summary = "，".join(f"{title} {number}" for (_fact, title, _colour), number in zip(facts, total, strict=True))
    return {
        "id": "sheet-bars", "title": _("发现与整改"), "option": option, "summary": summary, "height": "md" if len(rows) < 8 else "lg",
        "table": {"columns": (_("行"), *(title for _fact, title, _colour in facts)), "rows": [(row.label, *numbers[row.code]) for row in rows]},
    }  # fmt: skip


def _sum(row: Row, places: list[int]) -> int:
    values = [row.cells[place].value for place in places]
    return sum(value for value in values if isinstance(value, int))


def _places(sheet: Sheet, table: Table, fact: str) -> list[int]:
    """Columns that together are the whole fact and nothing twice: the plain one, else one for each grade."""
    only = {column.code: column.only for column in table.leaves() if column.fact == fact and not column.hidden}
    whole = [code for code, narrowed in only.items() if narrowed == EVERYTHING][:1]
    graded = {narrowed.grades: code for code, narrowed in only.items() if narrowed == Only(grades=narrowed.grades)}
    single = [code for grades, code in graded.items() if len(grades) == 1]
    chosen = whole or (single if len(single) == len(LegalGrade) else [])
    return [place for place, head in enumerate(sheet.columns) if head.code in chosen]
