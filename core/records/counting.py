"""For which obligations of the pack a record may count: said of one record, for its reader. The counting itself is core.obligations'."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.tenancy.packs.model import Pack
from core.tenancy.packs.owed import who_types

OFFICES = frozenset({"bureau", "department"})
"""Kinds of units in which posts, departments and bodies of the bureau do what they owe."""


@dataclass(frozen=True)
class Served:
    """One obligation. ``quotes``: (clause id, sentence) of the notice."""

    code: str
    label: str
    quotes: tuple[tuple[str, str], ...]


def served_by(
    pack: Pack, *, kind: str, topics: Iterable[str], unit_kind: str, org_type: str | None
) -> tuple[Served, ...]:
    """In the order of the pack. One record may serve several."""
    about, found = set(topics), []
    quotes = {own.id: own.quote for own in pack.clauses}
    for own in pack.obligations:
        if own.activity != kind or (own.topics and not about & set(own.topics)):
            continue
        who = set(who_types(pack, own.who))
        named = any(":" in word for word in who) and unit_kind in OFFICES
        if not who or named or (org_type is not None and org_type in who):
            cited = tuple((clause, quotes[clause]) for clause in own.clauses if clause in quotes)
            found.append(Served(own.code, own.label, cited))
    return tuple(found)
