"""How the unit of a hazard is said: the school, and which of its places."""

from __future__ import annotations


def whereabouts(unit: str, school: str | None) -> str:
    """School and place; a place whose own name begins with the school's does not say it twice."""
    if school is None or school == unit:
        return unit
    return f"{school} {unit.removeprefix(school).strip() or unit}"


def spot(place: str, school: str | None) -> str:
    """A place inside a school without the school's name."""
    return place.removeprefix(school).strip() or place if school else place
