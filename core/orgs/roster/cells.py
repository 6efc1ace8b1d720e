"""What a cell means: numbers in full-width digits, dates in the ways people write them, words for stages and ownership."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

EXCEL_EPOCH = date(1899, 12, 30)
SERIALS = range(14_000, 73_050)
"""Days from 1938 to 2099: a bare number in a date column."""
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})\s*日?|\s*月)?(?:[T ].*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
OPEN_ENDED = frozenset({"", "长期", "至今", "现在", "无", "-", "—", "/"})
STAGES = {
    "学前": ("kindergarten",), "学前教育": ("kindergarten",), "幼儿园": ("kindergarten",), "幼儿": ("kindergarten",), "小学": ("primary",),
    "初中": ("junior",), "初级中学": ("junior",), "高中": ("senior",), "普通高中": ("senior",), "中职": ("vocational",), "职高": ("vocational",),
    "职业": ("vocational",), "职业学校": ("vocational",), "特教": ("special",), "特殊教育": ("special",), "九年一贯": ("primary", "junior"),
    "九年一贯制": ("primary", "junior"), "完全中学": ("junior", "senior"), "完中": ("junior", "senior"), "十二年一贯": ("primary", "junior", "senior"),
    "十二年一贯制": ("primary", "junior", "senior"), "义务教育": ("primary", "junior"),
    **{code: (code,) for code in ("kindergarten", "primary", "junior", "senior", "vocational", "special")},
}  # fmt: skip
OWNERSHIP = {
    "公办": "public", "公立": "public", "国有": "public", "public": "public", "民办": "private", "私立": "private", "社会力量": "private",
    "民营": "private", "private": "private",
}  # fmt: skip


def text(cell: str) -> str:
    """Trimmed, spaces joined, without control characters."""
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
    plain = narrow(cell).replace(",", "").rstrip("人名")
    if not plain:
        return None
    if not re.fullmatch(r"\d{1,7}(\.0+)?", plain):
        raise ValueError(cell)
    return int(float(plain))


def day(cell: str) -> date | None:
    """2020-03-05, 2020/3/5, 2020.3.5, 2020年3月5日, 2020年3月, 20200305, or a day number of a spreadsheet. Raises ValueError."""
    plain = unicodedata.normalize("NFKC", text(cell))
    if plain in OPEN_ENDED:
        return None
    if re.fullmatch(r"\d{5}(\.\d+)?", plain) and int(float(plain)) in SERIALS:
        return EXCEL_EPOCH + timedelta(days=int(float(plain)))
    found = _COMPACT.fullmatch(plain) or _DATE.fullmatch(plain)
    if found is None:
        raise ValueError(cell)
    year, month, day_ = found.groups()
    return date(int(year), int(month), int(day_ or 1))


def stages(cell: str) -> tuple[str, ...]:
    """小学、初中; 九年一贯制. Raises ValueError for a word that is no stage."""
    found: list[str] = []
    for word in re.split(r"[、,，/;；+和 ]+", text(cell)):
        if word:
            found += STAGES[word] if word in STAGES else _unknown(word)
    return tuple(dict.fromkeys(found))


def ownership(cell: str) -> str | None:
    """Raises ValueError."""
    plain = text(cell).lower()
    if not plain:
        return None
    return OWNERSHIP[plain] if plain in OWNERSHIP else _unknown(plain)[0]


def _unknown(word: str) -> tuple[str, ...]:
    raise ValueError(word)
