"""What cells of a roster mean beside what all tables have: the words for stages and ownership."""

from __future__ import annotations

import re

from core.tables.cells import text

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


def stages(cell: str) -> list[str] | None:
    """小学、初中; 九年一贯制. Raises ValueError for a word that is no stage."""
    found: list[str] = []
    for word in re.split(r"[、,，/;；+和 ]+", text(cell)):
        if word:
            found += STAGES[word] if word in STAGES else _unknown(word)
    return list(dict.fromkeys(found)) or None


def ownership(cell: str) -> str | None:
    """Raises ValueError."""
    plain = text(cell).lower()
    if not plain:
        return None
    return OWNERSHIP[plain] if plain in OWNERSHIP else _unknown(plain)[0]


def _unknown(word: str) -> tuple[str, ...]:
    raise ValueError(word)
