"""Phases as bars on a line of days, in per cent of its length: numbers for an SVG. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.oversight.figures import PhaseBar


@dataclass(frozen=True)
class GanttRow:
    """``x`` and ``width`` from 0 to 100; ``done`` is the part of the bar that stands for closed of found."""

    phase: PhaseBar
    x: float
    width: float
    done: float


@dataclass(frozen=True)
class Gantt:
    starts: date
    ends: date
    today: float | None
    """None outside."""
    rows: tuple[GanttRow, ...]


def gantt(phases: Sequence[PhaseBar], today: date) -> Gantt | None:
    """None without phases."""
    if not phases:
        return None
    starts, ends = min(phase.starts for phase in phases), max(phase.ends for phase in phases)
    length = (ends - starts).days + 1

    def place(day: date) -> float:
        return round(100 * (day - starts).days / length, 2)

    rows = []
    for phase in phases:
        width = round(100 * ((phase.ends - phase.starts).days + 1) / length, 2)
        share = phase.closed / phase.found if phase.found else 0.0
        rows.append(GanttRow(phase, place(phase.starts), width, round(width * share, 2)))
    return Gantt(starts, ends, place(today) if starts <= today <= ends else None, tuple(rows))
