"""What a filing says: words, figures from facts with what was typed instead, attachments. Immutable, JSON both ways. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.kernel.phrases import Phrase
from core.reports.figures import FIGURES

FORMAT = 1
MOST_FILES = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """``computed``: from facts, as of the last look; ``typed``: what the unit says instead; ``previous``: the unit's last
    filing of the same report, None where there was none. A difference needs ``reason`` and stays visible."""

    code: str
    computed: int
    typed: int | None = None
    reason: str = ""
    previous: int | None = None

    @property
    def value(self) -> int:
        """What is filed."""
        return self.computed if self.typed is None else self.typed

    @property
    def differs(self) -> bool:
        return self.typed is not None and self.typed != self.computed

    @property
    def moved(self) -> bool:
        """Unlike last time: what the school is asked to look at."""
        return self.differs or self.previous is None or self.previous != self.computed


@dataclass(frozen=True, slots=True)
class Content:
    """``files``: ids of attachments that hang on the filing. ``receipt_no``: where the unit itself handed in elsewhere.
    ``sheets``: tables by code, as core.statistics.sheet writes them (with their own differences and reasons)."""

    summary: str = ""
    figures: tuple[Figure, ...] = ()
    files: tuple[str, ...] = ()
    receipt_no: str = ""
    sheets: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "summary": self.summary,
            "figures": [
                {"code": one.code, "computed": one.computed, "typed": one.typed, "reason": one.reason, "previous": one.previous}
                for one in self.figures
            ],
            "files": list(self.files),
            "receipt_no": self.receipt_no,
            "sheets": dict(self.sheets),
        }  # fmt: skip

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Content:
        return cls(
            summary=given["summary"],
            figures=tuple(Figure(**one) for one in given["figures"]),
            files=tuple(given["files"]),
            receipt_no=given["receipt_no"],
            sheets=given["sheets"],
        )

    def with_facts(self, computed: Mapping[str, int], previous: Mapping[str, int]) -> Content:
        """The figures asked anew; what was typed stays, and is let go where it now says the same."""
        own = {one.code: one for one in self.figures}
        figures = []
        for code, value in computed.items():
            one = replace(own.get(code, Figure(code, value)), computed=value, previous=previous.get(code))
            figures.append(one if one.differs else replace(one, typed=None, reason=""))
        return replace(self, figures=tuple(figures))

    def with_typed(self, typed: Mapping[str, int | None], reasons: Mapping[str, str]) -> Content:
        """``typed``: code → what the unit says, None = as computed. Codes that the form does not have are left out."""
        figures = []
        for one in self.figures:
            said = typed.get(one.code, one.typed)
            kept = replace(one, typed=said, reason=reasons.get(one.code, one.reason).strip())
            figures.append(kept if kept.differs else replace(kept, typed=None, reason=""))
        return replace(self, figures=tuple(figures))


def faults_of(content: Content) -> dict[str, str]:
    """What keeps it from being signed: field → what would be right; empty where nothing does."""
    faults: dict[str, str] = {}
    for one in content.figures:
        if one.differs and not one.reason:
            faults[f"reason.{one.code}"] = Phrase(
                "“%(label)s”与系统数据%(computed)s不一致，请写明原因",
                label=FIGURES[one.code].label,
                computed=one.computed,
            )
    if not content.summary and not content.files and not content.figures and not content.sheets:
        faults["summary"] = "请写明情况，或上传附件"
    return faults


def digest_of(content: Mapping[str, Any], *, sentence: str = "") -> str:
    """sha256, hex, of what is signed."""
    text = json.dumps([content, sentence], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def values_of(figures: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Code → what was filed, of the figures of a version."""
    return {one["code"]: one["computed"] if one["typed"] is None else one["typed"] for one in figures}
