"""What fire safety asks in one district: the plugin's variant, under the levels of government, under the district's pack.

The pack's entry for the domain wins; its ``settings`` may set every field below except ``title``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.sdk.domain import Pack, TenantSession, effective, pack_in_force, switches

FOLDER = Path(__file__).parent / "variants"
PLAIN = "plain"


@dataclass(frozen=True)
class FireVariant:
    """The values in force. ``assumed`` names those that no notice states: pages show 待确认."""

    code: str
    title: str
    places: tuple[str, ...]
    acceptance_paths: bool
    """Whether a building that did not pass goes one of the two ways (补办, 第三方评估)."""
    patrol_days: int
    check_months: int | None
    """A check of the whole unit every so many months; None: not asked."""
    check_items: tuple[str, ...]
    training_per_term: int
    certified_staff: int
    certified_guards: int
    """消控证: how many per campus."""
    standardisation: bool
    closing_waits: bool
    """A hazard «fire.acceptance» is not closed while the acceptance is open."""
    path_b_due: date | None = None
    path_a_warning: date | None = None
    assumed: frozenset[str] = frozenset()
    certified_clauses: tuple[str, ...] = ()
    """Ids of the clauses that ask for 消控证: of staff, of guards."""


SETTINGS: dict[str, str] = {
    "fire.check.months": "check_months",
    "fire.training.per_term": "training_per_term",
    "fire.control_room.certified": "certified_staff",
}
"""Keys that several levels of government may set → the field they decide."""


def variant_in_force(session: TenantSession) -> FireVariant:
    """The variant of this tenant. At most three small queries (pack, local changes, switches)."""
    switch = switches(session).get("fire")
    pack = pack_in_force(session)
    return variant_for(pack, switch.variant if switch else None, _from_levels(session) if pack else {})


def variant_for(pack: Pack | None, code: str | None, levels: Mapping[str, Any]) -> FireVariant:
    """``code`` None: the one that the pack chose. ``levels``: fields that the levels of government decide.

    A variant that the plugin does not know is the plain one.
    """
    domain = next((entry for entry in pack.domains if entry.code == "fire"), None) if pack else None
    chosen = code or (domain.variant if domain else "") or PLAIN
    found = _with(_shipped(chosen if (FOLDER / f"{chosen}.yaml").is_file() else PLAIN), levels)
    if domain is None:
        return found
    stated = {name: value for name, value in domain.settings.items() if name in _FIELDS}
    return _with(found, {**stated, "places": domain.places} if domain.places else stated)


@cache
def _shipped(code: str) -> FireVariant:
    data = yaml.safe_load((FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))
    return _with(FireVariant(code=code, **_values({**_EMPTY, **data})), {}, assumed=frozenset({"patrol_days"}))


def _from_levels(session: TenantSession) -> dict[str, Any]:
    found = {name: effective(session, key) for key, name in SETTINGS.items()}
    stated = {name: value.value for name, value in found.items() if value is not None and value.value is not None}
    # The law's daily patrol binds 消防安全重点单位, which not every school is: only a district's own word counts for all.
    daily = effective(session, "fire.patrol.per_day")
    if daily is not None and daily.value and not daily.source:
        stated["patrol_days"] = 1
    return stated


def _with(found: FireVariant, stated: Mapping[str, Any], *, assumed: frozenset[str] | None = None) -> FireVariant:
    left = (found.assumed if assumed is None else assumed) - stated.keys()
    return replace(found, **_values(stated), assumed=left)


def _values(data: Mapping[str, Any]) -> dict[str, Any]:
    """Lists become tuples; dates in the pack's JSON come as text."""
    return {name: _value(name, value) for name, value in data.items()}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return date.fromisoformat(value) if name in DATES and isinstance(value, str) else value


_FIELDS = frozenset(field.name for field in fields(FireVariant)) - {"code", "title", "assumed"}
DATES = ("path_b_due", "path_a_warning")
_EMPTY: dict[str, Any] = dict.fromkeys(DATES)
