"""What a source is asked, and the shape of the facts that it gives. Knows no table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from core.kernel.schoolyear import Span
from core.tenancy.packs.model import Indicator


class Asked(NamedTuple):
    """One indicator over one span of local days."""

    indicator: Indicator
    span: Span


@dataclass(frozen=True)
class Fact:
    """Something that counts for a figure. ``against``: it keeps the unit from the target. ``id`` empty: no page of its own."""

    kind: str
    """hazard, visit, record, incident, letter, matter, entry, duty."""
    id: str
    name: str
    on: date | None
    against: bool


class Facts(NamedTuple):
    """``total``: how many there are; ``kept``: the first of them."""

    total: int
    kept: tuple[Fact, ...]


class Judged(NamedTuple):
    """A unit that has a figure."""

    id: UUID
    name: str
    org_type: str
