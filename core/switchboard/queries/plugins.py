"""Every plugin of this installation as one tenant sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.hooks.manager import Plugins
from core.kernel.errors import NotFound
from core.tenancy.packs.model import Domain, Pack
from core.tenancy.switches import Switch

ON, OFF, PLANNED, ENDED, QUARANTINED = "on", "off", "planned", "ended", "quarantined"


@dataclass(frozen=True)
class PluginCard:
    """``state``: on | off (never switched) | planned | ended | quarantined. ``row_version`` 0: never switched."""

    slug: str
    title: str
    summary: str
    icon: str
    version: str
    core_range: str
    state: str
    on_from: date | None
    on_until: date | None
    stages: tuple[str, ...]
    variant: str | None
    variants: tuple[str, ...]
    needs: tuple[str, ...]
    offers: tuple[str, ...]
    categories: int
    fault: str
    """Why it is quarantined."""
    in_notice: bool
    """Whether the district's pack names it."""
    row_version: int


def plugin_cards(
    plugins: Plugins, switches: Mapping[str, Switch], pack: Pack | None, *, today: date
) -> tuple[PluginCard, ...]:
    """In the order of the pack, then of the alphabet; those that are kept out last. No query."""
    named = {domain.code: domain for domain in pack.domains if domain.plugin} if pack else {}
    order = [slug for slug in named if slug in plugins.metas]
    order += sorted(slug for slug in plugins.metas if slug not in named)
    running = [
        _card(slug, plugins, switches.get(slug), named.get(slug), today)
        for slug in order
        if slug not in plugins.quarantined
    ]
    return (*running, *(_quarantined(slug, plugins, switches.get(slug)) for slug in sorted(plugins.quarantined)))


def plugin_card(
    plugins: Plugins, switches: Mapping[str, Switch], pack: Pack | None, *, today: date, slug: str
) -> PluginCard:
    """Raises NotFound."""
    found = next((card for card in plugin_cards(plugins, switches, pack, today=today) if card.slug == slug), None)
    if found is None:
        raise NotFound()
    return found


def _card(slug: str, plugins: Plugins, switch: Switch | None, domain: Domain | None, today: date) -> PluginCard:
    meta = plugins.metas[slug]
    return PluginCard(
        slug=slug, title=domain.label if domain else meta.title, summary=meta.summary, icon=meta.icon, version=meta.version,
        core_range=meta.core_range, state=_state(switch, today), on_from=switch.on_from if switch else None,
        on_until=switch.on_until if switch else None, stages=tuple(sorted(switch.stages or ())) if switch else (),
        variant=switch.variant if switch else None, variants=meta.variants, needs=meta.needs, offers=meta.offers,
        categories=len(domain.categories) if domain else len(meta.categories), fault="", in_notice=domain is not None,
        row_version=switch.version if switch else 0,
    )  # fmt: skip


def _quarantined(slug: str, plugins: Plugins, switch: Switch | None) -> PluginCard:
    meta = plugins.metas.get(slug)
    return PluginCard(
        slug=slug, title=meta.title if meta else slug, summary=meta.summary if meta else "", icon=meta.icon if meta else "puzzle",
        version=meta.version if meta else "", core_range=meta.core_range if meta else "", state=QUARANTINED,
        on_from=switch.on_from if switch else None, on_until=switch.on_until if switch else None, stages=(),
        variant=switch.variant if switch else None, variants=(), needs=(), offers=(), categories=0,
        fault=plugins.quarantined[slug].fault, in_notice=False, row_version=switch.version if switch else 0,
    )  # fmt: skip


def _state(switch: Switch | None, today: date) -> str:
    if switch is None:
        return OFF
    if switch.on(today):
        return ON
    return PLANNED if switch.on_from > today else ENDED
