"""The district's words in English: of words that the pack has, and in English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from core.tenancy.packs.checks.report import Report
from core.tenancy.packs.codec import WORDED
from core.tenancy.packs.model import Pack

CHINESE = re.compile(r"[\u3400-\u9fff]")


def english(pack: Pack, report: Report) -> None:
    """A word that was changed elsewhere and not here would silently fall back to Chinese.

    Asked of the pack as it is written only: under a reading some words give way to others.
    """
    if not pack.english:
        return
    content = pack.to_json()
    labels = frozenset(words({key: part for key, part in content.items() if key != "english"}))
    for word, said in pack.english.items():
        path = ("english", word)
        if word not in labels:
            report.fault(path, "no-such-label", f"没有名称 {word}", "英文用语只写本包里有的名称，改名时一并改")
        if not str(said or "").strip() or CHINESE.search(str(said)):
            report.fault(path, "not-english", f"{word} 的英文不对", "写成英文，不夹中文，例 {销号: struck off}")


def words(value: Any) -> Iterator[str]:
    """Every label of a pack's plain values, those that a reading would bring in too."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            if key in WORDED and isinstance(part, str):
                yield part
            else:
                yield from words(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from words(part)
