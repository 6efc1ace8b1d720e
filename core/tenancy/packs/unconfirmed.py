"""What in a pack waits for the district's word: everything inferred or shipped as a default (待确认)."""

from __future__ import annotations

from dataclasses import dataclass

from core.tenancy.packs.checks.report import walk
from core.tenancy.packs.faults import dotted
from core.tenancy.packs.model import Clause, Pack
from core.tenancy.packs.model.base import Sourced
from core.tenancy.packs.places import place
from core.tenancy.packs.shape import fields_of


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """One value shown 待确认."""

    at: str
    """Where in the pack."""
    place: str
    """The same by codes, which survives an update (core.tenancy.packs.places)."""
    label: str
    """What it is, in the district's words."""
    note: str
    """Why it is open."""


def unconfirmed(pack: Pack) -> tuple[Unconfirmed, ...]:
    """Elements with ``confirm``; the params of clauses are not listed one by one."""
    found = []
    content = pack.to_json()
    for field in fields_of(Pack):
        if not field.shape.nested or field.shape.of is Clause or field.name == "base":
            continue
        for path, element in walk(getattr(pack, field.name), (field.key,)):
            if isinstance(element, Sourced) and element.confirm:
                label = str(getattr(element, "label", "") or getattr(element, "key", "") or path[-1])
                found.append(Unconfirmed(dotted(path), place(content, path), label, element.note))
    return tuple(found)
