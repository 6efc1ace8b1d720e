"""Checklists that somebody else brings: the district's pack, and plugins. Turned into contents here, stored by services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.hooks.manager import Plugins
from core.hooks.meta import ChecklistOffer
from core.inspections.checklist import Content, Item
from core.tenancy.packs.model import Checklist as PackChecklist
from core.tenancy.packs.model import Pack

PACK, PLUGIN, DISTRICT = "pack", "plugin", "district"


@dataclass(frozen=True)
class Offer:
    """``code`` bears who offers it: ``pack:<code>``, ``<plugin>:<code>``."""

    code: str
    origin: str
    domain: str
    kinds: tuple[str, ...]
    content: Content


def offers_of(pack: Pack, plugins: Plugins | None = None, plugins_on: Iterable[str] = ()) -> tuple[Offer, ...]:
    """The pack's first, then those of plugins that are on. ``plugins`` None: the pack's alone (work without a process's plugins)."""
    on = frozenset(plugins_on)
    brought = plugins.at_boot("register_checklists") if plugins is not None else []
    return (
        *(_from_pack(own, pack) for own in pack.checklists),
        *(_from_plugin(slug, own) for slug, owns in brought if slug in on for own in owns),
    )


def _from_pack(own: PackChecklist, pack: Pack) -> Offer:
    items = tuple(
        Item(
            code=item.code, content=item.label, standard=item.standard, section=item.section, clauses=item.clauses,
            law=item.law, points=item.points, weight=item.weight, photo_on_fail=item.photo,
            domain=item.domain or own.domain if item.category else "", category=item.category, grade=item.grade, place=item.place,
        )
        for item in own.items
    )  # fmt: skip
    basis = "".join(f"{own_document.label}{own_document.number or ''}" for own_document in pack.documents[:1])
    kinds = tuple(str(kind) for kind in own.kinds)
    return Offer(f"{PACK}:{own.code}", PACK, own.domain, kinds, Content(own.label, items, own.pass_percent, basis))


def _from_plugin(slug: str, own: ChecklistOffer) -> Offer:
    items = tuple(_points(slug, own))
    return Offer(f"{slug}:{own.code}", PLUGIN, slug, own.kinds, Content(own.title, items, own.pass_percent, own.basis))


def _points(slug: str, own: ChecklistOffer) -> Iterator[Item]:
    for point in own.items:
        yield Item(
            code=point.code, content=point.content, standard=point.standard, section=point.section, law=point.law,
            points=point.points, weight=point.weight, photo_on_fail=point.photo_on_fail,
            domain=slug if point.category else "", category=point.category, grade=point.grade, place=point.place,
        )  # fmt: skip
