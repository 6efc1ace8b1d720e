"""What the district does where safety work falls short: measures about units, and the counters it shows. Knows no database.

Measures concern units and matters. Persons appear as a number at most, never by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.tenancy.packs.model.base import Coded


class Measure(StrEnum):
    """What is done about a unit."""

    TALK = "talk"
    """约谈."""
    CIRCULAR = "circular"
    """通报."""
    ORDER = "order"
    """责令整改."""
    LISTING = "listing"
    """挂牌督办: progress each quarter, extension, acceptance."""
    INSPECTION = "inspection"
    """重点督查."""
    INVESTIGATION = "investigation"
    """查处."""
    DISCIPLINE = "discipline"
    """追责问责."""
    VETO = "veto"
    """一票否决."""
    EXTRA_HELP = "extra_help"
    """开小灶: a plan of its own for a unit that needs it."""
    ENFORCEMENT = "enforcement"
    """行政强制措施."""
    EXPOSURE = "exposure"
    """曝光: the problem and the unit, never persons."""
    IMPROVEMENT = "improvement"
    """完善制度措施."""


class Sign(StrEnum):
    """What the ledger shows that may call for a measure. It is proposed, never done by itself."""

    OVERDUE_HAZARDS = "overdue_hazards"
    """Hazards past their day."""
    REOPENED_HAZARDS = "reopened_hazards"
    """Hazards that came back after they were closed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Accountability(Coded):
    """A ground (``label``, in the notice's words) and the measures it calls for."""

    measures: tuple[Measure, ...]
    """At least one."""
    signs: tuple[Sign, ...] = ()
    """Where the ledger shows it; empty: somebody has to find it."""


class Figure(StrEnum):
    """What a counter may count beside measures."""

    MAJOR_HAZARDS_CLOSED = "major_hazards_closed"
    """重大隐患 closed in the campaign."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Counter(Coded):
    """A counter that the notice asks for (五个一批), with the matters behind it."""

    measures: tuple[Measure, ...] = ()
    """Counts these; empty where it counts ``figure``."""
    figure: Figure | None = None
    """Counts this instead."""
    persons: bool = False
    """Counts the persons of the matters instead of the matters."""
    unit: str
    """项, 人次, 人, 起, 件."""
