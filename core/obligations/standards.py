"""What the levels of government ask of a duty beside the notice's own rules: shown with them, the strictest in force. Pure.

A setting of a level (`drill.school.months`, core.tenancy.packs.keys) makes nothing fall due: it is what the duty is measured by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.obligations.duties import Duty
from core.tenancy.packs.keys import KEYS
from core.tenancy.packs.layers import Layers, Value

STANDARDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "drill": (
        ("drill.school.months", "school"),
        ("drill.school.per_year", "school"),
        ("drill.kindergarten.months", "kindergarten"),
        ("drill.kindergarten.per_year", "kindergarten"),
        ("fire.drill.months", ""),
    ),
    "hazard_check": (("inspection.days", ""),),
    "daily_check": (("inspection.days", ""),),
}
"""Activity → keys that speak of it, each with the kind of units it is about (empty = all)."""


@dataclass(frozen=True, slots=True)
class Standard:
    """One key with the value in force, a number, and who said so (code of a layer, slug of the pack, ``local``)."""

    title: str
    value: int
    set_by: str
    source: str
    clauses: tuple[str, ...]
    confirm: bool


def standards_of(duties: Iterable[Duty], *, kinds: Mapping[str, str], layers: Layers | None) -> tuple[Standard, ...]:
    """For duties that stand side by side. ``kinds``: code of an org type → its kind. Keys that nobody set are left out."""
    owed = list(duties)
    if layers is None:
        return ()
    meant = {kinds.get(word, word.removeprefix("~")) for duty in owed for word in duty.rule.types}
    keys = dict.fromkeys(
        key for duty in owed for key, kind in STANDARDS.get(duty.rule.activity, ()) if not kind or kind in meant
    )
    values = (layers.effective(key) for key in keys)
    return tuple(_standard(value) for value in values if value.value is not None)


def _standard(value: Value) -> Standard:
    title = KEYS[value.key].title
    return Standard(title, int(value.value), value.set_by, value.source, value.clauses, value.confirm)
