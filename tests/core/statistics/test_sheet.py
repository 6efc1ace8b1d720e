"""Sheets: totals are the sums of their parts, formulas hold in every row, JSON and xlsx give back what was there."""

from __future__ import annotations

import io
from datetime import date
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.kernel.formulas import formula, rounded
from core.statistics.heads import heads_of
from core.statistics.papers import workbook
from core.statistics.printing import bands, number, shown
from core.statistics.sheet import Cell, Head, Line, Origin, Row, Sheet, settled
from core.tables.sheet_xml import Share
from core.tenancy.packs.model import ColumnType, Table, TableColumn, TablePair, TableRow

TABLE = Table(
    code="t", label="统计表", rows=(TableRow(code="a", label="甲"), TableRow(code="b", label="乙"), TableRow(code="c", label="丙")),
    columns=(
        TableColumn(code="no", label="序号", fact="row.number"),
        TableColumn(code="name", label="类别", type=ColumnType.TEXT, fact="row.label"),
        TableColumn(
            code="g", label="隐患",
            columns=(
                TableColumn(code="found", label="排查", unit="项", fact="hazards.found"),
                TableColumn(code="done", label="整改", unit="项", fact="hazards.rectified"),
                TableColumn(code="rate", label="整改率", type=ColumnType.PERCENT, formula="done / found"),
                TableColumn(code="left", label="未整改", formula="found - done", check="hazards.unrectified"),
            ),
        ),
        TableColumn(code="twice", label="合计的两倍", formula="left * 2 + hid"),
        TableColumn(code="hid", label="藏着的", hidden=True),
        TableColumn(code="funds", label="资金", unit="万元", type=ColumnType.MONEY),
        TableColumn(code="kind", label="机关", type=ColumnType.ENUM, values=("教育", "=1+1")),
    ),
    pairs=(TablePair(columns=("found", "done", "left")),),
)  # fmt: skip
COUNTS = st.none() | st.integers(0, 10**6)


@st.composite
def sheets(draw: st.DrawFn, small: int = 5) -> Sheet:
    heads = heads_of(TABLE)
    columns = tuple(leaf for head in heads for leaf in head.leaves())
    rows = [_row(draw, columns, row.code, row.label, place) for place, row in enumerate(TABLE.rows, start=1)]
    total = tuple(Cell(value="合计") if head.fact == "row.label" else Cell() for head in columns)
    rows.append(Row("total", "合计", total, total=True))
    return Sheet(
        "t", draw(st.text(max_size=10)), date(2018, 11, 21), date(2018, 12, 5), date(2018, 11, 21), heads,
        settled(columns, rows), (Line("填报单位", draw(st.text(max_size=8))),), (Line("填表人"),), small,
    )  # fmt: skip


def _row(draw: st.DrawFn, columns: tuple[Head, ...], code: str, label: str, place: int) -> Row:
    cells = []
    for head in columns:
        if head.origin is Origin.ROW:
            cells.append(Cell(value=place if head.fact == "row.number" else label))
        elif head.origin is Origin.FORMULA:
            cells.append(Cell(ledger=draw(COUNTS) if head.code.startswith("left") else None))
        elif head.type == "enum":
            cells.append(Cell(value=draw(st.sampled_from((None, "教育", "=1+1", "+86", "@x")))))
        else:
            value = draw(COUNTS)
            cells.append(Cell(value=value, ledger=value if head.origin is Origin.FACT else None))
    return Row(code, label, tuple(cells))


@given(sheets())
def test_total_when_rows_are_filled_then_it_is_their_sum(sheet: Sheet) -> None:
    for place, head in enumerate(sheet.columns):
        if head.adds_up and not head.formula:
            parts = [row.cells[place].value for row in sheet.rows if not row.total]
            numbers = [value for value in parts if isinstance(value, int)]
            assert sheet.rows[-1].cells[place].value == (sum(numbers) if numbers else None)


@given(sheets())
def test_formulas_when_a_row_is_settled_then_every_one_holds_also_in_the_total(sheet: Sheet) -> None:
    places = {head.code: place for place, head in enumerate(sheet.columns)}
    for row in sheet.rows:
        for head in sheet.columns:
            if head.formula:
                values = {name: row.cells[places[name]].value for name in formula(head.formula).names}
                found = formula(head.formula).value(
                    {name: value if isinstance(value, int) else None for name, value in values.items()}
                )
                factor = 10_000 if head.type == "percent" else 1
                assert row.cells[places[head.code]].value == (None if found is None else rounded(found * factor))


