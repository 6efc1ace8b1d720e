"""What in a pack waits for the district's word: everything inferred or shipped as a default (待确认)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.kernel.phrases import Phrase
from core.tenancy.packs.brief import short
from core.tenancy.packs.checks.report import walk
from core.tenancy.packs.codec import to_json
from core.tenancy.packs.faults import Path, dotted
from core.tenancy.packs.keys import KEYS
from core.tenancy.packs.model import Clause, Pack
from core.tenancy.packs.model.base import Sourced
from core.tenancy.packs.places import place
from core.tenancy.packs.shape import fields_of

PARTS: Mapping[str, str] = {
    "windows": "起止日期", "deadline": "期限", "extension": "延期", "risk_control": "带险管控", "calendar": "校历", "supervision": "挂牌督办",
    "recurrence": "重复隐患", "due": "截止", "requires": "要求", "by": "办理人", "validity": "有效期",
}  # fmt: skip
"""Key of a part without a name of its own → what it is."""


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """One value shown 待确认."""

    at: str
    """Where in the pack."""
    place: str
    """The same by codes, which survives an update (core.tenancy.packs.places)."""
    label: str
    """What it is, in the district's words."""
    note: str
    """Why it is open."""
    value: str = ""
    """What it says now, in short."""


def unconfirmed(pack: Pack) -> tuple[Unconfirmed, ...]:
    """Elements with ``confirm``; the params of clauses are not listed one by one."""
    found = []
    content = pack.to_json()
    for field in fields_of(Pack):
        if not field.shape.nested or field.shape.of is Clause or field.name == "base":
            continue
        for path, element in walk(getattr(pack, field.name), (field.key,)):
            if isinstance(element, Sourced) and element.confirm:
                label = _named(element) or _around(pack, path)
                found.append(Unconfirmed(dotted(path), place(content, path), label, element.note, _value(element)))
    return tuple(found)


def _named(element: Sourced) -> str:
    key = str(getattr(element, "key", ""))
    return str(getattr(element, "label", "")) or (KEYS[key].title if key in KEYS else key)


def _around(pack: Pack, path: Path) -> str:
    """For what has no name of its own: the nearest thing around it that has one, and which part of it this is."""
    here: Any = pack
    name = ""
    for step in path[:-1]:
        here = here[step] if isinstance(step, int) else getattr(here, step)
        name = str(getattr(here, "label", "") or name)
    part = next((PARTS.get(step, step) for step in reversed(path) if isinstance(step, str)), "")
    return Phrase("%(name)s·%(part)s", name=name, part=Phrase(part)) if name and part else part or name


def _value(element: Sourced) -> str:
    """Numbers, days and periods, which a person can judge. How the rest is built stands on the pages where it is at work."""
    said = to_json(element)
    return short({key: part for key, part in said.items() if key in _JUDGED}) if isinstance(said, dict) else ""


_JUDGED = frozenset(
    {
        "value", "on", "at", "day", "days", "months_after", "working", "within_minutes", "within_days", "starts", "ends", "yearly_from",
        "yearly_to", "windows", "terms", "period", "due", "at_least", "times", "target", "points", "each", "least", "max_days", "renewals",
        "check_every_days", "every_days",
    }
)  # fmt: skip
"""Keys of what is shown."""
