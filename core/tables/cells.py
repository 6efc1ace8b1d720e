"""What a cell means: full-width digits, dates in the ways people write them, money in yuan or 万元, the words of a choice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from core.kernel.clock import LOCAL
from core.kernel.phrases import Phrase
from core.tables.child import FORMULA
from core.tables.columns import Column, Type

EPOCH = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
"""Day 0 of spreadsheets, by whether they count from 1904."""
SERIALS = range(14_000, 73_050)
"""Days from 1938 to 2099: a bare number in a date column."""
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})\s*日?|\s*月)?(?:[T ]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})?)?.*)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONEY = re.compile(r"[¥￥]?(-?\d+(?:\.\d+)?)(万元|万|元)?")
NOTHING = frozenset({"", "-", "—", "－", "/", "无", "长期", "至今", "现在"})
"""In a column of days or numbers: nothing is said."""
YES = frozenset({"是", "有", "对", "√", "✓", "y", "yes", "true", "1", "已", "合格"})
NO = frozenset({"否", "无", "没有", "×", "✗", "x", "n", "no", "false", "0", "未", "不合格"})
SEPARATORS = re.compile(r"[、,，/;；+和 ]+")
MOST_FEN = 10**15


def text(cell: str) -> str:
    """Trimmed, spaces joined, without control characters."""
    if cell.isprintable():  # neither control characters nor any space but the plain one
        return " ".join(cell.split())
    cleaned = "".join(
        " " if letter.isspace() else letter
        for letter in cell
        if letter.isspace() or unicodedata.category(letter)[0] != "C"
    )
    return " ".join(cleaned.split())


def narrow(cell: str) -> str:
    """For codes, logins, numbers: full-width letters and digits become plain ones, spaces go."""
    return "".join(unicodedata.normalize("NFKC", text(cell)).split())


def count(cell: str) -> int | None:
    """1200, 1,200, 1200人. Raises ValueError."""
    plain = narrow(cell).replace(",", "").rstrip("人名个")
    if plain in NOTHING:
        return None
    if not re.fullmatch(r"-?\d{1,15}(\.0+)?", plain):
        raise ValueError(cell)
    return int(plain.partition(".")[0])


def money(cell: str) -> int | None:
    """Fen. 1200, 1,200.50元, ¥300, 1.2万元. Raises ValueError."""
    plain = narrow(cell).replace(",", "")
    if plain in NOTHING:
        return None
    found = _MONEY.fullmatch(plain)
    if found is None:
        raise ValueError(cell)
    try:
        fen = Decimal(found[1]) * (1_000_000 if (found[2] or "").startswith("万") else 100)
    except InvalidOperation as fault:
        raise ValueError(cell) from fault
    if fen != fen.to_integral_value() or abs(fen) > MOST_FEN:
        raise ValueError(cell)
    return int(fen)


def day(cell: str, *, date1904: bool = False) -> date | None:
    """2020-03-05, 2020/3/5, 2020.3.5, 2020年3月5日, 2020年3月, 20200305, or a day number of a spreadsheet. Raises ValueError."""
    at = _moment(cell, date1904)
    return at[0] if at else None


def instant(cell: str, *, date1904: bool = False) -> datetime | None:
    """As :func:`day`, with 14:30 or 14时30分 behind it; noon where no time is said. Asia/Shanghai. Raises ValueError."""
    at = _moment(cell, date1904)
    return datetime.combine(at[0], at[1] or time(12), LOCAL) if at else None


def _moment(cell: str, date1904: bool) -> tuple[date, time | None] | None:
    plain = unicodedata.normalize("NFKC", text(cell))
    if plain in NOTHING:
        return None
    if re.fullmatch(r"\d{5}(\.\d+)?", plain) and int(float(plain)) in SERIALS:
        seconds = round(float(plain) % 1 * 86400)
        minutes, second = divmod(min(seconds, 86399), 60)
        at = time(minutes // 60, minutes % 60, second) if seconds else None
        return EPOCH[date1904] + timedelta(days=int(float(plain))), at
    if compact := _COMPACT.fullmatch(plain):
        return date(*(int(part) for part in compact.groups())), None
    found = _DATE.fullmatch(plain)
    if found is None:
        raise ValueError(cell)
    year, month, number, hour, minute, passed = found.groups()
    at = time(int(hour), int(minute), int(passed or 0)) if hour is not None else None
    return date(int(year), int(month), int(number or 1)), at


def truth(cell: str) -> bool | None:
    """Raises ValueError."""
    plain = narrow(cell).lower()
    if not plain:
        return None
    if plain in YES:
        return True
    if plain in NO:
        return False
    raise ValueError(cell)


def choice(cell: str, choices: Mapping[str, str]) -> str | None:
    """The code. Raises ValueError for a word that is none of them."""
    plain = text(cell)
    if not plain:
        return None
    for word in (plain, narrow(plain), narrow(plain).lower()):
        if word in choices:
            return choices[word]
        if word in choices.values():
            return word
    raise ValueError(cell)


def several(cell: str, choices: Mapping[str, str]) -> tuple[str, ...] | None:
    """小学、初中 → codes, each once. Raises ValueError."""
    words = [word for word in SEPARATORS.split(text(cell)) if word]
    found = [code for word in words if (code := choice(word, choices)) is not None]
    return tuple(dict.fromkeys(found)) or None


def reader(column: Column, *, date1904: bool = False) -> Callable[[str], Any]:
    """How cells of this column are read: text → value or None; raises ValueError."""
    if column.parse is not None:
        own: Callable[[str], Any] = column.parse
        return own
    match column.type:
        case Type.DATE:
            return lambda cell: day(cell, date1904=date1904)
        case Type.INSTANT:
            return lambda cell: instant(cell, date1904=date1904)
        case Type.CHOICE:
            return lambda cell: choice(cell, column.choices)
        case Type.CHOICES:
            return lambda cell: several(cell, column.choices)
        case _:
            return {
                Type.CODE: lambda cell: narrow(cell) or None, Type.INTEGER: count, Type.MONEY: money, Type.BOOLEAN: truth,
            }.get(column.type, lambda cell: text(cell) or None)  # fmt: skip


def right(column: Column) -> str:
    """What would be right in this column, as a text that can be translated."""
    if column.hint:
        return column.hint
    if column.type in (Type.CHOICE, Type.CHOICES) and column.choices:
        return Phrase("可填：%(words)s", words=words_of(column))
    return {
        Type.DATE: "请填日期，如2020-09-01或2020年9月1日", Type.INSTANT: "请填日期，可带时间，如2020-09-01 14:30",
        Type.INTEGER: "请填整数", Type.MONEY: "请填金额，单位元或万元，如1200或1.2万元", Type.BOOLEAN: "请填是或否",
    }.get(column.type, "请核对内容")  # fmt: skip


def words_of(column: Column) -> list[str]:
    """The first word of each code."""
    first: dict[str, str] = {}
    for word, code in column.choices.items():
        first.setdefault(code, word)
    return list(first.values())


class RowReader:
    """Reads the cells of rows by columns; made once for a file. ``places``: column name → place in the row."""

    def __init__(self, columns: list[Column], places: Mapping[str, int], *, date1904: bool = False) -> None:
        self._columns = [
            (column, places.get(column.name), reader(column, date1904=date1904))
            for column in columns
            if column.name in places or column.required
        ]

    def read(self, texts: list[str]) -> tuple[dict[str, Any], dict[str, str]]:
        """(values by column name, faults by column name)."""
        values: dict[str, Any] = {}
        faults: dict[str, str] = {}
        width = len(texts)
        for column, place, read in self._columns:
            cell = texts[place] if place is not None and place < width else ""
            value = None
            if cell:
                if cell[0] == FORMULA:
                    faults[column.name] = (
                        "这一格是公式，文件里没有存下计算结果；请在表格软件中打开、保存后重试，或粘贴为数值"
                    )
                    continue
                try:
                    value = read(cell)
                except (ValueError, OverflowError):
                    faults[column.name] = right(column)
                    continue
                if isinstance(value, str) and len(value) > column.most:
                    faults[column.name] = Phrase("不超过%(a)s个字", a=column.most)
            if value is None and column.required:
                faults[column.name] = "必填"
            values[column.name] = value
        return values, faults
