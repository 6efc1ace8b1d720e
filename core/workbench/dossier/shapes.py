"""What a dossier is made of. Plain data, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

Args = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Asked:
    """Days are local, both included. ``unit_id`` None: everything within reach."""

    campaign: str
    since: date
    until: date
    unit_id: UUID | None = None

    def args(self, since: str = "since", until: str = "until", *more: tuple[str, str]) -> Args:
        """The same span and unit as the query of another list, by its names."""
        own = (("unit_id", str(self.unit_id)),) if self.unit_id is not None else ()
        return (*own, (since, self.since.isoformat()), (until, self.until.isoformat()), *more)


@dataclass(frozen=True)
class Part:
    """One line of the index, or of what is missing. ``title``: a msgid or Phrase, or words of the pack."""

    title: str
    count: int
    endpoint: str
    args: Args = ()
    note: str = ""
    """A msgid or Phrase: what stands behind the number."""


@dataclass(frozen=True)
class ExamHeld:
    """An exam that was open on days of the dossier."""

    id: UUID
    title: str
    closes_on: date | None


@dataclass(frozen=True)
class Dossier:
    """``gaps``: only what is really missing; ``parts``: what is there, also where it is nothing."""

    gaps: tuple[Part, ...]
    parts: tuple[Part, ...]
