"""Rows of a work plan (任务分解): what is to be done by whom until when, as the notice or its plan prints it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.tenancy.packs.model.base import Coded


@dataclass(frozen=True, kw_only=True, slots=True)
class Task(Coded):
    """A row of a work plan; ``label`` is what is to be done, in the notice's own words."""

    no: str = ""
    """As printed."""
    campaign: str = ""
    """Code of the campaign."""
    phase: str = ""
    """Code of the phase, by label, not by date; empty = the whole campaign."""
    category: str = ""
    """会议类, 培训类, 演练类 …"""
    window: str = ""
    """When, as printed."""
    starts: date | None = None
    """First day, where it can be told."""
    ends: date | None = None
    """Last day, where it can be told; null = no day is missed."""
    responsible: tuple[str, ...] = ()
    """As printed; a name or alias of a department, body, kind of units, or any other words."""
    participating: tuple[str, ...] = ()
    """Likewise: who takes part (参与、配合)."""
    same_as: tuple[str, ...] = ()
    """Codes of the tasks it repeats (同10月)."""
    copies: bool = False
    """The row only points to others: copies of ``same_as`` stand in its place, in its own phase and dates."""
    open_ended: bool = False
    """按需、时间待定: stays open without ever being late."""
    evidence: bool = False
    """Done only with a file that shows it."""
    sign_off: bool = False
    """Done only when another person has signed."""
    remark: str = ""
    """As printed."""
