"""Checklists (检查表) of a pack, and the kinds of inspections that they are meant for. Knows no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core.tenancy.packs.model.base import Coded


class InspectionKind(StrEnum):
    """How an inspection comes about."""

    SELF_CHECK = "self_check"
    """自查."""
    DAILY = "daily"
    """日检查."""
    SPECIAL = "special"
    """专项检查."""
    JOINT = "joint"
    """联合检查."""
    PEER = "peer"
    """片区互查."""
    REVISIT = "revisit"
    """回头看."""
    BLIND = "blind"
    """四不两直."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChecklistItem(Coded):
    """One thing to look at; ``label`` is its content."""

    standard: str = ""
    """What is right."""
    section: str = ""
    """Heading it stands under."""
    law: str = ""
    """Instrument and article, where it is not a clause of the notice."""
    points: int = 0
    """Points at most; 0 = pass or fail."""
    weight: int = 1
    """Counts so many times in the score."""
    photo: bool = False
    """A photo is asked where it fails."""
    domain: str = ""
    """Of a hazard from it; empty = the checklist's."""
    category: str = ""
    """Hazard category of its domain."""
    grade: str = ""
    """Proposed grade: general or major."""
    place: str = ""
    """Where it is usually looked at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Checklist(Coded):
    """A checklist (检查表). Taken over into the tenant as a version that never changes."""

    domain: str = ""
    """Domain slug; empty = general."""
    kinds: tuple[InspectionKind, ...] = ()
    """What it is meant for; empty = every kind of inspection."""
    pass_percent: int = 0
    """In order from this score on; 0 = nothing may fail."""
    items: tuple[ChecklistItem, ...] = ()
    """What is checked."""
    params: Mapping[str, Any] = field(default_factory=dict)
    """Further values."""
