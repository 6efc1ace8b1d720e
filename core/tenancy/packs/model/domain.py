"""Fields of work: which plugins are on, and what a hazard can be about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.tenancy.packs.model.base import Coded
from core.tenancy.packs.model.orgs import SchoolStage


@dataclass(frozen=True, kw_only=True, slots=True)
class HazardCategory(Coded):
    """What a hazard of this domain can be about."""

    focus: tuple[str, ...] = ()
    """Codes of the focus problems it stands under."""
    places: tuple[str, ...] = ()
    """Key places the notice names for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FocusProblem(Coded):
    """A problem the notice singles out (yongqiao: five per domain)."""

    no: int
    """Its place in the list."""
    parts: tuple[str, ...] = ()
    """Inner parts, so that a failed part can be seen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Domain(Coded):
    """A domain: ``code`` is a plugin's slug, or the pack's own word for a declared domain."""

    plugin: bool = False
    """True: the plugin of this slug serves it. False: declared by the pack, no code needed."""
    on: bool = True
    """Switched on when the tenant is onboarded."""
    starts: date | None = None
    """On from this day; null = from the start."""
    ends: date | None = None
    """On to this day; null = open."""
    org_types: tuple[str, ...] = ()
    """Only for these org types; empty = all."""
    stages: tuple[SchoolStage, ...] = ()
    """Only for these stages of schooling; empty = all."""
    variant: str = ""
    """The plugin's variant for this district."""
    extends: str = ""
    """Slug of the domain this one is a named variant of (yongqiao: 校园周边 of security)."""
    categories: tuple[HazardCategory, ...] = ()
    """Hazard categories; codes unique in the domain."""
    focus: tuple[FocusProblem, ...] = ()
    """What the notice singles out."""
    places: tuple[str, ...] = ()
    """Key places the notice lists."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Words of this domain that the district says differently."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Values for the plugin: thresholds, extra fields, dates. The plugin documents its keys."""
