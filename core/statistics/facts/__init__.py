"""The catalogue of facts: named figures that tables may be made of, each counted where it lies.

A feature below this one is a module here with a ``SOURCE``; a feature above adds its own with :func:`add_source` when its
module is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.statistics.facts import accountability, hazards, inspections, records, units
from core.statistics.facts.catalogue import Asked, By, Counted, Fact, FactSource

_sources: list[FactSource] = [
    units.SOURCE,
    inspections.SOURCE,
    inspections.ORDERS,
    hazards.SOURCE,
    records.SOURCE,
    records.INCIDENTS,
    accountability.SOURCE,
]


def add_source(source: FactSource) -> None:
    """Raises ValueError for a name that is taken; the same source twice is one."""
    if source in _sources:
        return
    if taken := facts().keys() & {fact.name for fact in source.facts}:
        raise ValueError(f"facts are there already: {sorted(taken)}")
    _sources.append(source)


def sources() -> tuple[FactSource, ...]:
    return tuple(_sources)


def facts() -> Mapping[str, Fact]:
    """Every fact by its name."""
    return {fact.name: fact for source in _sources for fact in source.facts}


def abilities() -> Mapping[str, frozenset[str]]:
    """Name of a fact → what the check of packs has to know: fields that narrow it, ``by_domain``, ``money``."""
    return {
        name: fact.narrowed_by
        | ({"by_domain"} if By.DOMAIN in fact.by else set())
        | ({"money"} if fact.money else set())
        for name, fact in facts().items()
    }


__all__ = ["Asked", "By", "Counted", "Fact", "FactSource", "abilities", "add_source", "facts", "sources"]
