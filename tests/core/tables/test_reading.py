"""Files as people send them: encodings, dates, merged cells, formulas; bombs end at once and with little memory."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, cast

import openpyxl
import pytest

from core.kernel.errors import Invalid
from core.tables import cells
from core.tables.columns import Column, Type
from core.tables.headers import find_header
from core.tables.reading import FORMULA, Row, open_table

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
MEGABYTE = 1024 * 1024


def rows_of(content: bytes, sheet: int = 0) -> list[Row]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        return list(open_table(cast("BinaryIO", file)).rows(sheet, most=100_000))


def book(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    made = openpyxl.Workbook()
    fill(made)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def with_part(part: str, content: str | bytes) -> bytes:
    source, target = io.BytesIO(book(lambda _: None)), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, content if entry.filename == part else old.read(entry))
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_when_read_then_encoding_and_quotes_are_understood(encoding: str) -> None:
    content = '单位,备注\n第一小学,"有,逗号"\n,\n𠮷小学,b\n'.encode(encoding)
    assert rows_of(content) == [(1, ["单位", "备注"]), (2, ["第一小学", "有,逗号"]), (4, ["𠮷小学", "b"])]


@pytest.mark.parametrize("epoch", ["1900", "1904"])
def test_dates_when_formatted_then_days_whatever_the_epoch(epoch: str) -> None:
    def fill(made: openpyxl.Workbook) -> None:
        sheet = made.active
        if epoch == "1904":
            made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        sheet.append(["日期", "时间", "数"])  # type: ignore[union-attr]
        sheet.append([date(2020, 3, 5), datetime(2020, 3, 5, 14, 30), 0.1 + 0.2])  # type: ignore[union-attr]  # noqa: DTZ001
        sheet["D2"], sheet["D2"].number_format = 43895 if epoch == "1900" else 42433, 'yyyy"年"m"月"d"日"'  # type: ignore[index,union-attr]
        sheet["E2"], sheet["E2"].number_format = 5, '0" 月"'  # type: ignore[index,union-attr]

    _, (_, texts) = rows_of(book(fill))
    assert texts == ["2020-03-05", "2020-03-05 14:30:00", "0.3", "2020-03-05", "5"]


def test_bare_day_number_when_the_book_counts_from_1904_then_understood_so() -> None:
    assert cells.day("43895") == date(2020, 3, 5)
    assert cells.day("42433", date1904=True) == date(2020, 3, 5)


def test_merged_cells_when_downwards_then_hold_for_every_row_and_blank_rows_are_left_out() -> None:
    def fill(made: openpyxl.Workbook) -> None:
        sheet = made.active
        for row in (
            ["隐患排查台账", None, None],
            ["单位", "隐患", "备注"],
            ["一小", "a", None],
            [None, "b", None],
            [None, "c", None],
            ["二小", "d", None],
        ):
            sheet.append(row)  # type: ignore[union-attr]
        sheet.merge_cells("A1:C1")  # type: ignore[union-attr]
        sheet.merge_cells("A3:A5")  # type: ignore[union-attr]
        for number in range(7, 400):
            sheet.cell(number, 1).fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")  # type: ignore[union-attr]

    rows = rows_of(book(fill))
    assert [(number, texts[:2]) for number, texts in rows[2:]] == [
        (3, ["一小", "a"]),
        (4, ["一小", "b"]),
        (5, ["一小", "c"]),
        (6, ["二小", "d"]),
    ]


def test_formula_without_a_value_when_read_then_named_as_such() -> None:
    (_, texts), *_ = rows_of(book(lambda made: made.active.append(["一小", "=SUM(A1:A9)"])))  # type: ignore[union-attr]
    assert texts[1] == f"{FORMULA}=SUM(A1:A9)"
    reader = cells.RowReader([Column("n", "数", Type.INTEGER)], {"n": 1})
    values, faults = reader.read(texts)
    assert "公式" in faults["n"] and "n" not in values


def test_header_when_not_first_and_in_own_words_then_found() -> None:
    columns = [Column("unit", "单位", required=True, aliases=("学校名称",)), Column("due", "整改时限", Type.DATE)]
    with tempfile.TemporaryFile() as file:
        file.write("某区台账,,\n填报人,,\n学校名称（全称）*,整改 时限：,其他\n一小,2020-3-5,x\n".encode())
        found = find_header(open_table(cast("BinaryIO", file)).sheets, columns, {"其他": "due"})
        assert found is not None and (found.row, dict(found.places)) == (3, {"unit": 0, "due": 2}), "memory goes first"


@pytest.mark.parametrize(
    ("text", "fen"), [("1200", 120_000), ("1,200.50元", 120_050), ("¥300", 30_000), ("１．２万元", 1_200_000), ("无", None), ("", None)]
)  # fmt: skip
def test_money_as_people_write_it(text: str, fen: int | None) -> None:
    assert cells.money(text) == fen


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-03-05", date(2020, 3, 5)), ("2020/3/5", date(2020, 3, 5)), ("2020.3.5", date(2020, 3, 5)), ("2020年3月5日", date(2020, 3, 5)),
        ("２０２０年３月", date(2020, 3, 1)), ("20200305", date(2020, 3, 5)), ("43895", date(2020, 3, 5)), ("2020-03-05 00:00:00", date(2020, 3, 5)),
        ("至今", None), ("", None),
    ],
)  # fmt: skip
def test_days_as_people_write_them(text: str, expected: date | None) -> None:
    assert cells.day(text) == expected


@pytest.mark.parametrize("text", ["2020-13-01", "三月", "5", "2020年2月30日"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the cell parsers raise nothing else
        cells.day(text)


def _zeros() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(300):
                part.write(b" " * MEGABYTE)
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return target.getvalue()


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    + SHEET.format('<row><c t="str"><v>&b;</v></c></row>')
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + SHEET.format(
    '<row><c t="str"><v>&f;</v></c></row>'
)
BOMBS: dict[str, Callable[[], bytes]] = {
    "zip bomb": _zeros,
    "entities": lambda: with_part("xl/worksheets/sheet1.xml", LAUGHS),
    "external entity": lambda: with_part("xl/worksheets/sheet1.xml", OUTSIDE),
    "external entity in strings": lambda: with_part("xl/workbook.xml", OUTSIDE),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_when_sent_then_refused_within_a_second_and_200_megabytes(name: str, tmp_path: Path) -> None:
    """Measured in a process of its own: processor time, which other work on the machine does not lengthen, and peak memory."""
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(BOMBS[name]())
    script = (
        "import resource, sys, time\n"
        "from core.kernel.errors import Invalid\n"
        "from core.tables.reading import open_table\n"
        "began = time.process_time()\n"
        "try:\n"
        "    list(open_table(open(sys.argv[1], 'rb')).rows(0, most=10))\n"
        "except Invalid:\n"
        "    spent = time.process_time() - began\n"
        # not RUSAGE_SELF: it begins with what the process had that started this one
        "    own = next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "    print(spent, own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    ).stdout.split()
    assert len(said) == 3, "it must be refused"
    spent, own, child = float(said[0]), int(said[1]) * 1024, int(said[2]) * 1024
    assert spent < 1
    assert own < 200 * MEGABYTE and child < 200 * MEGABYTE


def test_fat_sheet_when_read_then_ends_at_the_limit_of_memory() -> None:
    """A row of five million cells: the child may die of it, nobody else."""
    fat = SHEET.format("<row>" + "<c><v>1</v></c>" * 2_000_000 + "</row>")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    began = time.monotonic()
    with tempfile.TemporaryFile() as file:
        file.write(with_part("xl/worksheets/sheet1.xml", fat))
        file.flush()
        try:
            (row,) = open_table(cast("BinaryIO", file)).rows(0, most=10)
            assert len(row[1]) <= 200
        except Invalid:
            pass
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(before, 200 * 1024)
    assert time.monotonic() - began < 60
