"""The district's own words for what a record is about."""

from __future__ import annotations

from dataclasses import dataclass

from core.tenancy.packs.model.base import Coded


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic(Coded):
    """What a record can be about in this district: ``label`` is offered to be ticked, and counted by."""

    activities: tuple[str, ...]
    """On which records it is offered: safety_lesson, film_showing, publicity … (words of obligations' ``activity``)."""
