"""What every element of a pack has in common; knows nothing of any section.

All pack objects are frozen dataclasses with tuples inside, so that a loaded pack can be shared by
every request of a process. The YAML schema (:mod:`core.tenancy.packs.schema`) and the JSON form
(:mod:`core.tenancy.packs.codec`) are both derived from these classes: a field is declared once.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Sourced:
    """Something the notice says, or that we read into it."""

    clauses: tuple[str, ...] = ()
    """Ids of the clauses this element carries. Every id must exist in the pack's clause list."""

    confirm: bool = False
    """The value is inferred or a shipped default: pages show 待确认, and it never counts as a breach."""

    note: str = ""
    """Why it is so: the reading taken, or what the tenant should check. Shown next to 待确认."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Coded(Sourced):
    """An element other elements point to by code."""

    code: str
    """Unique inside its list; ASCII, lower case, ``-`` or ``_``; stable over versions."""

    label: str
    """The district's own word, as its pages and documents print it."""
