"""Which column is what: headers in the words that districts use, wherever in the first rows they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.tables.columns import Column
from core.tables.reading import Row, Sheet

SEARCHED = 20
REASON = "错误原因"
"""Header of the column that is added to rows sent back; read by nobody."""


@dataclass(frozen=True)
class Header:
    """Where a header was found: ``sheet`` counts from 0, ``row`` as a spreadsheet shows it. ``titles`` as in the file, by place."""

    sheet: int
    row: int
    titles: tuple[str, ...]
    places: Mapping[str, int]
    """Column name → place, as far as titles are known."""


def find_header(sheets: Sequence[Sheet], columns: Sequence[Column], remembered: Mapping[str, str]) -> Header | None:
    """The sheet and row in which most titles are known; None where not even two are. ``remembered``: plain title → column
    name, "" for one that is left out; it goes before titles and aliases."""
    best: Header | None = None
    for number, sheet in enumerate(sheets):
        for at, texts in rows_of(sheet):
            found = header_at(number, at, texts, columns, remembered)
            if best is None or len(found.places) > len(best.places):
                best = found
    return best if best is not None and len(best.places) >= min(2, len(columns)) else None


def rows_of(sheet: Sheet) -> Iterable[Row]:
    return [row for row in sheet.head if row[0] <= SEARCHED or row is sheet.head[0]]


def header_at(
    sheet: int, row: int, texts: Sequence[str], columns: Sequence[Column], remembered: Mapping[str, str]
) -> Header:
    """This row taken as the header."""
    known = {
        plain(title): (column.name, rank)
        for column in reversed(columns)
        for rank, title in reversed(list(enumerate((column.title, *column.aliases, column.name))))
    }
    titles = tuple(" ".join(text.split()) for text in texts)
    found: dict[str, tuple[int, int]] = {}
    for place, title in enumerate(titles):
        bare = plain(title)
        if bare in remembered:
            match = (remembered[bare], -1) if remembered[bare] else None
        else:
            match = known.get(bare) if bare else None
        # of two columns for one field (单位代码, 单位名称) the better title counts
        if match and (match[0] not in found or match[1] < found[match[0]][0]):
            found[match[0]] = (match[1], place)
    own = {column.name for column in columns}
    return Header(sheet, row, titles, {name: place for name, (_, place) in found.items() if name in own})


def plain(title: str) -> str:
    """A header without remarks in brackets, stars, colons, spaces; half-width, lower case."""
    text = unicodedata.normalize("NFKC", title)
    text = re.sub(r"\(.*?\)|【.*?】|\[.*?\]", "", text)
    return re.sub(r"[\s*:：、_\-]+", "", text).lower()
