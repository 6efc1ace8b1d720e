"""Campaigns, phases, the school calendar. Windows may overlap, share a day, and nest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.tenancy.packs.model.base import Coded, Sourced


@dataclass(frozen=True, kw_only=True, slots=True)
class Window(Sourced):
    """From the first day to the last, both included."""

    starts: date
    """First day."""
    ends: date
    """Last day."""
    said_by: str = ""
    """Which part of the notice says so, where it says it twice (body, annex 2)."""
    default: bool = True
    """Of several windows, the one in force unless the tenant chooses another."""

    def holds(self, day: date) -> bool:
        """Is the day inside?"""
        return self.starts <= day <= self.ends


@dataclass(frozen=True, kw_only=True, slots=True)
class Phase(Coded):
    """A phase is a label with windows: a task belongs to it by label, not by date."""

    windows: tuple[Window, ...]
    """At least one; exactly one is the default."""
    gates: tuple[str, ...] = ()
    """What must be true at its end, in words."""
    unbounded: bool = False
    """The window may reach outside the campaign's (a labelled exception; say why in ``note``)."""

    @property
    def window(self) -> Window:
        """The window in force unless the tenant chose another."""
        return next(window for window in self.windows if window.default)


@dataclass(frozen=True, kw_only=True, slots=True)
class Campaign(Coded):
    """A campaign; ``within`` nests it (百日攻坚 inside 三年行动)."""

    document: str = "notice"
    """Code of the document that orders it."""
    starts: date
    """First day."""
    ends: date
    """Last day."""
    within: str = ""
    """Code of the campaign around it."""
    phases: tuple[Phase, ...] = ()
    """In their order; none = one period without a phase bar."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolTerm(Coded):
    """A term of the school year."""

    school_year: str
    """E.g. ``2020-2021``."""
    starts: date
    """First school day."""
    ends: date
    """Last school day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyPeriod(Coded):
    """A period or day the notice asks attention for; dated, or every year from month-day to month-day."""

    starts: date | None = None
    """First day, if dated."""
    ends: date | None = None
    """Last day, if dated."""
    yearly_from: str = ""
    """``MM-DD`` of every year; empty when dated or when the tenant sets it."""
    yearly_to: str = ""
    """``MM-DD``; equal to ``yearly_from`` for a single day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar(Sourced):
    """The district's school calendar. Public holidays and make-up days come from the State Council's notice."""

    terms: tuple[SchoolTerm, ...] = ()
    """Terms."""
    teaching_months: tuple[int, ...] = ()
    """Months in which monthly duties of schools run."""
    key_periods: tuple[KeyPeriod, ...] = ()
    """两会, 国庆, 安全生产月, 119 …"""