@given(sheets())
def test_json_when_it_comes_back_then_it_is_the_same_sheet(sheet: Sheet) -> None:
    assert Sheet.from_json(sheet.to_json()) == sheet


@settings(max_examples=40)
@given(sheets())
def test_xlsx_when_read_back_then_every_cell_is_what_the_sheet_prints(sheet: Sheet) -> None:
    read: Any = openpyxl.load_workbook(io.BytesIO(workbook(sheet, watermark="某人"))).active
    first = 3 + sheet.depth
    for line, row in enumerate(sheet.rows):
        for column, place in enumerate(sheet.places, start=1):
            expected: Any = number(row.cells[place], sheet.columns[place], sheet.small)
            expected = expected.value if isinstance(expected, Share) else expected
            written = read.cell(first + line, column)
            assert written.value == expected and written.data_type != "f"


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_rounded_when_half_then_away_from_zero(part: int, whole: int) -> None:
    value = rounded(Fraction(part, whole))
    assert abs(Fraction(part, whole) - value) <= Fraction(1, 2)
    assert rounded(Fraction(1, 2)) == 1 and rounded(Fraction(-1, 2)) == -1 and rounded(Fraction(3, 2)) == 2


def sheet_of(**cells: tuple[int | None, int | None]) -> Sheet:
    """Each row: (found, done), running the same."""
    heads = heads_of(TABLE)
    columns = tuple(leaf for head in heads for leaf in head.leaves())
    rows = []
    for place, (code, (found, done)) in enumerate(cells.items(), start=1):
        told: dict[str, Any] = {
            "found": found,
            "found.running": found,
            "done": done,
            "done.running": done,
            "no": place,
            "name": code,
            "hid": 0,
        }
        rows.append(
            Row(
                code,
                code,
                tuple(
                    Cell(
                        value=told.get(head.code),
                        ledger=told.get(head.code)
                        if head.origin is Origin.FACT
                        else 1
                        if head.code == "left"
                        else None,
                    )
                    for head in columns
                ),
            )
        )
    rows.append(Row("total", "合计", tuple(Cell() for _ in columns), total=True))
    return Sheet(
        "t", "统计表", date(2020, 1, 1), date(2020, 1, 31), date(2020, 1, 1), heads, settled(columns, rows), small=5
    )


def test_rates_when_few_or_none_then_both_numbers_or_a_dash() -> None:
    sheet = sheet_of(a=(4, 3), b=(0, 0), c=(6, 5))
    rate = next(head for head in sheet.columns if head.code == "rate")
    assert [shown(sheet.cell(row, "rate"), rate, 5) for row in ("a", "b", "c", "total")] == [
        "3/4",
        "—",
        "83.33%",
        "80%",
    ]


def test_typed_when_a_computed_figure_is_typed_over_then_the_difference_stays_and_all_follows() -> None:
    sheet = sheet_of(a=(4, 3), b=(10, 9))
    assert not [one for one in sheet.differences() if one.column == "found"]
    typed = sheet.typed({("a", "found"): 7}, reasons={("a", "found"): "系统外另有3项"})
    assert typed.cell("total", "found").value == 17 and typed.cell("a", "left").value == 4
    found = [one for one in typed.differences() if one.column == "found"]
    assert [(one.row, one.value, one.ledger, one.reason) for one in found] == [("a", 7, 4, "系统外另有3项")]
    assert sheet.cell("a", "left").value == 1 and [one.row for one in typed.differences() if one.column == "left"] == [
        "a"
    ]


@pytest.mark.parametrize("place", [("a", "rate"), ("total", "found"), ("a", "name"), ("a", "nothing"), ("z", "found")])
def test_typed_when_the_place_is_not_one_to_type_then_refused(place: tuple[str, str]) -> None:
    with pytest.raises(KeyError):
        sheet_of(a=(4, 3)).typed({place: 1})


@given(sheets())
def test_bands_when_laid_out_then_they_cover_every_place_of_the_head_once(sheet: Sheet) -> None:
    covered = [
        (line, column)
        for band in bands(sheet)
        for line in range(band.line, band.line + band.lines)
        for column in range(band.column, band.column + band.columns)
    ]
    assert len(covered) == len(set(covered)) == sheet.depth * len(sheet.places)
