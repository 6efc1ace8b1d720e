"""A sheet as it is kept: every line with its figure, points and facts. Pure; turned to JSON and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from core.assessment.score import Figure, Line, Score, total
from core.assessment.sources.asked import Fact, Facts
from core.assessment.words import UNKNOWN
from core.tenancy.packs.model import Scheme


@dataclass(frozen=True)
class Corrected:
    """An upheld appeal: what the line cost before (hundredths), and why it does not any more."""

    taken: int
    why: str
    appeal: str


@dataclass(frozen=True)
class SheetLine:
    line: Line
    facts: Facts
    corrected: Corrected | None = None


@dataclass(frozen=True)
class Content:
    """What a version says. ``vetoes``: code → its facts."""

    lines: tuple[SheetLine, ...]
    vetoes: Mapping[str, Facts]
    lifted: Mapping[str, Corrected]
    """Vetoes that an appeal took away."""

    def score(self, scheme: Scheme) -> Score:
        return total(scheme, [own.line for own in self.lines], list(self.vetoes))

    @property
    def unknown(self) -> int:
        return sum(own.line.verdict == UNKNOWN for own in self.lines)

    @property
    def contestable(self) -> tuple[str, ...]:
        """Codes of the items that cost points and of the vetoes that hold: what an appeal can be about."""
        return (*(own.line.code for own in self.lines if own.line.taken), *self.vetoes)

    def corrected(self, item: str, *, taken: int, why: str, appeal: UUID) -> Content:
        """After an appeal against the item or veto was upheld. Raises KeyError for one that is not there."""
        if item in self.vetoes:
            left = {code: facts for code, facts in self.vetoes.items() if code != item}
            return replace(self, vetoes=left, lifted={**self.lifted, item: Corrected(0, why, str(appeal))})
        own = next((own for own in self.lines if own.line.code == item), None)
        if own is None:
            raise KeyError(item)
        changed = replace(
            own, line=replace(own.line, taken=taken), corrected=Corrected(own.line.taken, why, str(appeal))
        )
        return replace(self, lines=tuple(changed if one is own else one for one in self.lines))

    def to_json(self) -> dict[str, Any]:
        return {
            "lines": [
                {**asdict(own.line), "facts": _facts(own.facts), "corrected": asdict(own.corrected) if own.corrected else None}
                for own in self.lines
            ],
            "vetoes": {code: _facts(facts) for code, facts in self.vetoes.items()},
            "lifted": {code: asdict(own) for code, own in self.lifted.items()},
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Content:
        return cls(
            tuple(_line(own) for own in data["lines"]),
            {code: _read(facts) for code, facts in data["vetoes"].items()},
            {code: Corrected(**own) for code, own in data["lifted"].items()},
        )


def content_of(found: Score, facts: Mapping[str, Facts], veto_facts: Mapping[str, Facts]) -> Content:
    """``facts`` by code of the indicator, ``veto_facts`` by code of the veto."""
    none = Facts(0, ())
    lines = tuple(SheetLine(line, facts.get(line.indicator, none)) for line in found.lines)
    return Content(lines, {code: veto_facts.get(code, none) for code in found.vetoes}, {})


def digest(content: Mapping[str, Any]) -> str:
    """sha256 in hex of the JSON form: the same facts and points have the same."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _facts(facts: Facts) -> dict[str, Any]:
    kept = [
        {"kind": own.kind, "id": own.id, "name": own.name, "on": own.on.isoformat() if own.on else None, "against": own.against}
        for own in facts.kept
    ]  # fmt: skip
    return {"total": facts.total, "kept": kept}


def _read(data: Mapping[str, Any]) -> Facts:
    return Facts(
        data["total"],
        tuple(Fact(**{**own, "on": date.fromisoformat(own["on"]) if own["on"] else None}) for own in data["kept"]),
    )


def _line(data: Mapping[str, Any]) -> SheetLine:
    figure, before = (Figure(*data[name]) if data[name] else None for name in ("figure", "before"))
    line = Line(
        data["code"], data["indicator"], figure, before, data["verdict"], taken=data["taken"], given=data["given"]
    )
    corrected = Corrected(**data["corrected"]) if data["corrected"] else None
    return SheetLine(line, _read(data["facts"]), corrected)
