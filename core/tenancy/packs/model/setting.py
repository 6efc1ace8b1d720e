"""Values that several levels of government may set, and the levels themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from core.tenancy.packs.model.base import Sourced
from core.tenancy.packs.model.document import SuperiorDocument


class Level(StrEnum):
    """Who speaks, from the top down."""

    COUNTRY = "country"
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    SCHOOL = "school"


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting(Sourced):
    """One value of one key. Known keys, their kind and which way is stricter: core.tenancy.packs.keys."""

    key: str
    """Dotted name, e.g. ``hazard.close.persons``."""
    value: Any
    """Its value, of the key's kind."""
    source: str = ""
    """Instrument and article that says so (layers); a pack names clauses instead."""
    valid_from: date | None = None
    """In force from this day; null = always."""
    valid_to: date | None = None
    """In force to this day; null = still."""
    overrides: bool = False
    """Take this value even where a level above is stricter; ``note`` must say why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """What one level above the district says to all districts below it."""

    code: str
    """E.g. ``cn``, ``cn-js``."""
    label: str
    """E.g. 国家, 江苏省."""
    level: Level
    """Whose word it is."""
    above: str = ""
    """Code of the layer above."""
    documents: tuple[SuperiorDocument, ...] = ()
    """The instruments it rests on."""
    settings: tuple[Setting, ...] = ()
    """What they set."""
