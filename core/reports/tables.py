"""The grid as a table to take away: the same words, no formulas, whose copy it is."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from core.kernel.clock import LOCAL
from core.reports.life import Standing
from core.reports.queries.grid import Grid
from core.reports.queries.rounds import RoundLine
from core.reports.words import STANDINGS, cell_words
from core.tables.writing import Layout, write_xlsx


def grid_xlsx(grid: Grid, *, said: Callable[[str], str], made_by: str, at: datetime, tenant: str) -> bytes:
    """``said``: words in the reader's language. Head: report, counts of each period; foot: how many units."""
    title = grid.focus.title if grid.focus else said("报送")
    moment = f"{at.astimezone(LOCAL):%Y-%m-%d %H:%M}"
    heads = [
        (said("序号"), 6),
        (said("单位"), 30),
        (said("片区"), 16),
        *((one.period_title or one.title, 16) for one in grid.rounds),
    ]
    layout = Layout(
        title=title,
        heads=[*heads, (said("最近催报"), 24)],
        above=[f"{tenant} {title}", *(_sums(one, said) for one in grid.rounds)],
        watermark=f"{made_by} {moment}",
        frozen=2,
    )
    target = io.BytesIO()
    write_xlsx(target, layout, _rows(grid, said), below=[f"{said('单位数')} {grid.page.total}；{made_by} {moment}"])
    return target.getvalue()


def _sums(one: RoundLine, said: Callable[[str], str]) -> str:
    let_off = f"，{said('免报')}{one.exempt}" if one.exempt else ""
    state = f"，{said(STANDINGS[Standing.CANCELLED])}" if one.cancelled_at is not None else ""
    return (
        f"{one.period_title or one.title}：{said('应报')}{one.expected}，{said('已报')}{one.filed}，{said('及时')}{one.in_time}，"
        f"{said('零报')}{one.zeros}，{said('未报')}{one.missing}{let_off}{state}；{said('截止')}{one.due_on or '—'}"
    )


def _rows(grid: Grid, said: Callable[[str], str]) -> Iterator[list[Any]]:
    for number, row in enumerate(grid.page.items, start=1):
        name = row.unit_name if not row.on_behalf else f"{row.unit_name}（{said('代')}{row.on_behalf}）"
        words = ["·".join(said(word) for word in cell_words(cell.found)) for cell in row.cells]
        receipt = row.receipt
        reminded = (
            ""
            if receipt is None
            else f"{receipt.at.astimezone(LOCAL):%Y-%m-%d %H:%M} {receipt.read}/{receipt.told}{said('人已阅')}"
        )
        yield [number, name, row.cluster_name or "", *words, reminded]
